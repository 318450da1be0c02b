"""职工基本养老保险: qualification, wage index, personal account, award, yearly adjustment, fewer than 15 years.

国发〔2005〕38号 and 北京市人民政府令第183号 (京劳社养发〔2007〕21号、29号、31号), for retirements from 2006-01-01.

Left out, because the law book lacks the text or the figures: the bridge of 2006 to 2010 between the old and the new
method (its yearly percentages), pensions awarded before 2006 (they enter as an opening fact), the steps of the
progressive delay of the retirement age from 2025-01-01, the amount of the one-off payment of missing years
(人社部令第13号 第2条).
"""
