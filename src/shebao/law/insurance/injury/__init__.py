"""工伤保险: after an injury at work: lump sums and allowances by grade, care pay, death, dependants' allowances.

谁：经认定为工伤并评定伤残等级的职工，因工死亡职工的近亲属。
多少：一次性伤残补助金为本人工资的27个月（一级）至7个月（十级）；一至四级每月发本人工资的90%至75%，不低于最低工资；
生活护理费为上年度社平月工资的50%、40%、30%；五至十级终止劳动关系时另发一次性医疗补助金（基金）和就业补助金（单位）。
因工死亡：丧葬补助金6个月社平工资，一次性工亡补助金为上年度全国城镇居民人均可支配收入的20倍。

Who: workers hurt at work, by the grade of their disability, and the families of those who died.

例：吴某2012年5月被评为二级伤残，本人工资4000元，生活大部分不能自理。一次性伤残补助金4000 × 25 = 100000元；
伤残津贴每月4000 × 85% = 3400元；护理费每月4672 × 40% = 1868.80元。
"""
