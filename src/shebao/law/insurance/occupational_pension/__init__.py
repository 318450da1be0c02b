"""企业年金与职业年金: limits of contributions, tax limits, accounts; and the ten-year bridge for staff of institutions.

谁：建立企业年金的单位和职工；机关事业单位工作人员。
多少：企业年金缴费有上限，税前扣除有限额；职业年金月待遇 = 储存额 ÷ 计发月数；机关事业单位十年过渡期内，
新办法高于老办法的部分按年逐步发放，低于的按老办法。
何时：缴费按年；待遇自退休次月按月。

企业年金: 劳社部令第20号 from 2004-05-01, 人社部令第36号 from 2018-02-01; tax: 财税〔2009〕27号, 财税〔2013〕103号.
职业年金: 国办发〔2015〕18号 from 2014-10-01.  机关事业单位: 国发〔2015〕2号, 京政发〔2015〕46号.
How an enterprise annuity is paid out is not in the documents at hand and has no rule here.

例：周某，女，1961年1月1日生，机关工作人员，2016年1月1日55岁退休。职业年金123456.78 ÷ 170 = 726.22元；
老办法6000元，新办法6543.21元，过渡期第二档发高出部分的20%，每月6108.64元。
"""
