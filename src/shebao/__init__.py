"""shebao: one city's social protection on one record of each person, with the law written once."""
