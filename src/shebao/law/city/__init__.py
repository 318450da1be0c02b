"""全市共用: facts about a person, and the city's wages, incomes, prices and rates, which the programmes share."""
