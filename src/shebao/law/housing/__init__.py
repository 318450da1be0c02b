"""住房保障: homes at a low rent or a capped price for families who live in little space, and rent subsidies.

谁：本市城镇家庭，人均使用面积、家庭年收入和家庭资产都在线下；公共租赁住房也收新就业职工和稳定工作的外来人员。
何时：廉租（2008年标准）、经济适用（2007年11月）、限价（2008年4月）、公租（2011年12月标准）；
三级审核后按轮候顺序配租配售。
多少：公租房租金补贴自2012年5月起按收入分六档，最多为租金的95%，只算60平方米以内；2015年11月16日至2020年7月31日，
租市场房的家庭另有市场租房补贴，按档和人口定额，不超过实付租金。每年复核，收入超线按市场租金。

Who: families with little space per head (7.5, 10 or 15 square metres), income and assets below the lines of the
programme for their size.  When: after three reviews, in the order of the queue; two refusals put a family out for
three years.  How much: from 2012-05 a share of the rent by income, from 95 % down to 10 %, for at most 60 square
metres; from 2015-11-16 to 2020-07-31 a fixed amount for a family that rents on the market, at most its rent.  What the
lines were before these days, and the market subsidy after July 2020, is not at hand and is refused by name.  All
variables belong to the applying family (住房保障申请家庭), not to a person.

例：张某一家三口，2016年3月租住公租房50平方米，标准租金每平方米40元，月人均收入1500元，资产20万元。属第四档（50%），
每月补贴 40 × 50% × 50 = 1000元。如果张某是重度残疾人，提高一档到70%，每月1400元。
Zhang's family of three rents 50 square metres at 40 yuan each in March 2016 with 1500 yuan a head a month: tier 4, half
of the rent, 1000 yuan; were Zhang severely disabled, one tier up, 70 %, 1400 yuan.
"""
