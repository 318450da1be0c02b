"""待遇联动: next year's standards from next year's wages, prices and incomes.

谁：一行是一个"待遇标准年度"，不是人；给出该年度的工资、最低工资、低保标准、物价涨幅等，得出联动的各项标准。
何时：每年公布平均工资（缴费基数、护理费、丧葬费）、调整最低工资（低收入线、失业金、特困护理）
或低保标准（特困、临时救助）时。
多少：法规给出公式的才计算；没有公式的（低保标准本身、养老金、伤残津贴平均数、孤儿费）是输入或不算。

A row is a year of standards, not a person: its inputs are the year's figures; one that is not given is 0 and gives 0.
Computed are: limits of the contribution base (300 % and 60 % of the average wage), unemployment benefit by
tier (70 to 90 % of the minimum wage, approx) and whether it stays between the minimum living standard and the
minimum wage, low-income line, support of the destitute (1.5 standards; care 20, 40, 60 % of the minimum wage), limits
of temporary assistance, children's standards that follow another, care pay and grants of injury insurance, veterans'
yearly raises to the nearest 10 yuan, and the temporary subsidy when prices rise.  The yearly raise of pensions is in
企业养老保险 (adjustment).  How the minimum living standard, injury averages and orphans' allowance are set is not a
formula of any text at hand: they are given.

例：李某是烈士遗属（城镇），2014年标准每年16630元，2015年10月1日起提高15%：
16630 × 1.15 = 19124.5，取整到10元是19120元，与公布数一致。
Urban families of martyrs had 16 630 yuan in 2014; 15 % more is 19 124.50, to the nearest 10 yuan 19 120, as published.
"""
