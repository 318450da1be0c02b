"""残疾人福利: living subsidy and care subsidy of disabled people, and rehabilitation of disabled children.

谁：有本市户籍、持残疾人证的人。生活补贴看家庭经济状况和残疾等级，护理补贴只看残疾等级。
多少：2011至2015年（京残发〔2010〕94号）低保残疾人每月加发100元；劳动年龄内无业的，轻度100元，重度农村480元、城镇300元。
2016年起（京民福发〔2016〕434号）生活补贴分五类：低保400/320元；低收入为低保标准/300元；16至59岁失业或在校为低保标准/200元；
男满60、女满55周岁且收入低于低保标准的重度残疾人补差；未满16岁300/200元。护理补贴300元或100元。两项可同时享受。
何时：按月；2016年12月31日前申请的从符合条件之月（最早2016年1月）补发，以后申请的从申请当月发。
不与工伤护理费、特困供养同享；与养老服务、护理补贴择一，见“待遇衔接”。个体就业残疾人的社会保险补贴见“社会保险缴费”
（disabled_pension_subsidy 等）。0至15岁残疾儿童有康复服务，其费用目录未查到；
辅助器具和无障碍改造的补贴标准未查到，不作规则。

Who: residents of this city with a certificate of disability. How much: by the household's means and the level.
When: monthly from the month of the claim; claims of 2016 are paid back to January of that year.

例：张某，1975年6月生，肢体二级，无工作、无收入，家庭不属低收入，2016年12月31日申请。他属第三类重度：2016年1月起补发，
每月生活补贴为当年低保标准800元；肢体二级的护理补贴每月100元。
"""
