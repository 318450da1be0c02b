"""A city to try the law on: invented people in the shape of Beijing, the same for the same seed.

data          the figures it is made after, each with its source and confidence; `sources` reads them
draws         a number for each person and purpose
calendar      the calendar of the rules over arrays
columns       Arrow columns from arrays
codes         codes that neither the law nor the record has
figures       what of the law's figures a plausible life needs
census        how many people of each age, sex and registration there are
population    who the people are: age, sex, registration, identity number, death, pension scheme
hard          cases on the borders of the law
places        city, districts, streets, communities
organisations employers, hospitals, schools, homes, and who works for which
careers       working lives as contribution histories
disability    who is disabled
programmes    what assistance, welfare, veterans and housing ask, drawn from the law's declarations
employees     what the employee pension knows besides: opening facts, transfers, annuities, deaths
residents     what the other schemes know: payments, welfare pensions, moves between schemes, requisitions of land
households    who lives with whom
dwellings     where
names         how they are called
identifiers   identity numbers, cards, telephones, bank accounts
work          who works where, as what, for which wage
insured       memberships, the histories of all insurances, accounts
circumstances low income, disability, service; guardians and payees; protection
hospital      how often they went to hospital

Two ways to have the city:
city          the whole of it, block after block, for a database; `report` sets it beside published figures
tables        what the law reads of each person, for `shebao sample`: `facts` by the name of the input, `broken` rows
              with planted faults

loading, month and demonstration bring the city into the database and work on it there.
"""
