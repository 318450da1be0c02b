"""遗属待遇、丧葬抚恤: what is paid when an insured worker, a pensioner or a resident dies, not through work.

Three regimes by the day of death: to 2011-06-30 funeral subsidy and relief of dependants; from 2011-07-01 社会保险法
第17条; from 2021-09-01 人社部发〔2021〕18号.  Refused, for want of text or figures: the grant of the second regime, the
amounts of the third, whose base (the city's urban disposable income) is at hand to 2015 only.
"""
