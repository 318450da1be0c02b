"""跨省转移接续: what money moves when an insured worker moves to another province, and which place pays the pension.

国办发〔2009〕66号 and 人社部发〔2009〕187号, in force from 2010-01-01.
"""
