"""What the whole law shares: facts about a person, and the city's wages, incomes, prices and rates."""
