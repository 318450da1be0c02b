"""职工基本养老保险: qualification, wage index, personal account, award, yearly adjustment, fewer than 15 years.

谁：参加职工基本养老保险、达到法定退休年龄、累计缴费（含视同）满15年的人。
多少：基础养老金 =（计发基数 + 本人指数化月平均缴费工资）÷ 2 × 缴费年限 × 1%；个人账户养老金 = 储存额 ÷ 计发月数；
“中人”另有过渡性养老金；每年调整，不低于最低标准。到龄缴费不足的，可延长缴费、转居民养老保险或申请退还个人账户。
何时：退休次月起按月，发至死亡当月。

国发〔2005〕38号 and 北京市人民政府令第183号 (京劳社养发〔2007〕21号、29号、31号), for retirements from 2006-01-01.

Left out, because the law book lacks the text or the figures: the bridge of 2006 to 2010 between the old and the new
method (its yearly percentages), pensions awarded before 2006 (they enter as an opening fact), the steps of the
progressive delay of the retirement age from 2025-01-01, the amount of the one-off payment of missing years
(人社部令第13号 第2条).

例：张某，男，1946年7月10日生，1968年12月参加工作，2006年7月满60周岁退休，缴费（含视同）451个月，工资指数1.0449。
基础养老金（2734 + 2734 × 1.0449）÷ 2 × 451 ÷ 12 × 1% = 1050.60元；个人账户38412.56 ÷ 139 = 276.35元；
过渡性养老金651.60 + 164.26 = 815.86元；合计每月2142.81元。
"""
