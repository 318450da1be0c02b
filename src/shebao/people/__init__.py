"""人员: the one record of each person, households, organisations, cards.

codes      what the numbers of a record mean
facts      facts about a person, and the event that brings them
names      how a name is searched: pinyin and initials
models     what is stored
services   the verbs: every write
selectors  the reads, each taken down
linkage    which records may be of the same person
"""
