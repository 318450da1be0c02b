"""Taking over an existing system: its persons, histories, balances and awards become opening facts.

files in a folder -> staged rows -> checks -> the rooms below (people, contributions, ledger), in one act or not at all.
"""
