"""本市基本情况: facts of every person, the household, disability, and the series that all programmes read."""
