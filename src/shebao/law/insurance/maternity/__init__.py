"""生育保险 (2005年7月1日起): the allowance in place of wages, the quotas of the medical expenses.

谁：单位缴费（0.8%）的参保职工，分娩、终止妊娠前连续缴费满9个月（含当月）由基金支付；不满的由单位支付，之后连续缴满12个月，基金再补支。
灵活就业人员和居民不参加生育保险；他们的生育医疗费由医疗保险支付，见“医疗保险”。
多少：生育津贴 = 缴费基数 ÷ 30 × 产假天数；2011年底前按本人当月基数，2012年起按用人单位月缴费平均基数。
产假90天，2012年4月28日起98天，难产加15天，
每多生一胎加15天，晚育加30天，2016年3月24日起依法生育均加30天。
津贴低于本人工资的，差额由单位补足。医疗费按项目和医院等级定额或限额支付。
何时：一次付清，按分娩、终止妊娠之日的规定。

Who: employees whose employer has paid nine months in a row. How much: the base by thirtieths for each day of leave.
When: once; by the rules of the day on which the pregnancy ended.

例：赵某，25岁，2012年1月10日顺产头胎，已连续缴费24个月，单位月平均基数4500元。产假90天，晚育加30天，共120天，
生育津贴为4500 ÷ 30 × 120 = 18000元。她的工资为5000元，应得20000元，差额2000元由单位补足。
"""
