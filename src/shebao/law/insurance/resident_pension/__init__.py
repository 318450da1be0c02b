"""城乡居民养老保险: contributions once a year, a personal account, a basic pension from the budget.

京政发〔2008〕49号, in force from 2009-01-01; before it the 新农保 of 2008 (京政发〔2007〕34号), merged on that day;
nationally 国发〔2014〕8号.  What is not at hand is refused: the terms of 2008, the government's match from 2014, the
basic pension after 2024, the interest of a year in which the bank's one-year rate changed.  A settled balance (an
opening fact) stands in for all that lies before it.
"""
