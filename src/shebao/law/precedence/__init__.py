"""待遇衔接: precedence (先保险、再救助、后福利): which benefit excludes which, and what counts as income for what.

先后：社会保险先于社会救助，社会救助先于社会福利；同类待遇不重复享受。
排除：领养老金的不再领失业金；因工死亡由工伤保险支付遗属待遇；特困人员、享受工伤护理费的不再领残疾人两项补贴、老年人服务和护理补贴；
后两类补贴择一；孤儿领孤儿费，不作特困、不计入低保人口；孤儿和困境儿童不领残疾人生活补贴；残疾军人领护理费的不领残疾人护理补贴。
收入：养老金、失业金、工伤津贴计入低保收入；居民基础养老金、优抚待遇、高龄和残疾补贴、孤儿费不计。
何时：每月按当时的事实判断。

Benefits that another may take the place of have three variables: what their own conditions give, what excludes them,
and what is paid.

例：张某80周岁，重度失能，肢体一级残疾，2019年11月两类补贴都可申请。选择老年人补贴：护理补贴600元，残疾人两项补贴不发；
改选残疾人补贴，则老年人补贴不发。
"""
