"""优抚安置: care of disabled soldiers, of the families of the dead, of old veterans; discharge and resettlement.

谁：残疾军人（因战、因公一至十级，因病一至六级）；烈士、因公牺牲、病故军人遗属；在乡复员、带病回乡、参战参试等退役人员；义务兵家庭；
退出现役的士兵。
多少：残疾抚恤金、定期抚恤金按国家年度标准（未查到的年份和等级不推算），北京加发部分没有分等级的数额，不计入；一至四级在家生活的护理费为
上年社平月工资的50%、40%或30%。一次性抚恤金：烈士、因公牺牲20倍全国城镇居民人均可支配收入加40个月工资，病故2倍加40个月，立功的按最高一项
增发；烈士另有30倍褒扬金。义务兵家庭优待金每年18000元。自主就业的一次性退役金每服役一年4500元。
何时：按月、按年或一次；死亡次月停发，服刑、被剥夺政治权利或被通缉期间中止，被判死刑、无期徒刑的取消。

Who: disabled soldiers, families of the dead, old veterans, conscripts' families, discharged soldiers.
How much: the national amounts of the year by class; nursing by the citywide wage; grants by national income and pay.

例：王某，因战一级残疾军人，在家生活。2010年10月残疾抚恤金26870 ÷ 12 = 2239.17元，
护理费为2009年社平月工资4037 × 50% = 2018.50元。
"""
