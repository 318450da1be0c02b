"""监督: the city in figures, taken each night; the plan's targets beside them.  No person is named here.

models    figures by day, name and place
figures   what each figure counts
targets   the plan's targets and what they stood at before
"""
