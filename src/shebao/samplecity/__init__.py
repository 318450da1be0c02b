"""A city to try the law on: invented people in the shape of Beijing, the same for the same seed.

draws       a number for each person and purpose
calendar    the calendar of the rules over arrays
figures     what of the law's figures a plausible life needs
census      how many people of each age, sex and registration there are
population  who the people are: age, sex, registration, identity number, death, scheme
hard        cases on the borders of the law
careers     working lives as contribution histories
employees   what the employee pension knows besides: opening facts, transfers, annuities, deaths
residents   what the other schemes know: yearly payments, welfare pensions, moves between schemes, requisitions of land
facts       all of that by the name of the law's input
broken      rows with planted faults
tables      the city as Arrow tables and Parquet
"""
