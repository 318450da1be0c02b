"""How the certificate's kinds and levels are graded for the subsidies."""

from __future__ import annotations

from shebao.law.city.disability import DisabilityKind, DisabilityLevel
from shebao.law.welfare.disability.facts import CareClass, LivingGrade
from shebao.rules.declare import Reason, refuse, rule

RULES_2016 = "京民福发〔2016〕434号"
GRAVEST_DISABILITY_NOT_GIVEN = Reason(
    "GRAVEST_DISABILITY_NOT_GIVEN",
    "多重残疾未说明最重的类别",
    "Of the multiple disabilities it is not said which is the gravest",
)


@rule(
    zh="定级的残疾类别",
    en="Kind of disability that is graded",
    cites="GB/T 26341",
    note="of multiple disabilities the gravest decides",
)
def graded_disability(
    disability_kind: DisabilityKind, disability_level: DisabilityLevel, gravest_disability: DisabilityKind
) -> DisabilityKind:
    """The certificate's kind; of multiple ones the gravest; none without a level."""
    if disability_level == DisabilityLevel.NONE:
        return DisabilityKind.NONE
    if disability_kind != DisabilityKind.MULTIPLE:
        return disability_kind
    if gravest_disability == DisabilityKind.NONE or gravest_disability == DisabilityKind.MULTIPLE:
        refuse(GRAVEST_DISABILITY_NOT_GIVEN)
    return gravest_disability


@rule(zh="生活补贴残疾等级档次", en="Grade for the living subsidy", cites=RULES_2016, confidence="source")
def living_grade(graded_disability: DisabilityKind, disability_level: DisabilityLevel) -> LivingGrade:
    """Severe: sight and limb 1 to 2, intellect and mind 1 to 3.  Other: the rest, and hearing and speech 1 to 4."""
    if graded_disability == DisabilityKind.NONE:
        return LivingGrade.NONE
    if graded_disability == DisabilityKind.HEARING or graded_disability == DisabilityKind.SPEECH:
        return LivingGrade.OTHER
    if disability_level == DisabilityLevel.LEVEL_1 or disability_level == DisabilityLevel.LEVEL_2:
        return LivingGrade.SEVERE
    if disability_level == DisabilityLevel.LEVEL_4:
        return LivingGrade.OTHER
    if graded_disability == DisabilityKind.INTELLECT or graded_disability == DisabilityKind.MIND:
        return LivingGrade.SEVERE
    return LivingGrade.OTHER


@rule(
    zh="护理补贴档次",
    en="Class of the care subsidy",
    cites=RULES_2016,
    confidence="source",
    note="which levels the two classes of 2015 (京残发〔2015〕36号) held is not at hand: these are taken",
)
def disability_care_class(
    disability_kind: DisabilityKind, graded_disability: DisabilityKind, disability_level: DisabilityLevel
) -> CareClass:
    """Higher: sight, limb, intellect and mind 1, multiple with intellect or mind 2.  Lower: sight and limb 2, intellect
    and mind 2 to 3, hearing and speech 1 to 2."""
    if graded_disability == DisabilityKind.NONE or disability_level == DisabilityLevel.LEVEL_4:
        return CareClass.NONE
    if graded_disability == DisabilityKind.HEARING or graded_disability == DisabilityKind.SPEECH:
        return CareClass.NONE if disability_level == DisabilityLevel.LEVEL_3 else CareClass.LOWER
    if disability_level == DisabilityLevel.LEVEL_1:
        return CareClass.HIGHER
    if graded_disability == DisabilityKind.INTELLECT or graded_disability == DisabilityKind.MIND:
        if disability_level == DisabilityLevel.LEVEL_2 and disability_kind == DisabilityKind.MULTIPLE:
            return CareClass.HIGHER
        return CareClass.LOWER
    return CareClass.LOWER if disability_level == DisabilityLevel.LEVEL_2 else CareClass.NONE
