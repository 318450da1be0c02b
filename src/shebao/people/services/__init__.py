"""The verbs of the record: every write, within the caller's act.

recording     record, correct: the one way in for facts
registration  a person comes into the record
loading       whole tables at once
"""

from shebao.people.services.loading import draw, load
from shebao.people.services.recording import Recorded, correct, died, record
from shebao.people.services.registration import (
    Registered,
    begin_flexible,
    register,
    register_citizen,
    register_flexible,
    register_foreigner,
)

__all__ = [
    "Recorded",
    "Registered",
    "begin_flexible",
    "correct",
    "died",
    "draw",
    "load",
    "record",
    "register",
    "register_citizen",
    "register_flexible",
    "register_foreigner",
]
