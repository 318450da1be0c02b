"""失业保险: the benefit while out of work, its months and tiers, the lump sum of rural contract workers, medical cover.

谁：单位和本人缴费满一年、非因本人意愿中断就业、已登记并求职的失业人员。
多少：按累计缴费年限分五档按月发给，第13个月起按最低档。期限：缴费满1、2、3、4年分别为3、6、9、12个月，满5年起每满一年加1个月，最长24个月。
何时：自登记的次月起；重新就业、应征服兵役、移居境外、享受养老金或无正当理由拒绝工作时停发，剩余月数留待下次。

Who: workers insured for a year who lost their job against their will. How much: five tiers by years paid.

例：孙某缴费满11年，2013年1月被裁员并登记。期限12 + (11 − 4) = 19个月，自2013年2月起每月946元；
2014年2月是第13个月，改按最低档892元。
"""
