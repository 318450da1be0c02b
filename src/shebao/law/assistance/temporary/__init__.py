"""临时救助：家庭突遇急难，或必需支出大到难以为生时的一次性救助；采暖救助也列在这里。

谁：急难型，遭遇急难、基本生活暂时陷入困境的家庭或个人；支出型，12个月收入扣除必需支出后月人均低于低收入线的家庭。同一事由一年内只救助一次。
何时：2020年7月8日起依京民社救发〔2020〕86号，标准按申请日；2009年至此前依京民救发〔2008〕546号，标准没有查到，应救助的标为缺数。
多少：急难型按所需，每人最多3个月低保标准；支出型，低保、低收入、特困家庭支出2000元以上，3万元以内40%、超过部分50%；其他家庭
5000元以上，30%、40%，有重度残疾人的各加10个百分点；最多24个月低保标准。采暖救助确有此项，标准没有查到。

Temporary assistance is paid once to a household, in an emergency (up to three minimum living standards a person) or for
necessary spending beyond its means (by bands, up to 24 standards), not twice within a year for the same cause.  The
rule is of 2020-07-08; amounts from 2009 to that day were not found.  Heating assistance to families on minimum living
or destitute exists (coal, central heating, clean energy), its amounts were not found either: who claims it is told so.

例：陈某家不是低保家庭，2020年9月申请，12个月必需支出40000元，扣除后人均低于低收入线，无重度残疾人：
30000 × 30% + 10000 × 40% = 9000 + 4000 = 13000元，低于24 × 1170 = 28080元，救助13000元。
"""
