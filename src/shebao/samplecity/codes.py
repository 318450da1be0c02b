"""Codes of the city's tables that neither the law nor the record of people (`people.codes`) has."""

from __future__ import annotations

import enum


class Provider(enum.IntEnum):
    """What an organisation provides to the insured, if anything."""

    NONE = 0
    HOSPITAL = 1  # a designated medical institution of any rank
    SCHOOL = 2
    CARE_HOME = 3


class Scheme(enum.IntEnum):
    """What a person is a member of: the law's Insurance from 1 to 7, and two more."""

    PENSION = 1
    MEDICAL = 2
    UNEMPLOYMENT = 3
    INJURY = 4
    MATERNITY = 5
    RESIDENT_PENSION = 6
    RESIDENT_MEDICAL = 7
    WELFARE_PENSION = 8
    INSTITUTION = 9  # staff and retired staff of government and institutions, under their own rules


class State(enum.IntEnum):
    """In which state a membership is."""

    PAYING = 1  # or paid for
    PAUSED = 2  # stopped paying, draws nothing, and may go on
    RECEIVING = 3


PENSION_SCHEMES = (Scheme.PENSION, Scheme.RESIDENT_PENSION, Scheme.WELFARE_PENSION, Scheme.INSTITUTION)
MEDICAL_SCHEMES = (Scheme.MEDICAL, Scheme.RESIDENT_MEDICAL)
