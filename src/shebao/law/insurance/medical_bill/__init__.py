"""医疗费用结算：一张票据的每一元，由哪项基金支付、个人因何负担，以及之后本年累计为多少。

谁：职工医疗保险（在职、退休，2011年7月起含领取失业保险金人员）和城镇居民医疗保险的参保人。公费医疗人员不由保险结算，
并入职工医疗保险后按在职、退休登记。新型农村合作医疗各区县标准、2018年起城乡居民标准未查到，拒算并说明原因。
多少：符合范围金额先减起付标准（门诊按年累计，住院、门诊特殊病按结算周期），再由统筹基金、大额医疗互助、退休补充支付，
然后是居民大病保险。个人负担分自付一（起付标准以下、按比例、封顶线以上）、自付二（先行自付、超限价）、自费。各部分之和恰为总额。
之后是医疗救助，最后是个人账户和现金：2022年8月底前个人账户为存折，可自由支取，刷卡时不扣；2022年9月起先用账户余额。
何时：按费用日期的规定。住院每90天为一个结算周期，门诊特殊病360天（居民为一年）；跨周期的应分别结算。
封顶线按基金支付额计，在金额上求出恰好达到封顶线的一点，每一段只四舍五入一次，所以金额多一分，个人绝不会少付一分。

A row is one bill of one person; what the year's accumulators said before it are facts, what they say after it are
variables (`year_..._after`, `period_eligible_after`), so that nobody else adds them up.  The chapter reads the benefits
from the chapters of the two schemes.  The standing in assistance is read from the cover row: plan it as given.  What is
left to pay is a second plan, with `bill_own` as given: `medical_assistance`, then `account_pay`, then `cash_pay`.  A
birth of an employee is no bill of this chapter: the maternity insurance pays it, and leaves `maternity_own`.

Out-of-area treatment is settled by the hospital's level and never by the community ratio.  Left out, because the law
book lacks the figures: the civil servants' supplement, the enterprise supplement, rural care, the merged scheme.

例：孙某，在职，2014年5月第一次门诊，在三级医院，符合范围3000元，先行自付50元，自费20元。起付标准1800元，
(3000 − 1800) × 70% = 840元由大额互助支付；自付一为1800 + 360 = 2160元，自付二50元，自费20元，
个人共2230元，票据共3070元。
"""
