"""最低生活保障: the minimum living allowance of a household, with classified help and gradual exit.

谁：有本市户籍、申报了家庭经济状况、人均收入低于低保标准、财产不超线的家庭。
多少：2018年底前，各成员标准乘分类系数之和，减去家庭月收入，取整到元；2019年起，人均收入（先减去重病、重残或单亲家庭的收入扣减）与标准的差额乘人数，
再加重病重残人员35%、老人儿童学生等25%的分类增发。就业人员的收入先扣除标准的80%（就业奖励）；就业后收入超过标准的，前3个月照发、后3个月减半（救助渐退）。
何时：自申报的次月起按月发放，随标准调整。

Who: a household registered here that declared its means, with less income a head than the standard and little property.
How much: what is lacking to the standard, and more for the sick, disabled, old and young. When: monthly, from the month
after the declaration.

例：2019年8月，张某一家三口，无存款。丈夫在单位上班，月工资净收入2000元，妻子无业，孩子12岁。标准1100元。
就业奖励：2000 − 0.8 × 1100 = 1120元计入收入。差额：3 × 1100 − 1120 = 2180元。孩子不满16周岁，增发25%：275元。
每月共2455元。
"""
