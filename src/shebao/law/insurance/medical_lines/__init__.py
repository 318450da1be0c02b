"""医疗费用明细：每一条收费明细分为全自费、超限价自付、先行自付、符合医保范围四部分。

谁：所有参加职工、居民医疗保险的人，费用先逐条分割，再按票据结算。
多少：丙类（目录外）全部自费。甲类、乙类超过限价的部分自付（限价 × 数量，四舍五入到分）。乙类在限价以内的部分先行自付
一个比例（四舍五入到分）。其余符合医保范围。四部分之和恰为金额。
何时：上传明细时，按药品、诊疗项目目录当时的类别、限价、比例；这些是目录的数据，不是本规则的参数。

A charge line is split before anything is reckoned: outside the catalogue, above the price limit, first share of
class B, and the rest, which is in the scope of insurance.  A row is one line; its class, limit and ratio come from the
catalogue of its day.  A line is never negative.

例：某乙类药1.5盒，每盒单价40元，金额60元，限价每盒36元，先行自付10%。超限价 60 − 36 × 1.5 = 6元；先行自付
(60 − 6) × 10% = 5.40元；符合范围 60 − 6 − 5.40 = 48.60元。
"""
