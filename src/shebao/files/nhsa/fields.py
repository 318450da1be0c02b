"""A field of a message, as the definitions give it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

TEXT, CODE, NUMBER, DATE, DATETIME, FLAG, NODE, ANY = (
    "text",
    "code",
    "number",
    "date",
    "datetime",
    "flag",
    "node",
    "any",
)
TYPES = (TEXT, CODE, NUMBER, DATE, DATETIME, FLAG, NODE, ANY)
Codes = Callable[[str], Mapping[str, str]]  # values of a list by its name


@dataclass(frozen=True, slots=True)
class Field:
    """One field, or a node with fields of its own.

    length: characters of a text, digits of a number in all.  places: of the digits, those after the point; a number is
    held as an int, its value times 10**places.  codes: name of the code list, "" where the definitions have none, when
    the length alone counts.  not_future: a day that may not be later than the day of the message.  rows: a list of
    such.
    """

    code: str
    name: str
    type: str
    length: int = 0
    places: int = 0
    codes: str = ""
    required: bool = False
    not_future: bool = False
    rows: bool = False
    fields: tuple[Field, ...] = ()
