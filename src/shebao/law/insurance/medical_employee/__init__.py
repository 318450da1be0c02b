"""职工基本医疗保险待遇：门诊按年累计，住院按结算周期分段，封顶线以上由大额医疗互助支付。

谁：在职职工、退休人员；2011年7月1日起领取失业保险金人员按在职。
多少：门诊起付标准在职2000元（2010年起1800元）、退休1300元；在职50%（2010年起70%，社区90%），退休不满70岁85%、
满70岁90%（社区2010年起均90%），一年最多支付20000元，2023年起20000元以上在职60%、退休80%，不封顶。
退休人员的比例由两项基金相加：大额互助70%或80%，统一补充支付余下的一半。
住院首个结算周期起付1300元，以后650元；3万元以下、3万至4万元、4万元以上三段按医院等级支付，三级医院在职85%、90%、95%，
退休人员个人负担为在职的60%。统筹基金一年最多支付10万元（2010年前7万元、2005年前5万元），以上由大额互助支付在职85%、退休90%
（2010年前70%、80%），最多20万元（2010年前10万元）。门诊特殊病按住院支付，一个结算周期一个起付标准。
何时：2001年4月1日起；退休人员门诊的标准自2004年起有据，此前缺失，拒算。2010年各项的生效日是约数。

Employees: outpatient care is reckoned over the year, inpatient care by settlement period and bands, above the pool's
cap by the large-expense fund.  The cap of each fund is on what it paid; the amount on which it is reached is found
exactly, and what lies above goes on to the next fund.  A payment of two funds is rounded as a sum first, so that the
person never pays a fen more for being retired.

例：李某，在职，2014年在三级医院首次住院，符合范围50000元。起付1300元；3万元以下28700 × 85% = 24395元，
3万至4万元10000 × 90% = 9000元，4万元以上10000 × 95% = 9500元，统筹支付42895元，自付7105元。
"""
