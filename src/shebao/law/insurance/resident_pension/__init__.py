"""城乡居民养老保险: contributions once a year, a personal account, a basic pension from the budget.

谁：本市户籍、男16至59岁、女16至54岁、不在校、未参加职工养老保险的居民，按年缴费。
多少：每月为基础养老金（财政支付）加个人账户养老金（储存额 ÷ 计发月数）；政府对每年缴费有补贴，
重度残疾人由政府代缴最低标准。
何时：男60岁、女55岁，缴费满15年（2009年初已45岁、女40岁的过渡人员逐年缴费即可）起按月，发至死亡当月；余额可继承。

京政发〔2008〕49号, in force from 2009-01-01; before it the 新农保 of 2008 (京政发〔2007〕34号), merged on that day;
nationally 国发〔2014〕8号.  What is not at hand is refused: the terms of 2008, the government's match from 2014, the
basic pension after 2024, the interest of a year in which the bank's one-year rate changed.  A settled balance (an
opening fact) stands in for all that lies before it.

例：李某，男，1949年2月1日生，2009年2月满60周岁，属过渡人员，当年1月缴费960元，政府补贴30元；原新农保余额1500元。
3月1日领取时个人账户2499.34元，÷ 139 = 17.98元，加基础养老金280元，每月297.98元。
"""
