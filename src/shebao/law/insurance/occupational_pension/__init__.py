"""企业年金与职业年金: limits of contributions, tax limits, accounts; and the ten-year bridge for staff of institutions.

企业年金: 劳社部令第20号 from 2004-05-01, 人社部令第36号 from 2018-02-01; tax: 财税〔2009〕27号, 财税〔2013〕103号.
职业年金: 国办发〔2015〕18号 from 2014-10-01.  机关事业单位: 国发〔2015〕2号, 京政发〔2015〕46号.
How an enterprise annuity is paid out is not in the documents at hand and has no rule here.
"""
