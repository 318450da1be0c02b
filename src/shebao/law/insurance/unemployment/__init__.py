"""失业保险: the benefit while out of work, its months and tiers, the lump sum of rural contract workers, medical cover.

谁：单位和本人缴费满一年、非因本人意愿中断就业、已登记并求职的失业人员。
多少：按累计缴费年限分五档按月发给，第13个月起按最低档。期限：缴费满1、2、3、4年分别为3、6、9、12个月，满5年起每满一年加1个月，最长24个月。
何时：自登记的次月起；重新就业、应征服兵役、移居境外、享受养老金或无正当理由拒绝工作时停发，剩余月数留待下次。

Who: workers insured for a year who lost their job against their will. How much: five tiers by years paid.

例：孙某缴费满11年，2013年1月被裁员并登记。期限12 + (11 − 4) = 19个月，自2013年2月起每月946元；
2014年2月是第13个月，改按最低档892元。

领取期间：2011年7月起由基金缴纳职工医疗保险费，此前为医疗补助金（比例分段待核实，规则拒绝）；领取期间死亡的，遗属可选择向失业
保险申领丧葬补助金和抚恤金，标准同在职职工。另有灵活就业社会保险补贴（医疗部分）、付给单位的稳岗补贴（上年所缴失业保险费的50%）。

Also: months left after a new job, death while drawing (as for employees), the medical part of the subsidy of flexible
workers, the subsidy for stable posts, paid to employers.  The premium rates by date are in `contributions`.  Left out,
because the figures are not at hand: an extension of the months, 岗位补贴, training subsidies, the base on
which the fund pays the medical contribution, the mechanism by which the premium rate is adjusted.
"""
