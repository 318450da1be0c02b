"""城乡养老保险制度衔接: moving between the employee and the residents' pension.

谁：先后在职工养老保险和居民养老保险缴费、到龄后申请衔接的人。
多少：职工缴费满15年的，居民账户并入职工账户；不满的，职工账户并入居民账户，职工缴费年限计入居民缴费年限。
何时：2014年7月1日起，申请之日；同一月份两边都缴的，退还居民缴费。

人社部发〔2014〕17号, in force from 2014-07-01.  15 years in the employee scheme take the residents' account into it;
fewer take the employee account into the residents' scheme.  Months paid in both are refunded by the residents' scheme.

例：钱某职工缴费48个月，不满15年，2015年3月31日申请转入居民养老保险：账户12345.67元转入；2012年两边都缴，
退还1000元；居民缴费月数变为24 − 12 + 48 = 60个月。
"""
