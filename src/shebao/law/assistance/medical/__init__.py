"""医疗救助：保险报销之后，困难群众目录内自己负担的医疗费再由政府按比例救助，年度有封顶线。

谁：特困供养人员、低保对象、低收入家庭成员、生活困难补助人员，以及返城知青、60年代精减退职老职工；另有因病致贫家庭。
何时：先保险、后救助。费用结算当日起算，比例和封顶线按结算日的标准；因病致贫家庭每个日历年一次。
多少：救助 = min(比例 × 目录内自负, 封顶线 − 本年同类已救助)。2023年1月1日起（京医保发〔2022〕37号）不设起付线：
特困人员和返城知青100%，不封顶；精减退职老职工门诊80%、住院85%，不封顶；低保、生活困难补助、低收入门诊80%（年8000元）、住院85%（年160000元）。
2010至2022年的比例是约数。因病致贫：自负医疗费3万元以下30%，3万至5万元40%，5万元以上50%，最多15万元。

Medical assistance pays, after all insurance, a share of what a poor person still bears, up to a yearly cap.  From 2023
there is no deductible; figures from 2010 to 2022 are approx, those of the destitute before 2023 and of low-income
families before 2013 were not found and are refused.  A family made poor by illness, whose income a head after the
burden is within the minimum wage and whose property is within the line, gets 30, 40 and 50 % by bands once a year.
For 因病致贫 the person who is ill claims.

例：王某享受低保，2023年3月住院，保险报销后目录内自负10000元，本年未救助过：10000 × 85% = 8500元，未到封顶线，
救助8500元。李某家因病致贫，自负医疗费80000元：30000 × 30% + 20000 × 40% + 30000 × 50% = 9000 + 8000 + 15000 = 32000元。
"""
