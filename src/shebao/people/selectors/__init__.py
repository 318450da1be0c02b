"""The reads of the record; each one of a person is taken down, with who and why.

person   one record, now or as known at a moment; its history
finding  by number, card, name or pinyin; the staff of an organisation
"""

from shebao.people.selectors.finding import Found, Staff, find, staff
from shebao.people.selectors.person import Happening, Person, history, merged, person, whole

__all__ = ["Found", "Happening", "Person", "Staff", "find", "history", "merged", "person", "staff", "whole"]
