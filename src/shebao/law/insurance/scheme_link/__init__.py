"""城乡养老保险制度衔接: moving between the employee and the residents' pension.

人社部发〔2014〕17号, in force from 2014-07-01.  15 years in the employee scheme take the residents' account into it;
fewer take the employee account into the residents' scheme.  Months paid in both are refunded by the residents' scheme.
"""
