"""遗属待遇、丧葬抚恤: what is paid when an insured worker, a pensioner or a resident dies, not through work.

谁：非因工死亡的参保职工、退休人员、本市居民的遗属。只能从养老、工伤、失业保险之一领取。
多少：丧葬补助2009年起5000元（此前职工800元）；2011年6月30日前有供养亲属的，按本人工资或养老金发6、9、12个月救济费；
2021年9月起丧葬补助为2个月、抚恤金为3至24个月的本市城镇居民月人均可支配收入。
何时：一次。

Three regimes by the day of death: to 2011-06-30 funeral subsidy and relief of dependants; from 2011-07-01 社会保险法
第17条; from 2021-09-01 人社部发〔2021〕18号.  Refused, for want of text or figures: the grant of the second regime, the
amounts of the third, whose base (the city's urban disposable income) is at hand to 2015 only.

例：王某，在职，2009年1月1日病故，供养2人，最后月工资2345.67元。丧葬补助5000元，救济费9 × 2345.67 = 21111.03元，
合计26111.03元。
"""
