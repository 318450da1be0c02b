"""福利养老金: a monthly amount from the budget for people of this city from 60 who have no pension of any kind.

谁：本市户籍、满60周岁、没有任何养老待遇的老年人；2009年起不再有新人进入（无法参加居民养老保险的除外）。
多少：每月200元（2008年），逐年提高，2016年425元。
何时：按月，发至死亡当月。

京政发〔2007〕35号, in force from 2008-01-01; who is entitled to the residents' 基础养老金 does not get it.  From 2009
nobody enters but those who could not join the residents' scheme.  Amounts after 2017 are not at hand and are refused.

例：郑某，1948年12月31日生，农村户籍，没有任何养老待遇。2008年12月31日满60周岁，当月起每月200元；2013年起每月310元。
"""
