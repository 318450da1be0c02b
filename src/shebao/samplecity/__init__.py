"""A city to try the law on: invented people in the shape of Beijing, the same for the same seed.

draws       a number for each person and purpose
census      how many people of each age, sex and registration there are
population  who the people are: age, sex, registration, identity number, death, insurance
careers     working lives as contribution histories
pensions    what the pension schemes know besides: opening facts, payments of residents, transfers, deaths
hard        cases on the borders of the law
broken      rows with planted faults
tables      all of it as Arrow tables and Parquet
"""
