"""福利养老金: a monthly amount from the budget for people of this city from 60 who have no pension of any kind.

京政发〔2007〕35号, in force from 2008-01-01; who is entitled to the residents' 基础养老金 does not get it.  From 2009
nobody enters but those who could not join the residents' scheme.  Amounts after 2017 are not at hand and are refused.
"""
