"""低收入家庭认定: families a little above the minimum living standard, who have help with single burdens.

谁：申报了家庭经济状况、人均收入低于低收入标准（2019年起为最低工资）、财产不超线，又不在低保的家庭。
多少：本身不发生活费；2019年起家中16周岁及以下和全日制在校学生每人每月发低保标准的25%。凭此身份享受医疗、教育、住房等专项救助。
何时：自申报的次月起。

Who: families with an income a head below the low-income line who are not on the minimum living allowance.

例：2019年8月，李某夫妇与10岁的孩子，无存款，两人灵活就业，家庭月收入共6000元，人均2000元，高于低保标准1100元，
低于最低工资2200元：认定为低收入家庭，孩子每月发1100 × 25% = 275元。
"""
