"""The reads of the record; each one of a person is taken down, with who and why.

person      one record, now or as known at a moment; its history
finding     by number, card, name or pinyin; the staff of an organisation
duplicates  records as linkage compares them; pairs that wait
"""

from shebao.people.selectors.duplicates import Waiting, records, waiting_pairs
from shebao.people.selectors.finding import Found, Staff, find, staff
from shebao.people.selectors.person import WHOLE, Happening, Person, history, merged, person, whole

__all__ = [
    "WHOLE",
    "Found",
    "Happening",
    "Person",
    "Staff",
    "Waiting",
    "find",
    "history",
    "merged",
    "person",
    "records",
    "staff",
    "waiting_pairs",
    "whole",
]
