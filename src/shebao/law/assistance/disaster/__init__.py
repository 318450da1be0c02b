"""自然灾害救助：因灾断粮的人按天给口粮补助，倒塌房屋经批准重建的家庭按间给重建补助。

谁：因灾无力解决口粮的人；住房因灾倒塌，经本人申请或村民提名、村评议、公示、乡镇审核、区批准重建的家庭。
何时：灾害发生之日起，按灾害发生日的标准一次算定；口粮补助最多90天。
多少：口粮每人每天15元（约数）；重建补助2007年8月15日起国家每间1500元，此前600元；《自然灾害救助条例》（国务院令第577号，
2010年9月1日）施行后的北京标准没有查到，只知道每间15000至25000元，这里取低的一头，标为约数。
救灾款物无偿，不得收费；定向捐赠按捐赠人意愿使用。

Disaster relief: food money by the day for people whom a disaster leaves without food, at most 90 days, and money by the
room for a household whose house collapsed, once its rebuilding is approved (application or nomination, review in the
village, public notice, township, district).  What holds is what was in force on the day of the disaster.  Transition
living, damaged rooms and families of the dead: no amounts are at hand, and nothing is computed.

例：张某家2012年7月21日遭暴雨，倒塌住房3间，重建已批准；张某断粮100天。重建补助 3 × 15000 = 45000元；口粮补助
按90天封顶，90 × 15 = 1350元。
"""
