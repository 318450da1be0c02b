"""儿童福利: orphans, children in fact raised by nobody, sick or disabled children of poor households; leaving care.

谁：有本市户籍、经审批的未成年人；满18周岁仍在中学、职业学校就读的继续。孤儿为父母双亡或查找不到；2016年5月30日前，父母均死亡、失踪、
服刑或重残的视同孤儿，此后为事实无人抚养儿童；2019年7月起事实无人抚养的范围扩大到重病、强制戒毒、失联等，或监护权被撤销。
多少：孤儿2011年起机构1600元、散居1400元（散居且父母双亡的补发至2010年1月），2016年5月31日起机构2000元，2025年7月起2850元，
其间标准未查到。事实无人抚养儿童2016年5月31日起1800元，2019年7月起同孤儿标准，低保家庭补差；低保家庭重病、残疾儿童为其40%。
何时：按月，视同孤儿和困境儿童自审批次月起；死亡、成年且不在校、被收养或父母恢复能力的次月停发。
另有：孤儿、事实无人抚养儿童医疗救助，入园、就学补贴，成年孤儿离院时15万元安置（用于住房和就业，不发现金）。
重叠的类别取高不重复；与特困供养的关系见“待遇衔接”。

Who: approved children of this city to 18, or while in secondary or vocational school. How much: by class, above.
When: monthly; the classes begin the month after approval, and all end the month after the reason ends.

例：李某，2006年生，父亲服刑、母亲失踪，2016年5月20日审批为事实无人抚养儿童。5月不发，自2016年6月起每月1800元。
"""
