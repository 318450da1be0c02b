"""By age alone: the longevity allowance, the home-care voucher, the medical supplement of the very old."""

from __future__ import annotations

from shebao.law.city.facts import Hukou
from shebao.law.welfare.disability.subsidies import aged, alive_here
from shebao.law.welfare.elderly.facts import LongevityClass
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import LAST_DAY, Day, Fen, Flag, Months, Table, Years, day
from shebao.rules.language import add_months, as_months, day_of_index, helper, month_index, number

RULES_2008 = "京老办发〔2008〕12号"
RULES_2019 = "京民养老发〔2019〕160号"
VOUCHER = "京民老龄发〔2009〕504号"
START_2019: Day = day("2019-10-01")
NEVER: Day = LAST_DAY
AGE_80: Months = 960
PILOT_VOUCHER_OUTSIDE = Reason(
    "PILOT_VOUCHER_OUTSIDE",
    "试点服务券月额不在规定幅度内",
    "The voucher that the district granted is outside the limits of the pilot",
)


@helper
def claim_covers(on: Day, right: Day, claim: Day, back: Months) -> Flag:
    """Whether the month is paid: from the claim on, or back to the first month of right if claimed in that time."""
    if month_index(claim) <= month_index(on):
        return True
    if claim == NEVER or right > claim or month_index(right) > month_index(on):
        return False
    return claim <= add_months(right, back)


@rule(
    zh="高龄津贴年龄档",
    en="Age class of the longevity allowance",
    cites=f"{RULES_2008}；{RULES_2019}",
    confidence="approx",
    note="an age counts from the first of the month of birth",
)
def longevity_class(benefit_day: Day, birth_day: Day) -> LongevityClass:
    """By the age of the month."""
    age = number(as_months(month_index(benefit_day) - month_index(birth_day)))
    if age < 80 * 12:
        return LongevityClass.NONE
    if age < 90 * 12:
        return LongevityClass.AGE_80
    return LongevityClass.AGE_90 if age < 100 * 12 else LongevityClass.AGE_100


@rule(
    variable="longevity_allowance_eligible",
    zh="符合高龄津贴条件",
    en="Entitled to the longevity allowance",
    cites=RULES_2008,
    until="2007-12-31",
)
def no_longevity_allowance_eligible() -> Flag:
    """The allowance begins in 2008."""
    return False


@rule(
    variable="longevity_allowance_eligible",
    zh="符合高龄津贴条件",
    en="Entitled to the longevity allowance",
    cites=RULES_2008,
    since="2008-01-01",
    until="2019-09-30",
    note="the day is approx; that it is paid from the month of the claim is taken by convention",
)
def longevity_allowance_eligible_2008(
    benefit_day: Day, death_day: Day, hukou: Hukou, longevity_claim_day: Day, longevity_class: LongevityClass
) -> Flag:
    """From 90, registered here, claimed."""
    if not alive_here(benefit_day, death_day, hukou) or month_index(longevity_claim_day) > month_index(benefit_day):
        return False
    return longevity_class == LongevityClass.AGE_90 or longevity_class == LongevityClass.AGE_100


@rule(
    zh="符合高龄津贴条件",
    en="Entitled to the longevity allowance",
    cites=RULES_2019,
    since="2019-10-01",
    confidence="source",
)
def longevity_allowance_eligible(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    hukou: Hukou,
    longevity_claim_day: Day,
    longevity_class: LongevityClass,
    elderly_back_pay_months: Months,
) -> Flag:
    """From 80, registered here; the right opens in the month of the 80th birthday, or in October 2019."""
    if longevity_class == LongevityClass.NONE or not alive_here(benefit_day, death_day, hukou):
        return False
    right = max(START_2019, day_of_index(month_index(birth_day) + AGE_80))
    return claim_covers(benefit_day, right, longevity_claim_day, elderly_back_pay_months)


@rule(
    variable="longevity_allowance",
    zh="高龄津贴",
    en="Longevity allowance",
    cites=RULES_2008,
    until="2007-12-31",
    pays=Pays.MONTHLY,
)
def no_longevity_allowance() -> Fen:
    """The allowance begins in 2008."""
    return 0


@rule(
    zh="高龄津贴",
    en="Longevity allowance",
    cites=f"{RULES_2008}；{RULES_2019}",
    since="2008-01-01",
    confidence="source",
    pays=Pays.MONTHLY,
)
def longevity_allowance(
    longevity_allowance_eligible: Flag, longevity_class: LongevityClass, longevity_standard: Table[Fen]
) -> Fen:
    """The amount of the age."""
    return longevity_standard[longevity_class] if longevity_allowance_eligible else 0


# ---- the home-care voucher
@rule(
    variable="home_care_voucher",
    zh="居家养老（助残）券",
    en="Home-care voucher",
    cites="京民福发〔2008〕335号",
    until="2007-12-31",
    pays=Pays.MONTHLY,
)
def no_home_care_voucher_yet() -> Fen:
    """The pilot begins in 2008."""
    return 0


@rule(
    variable="home_care_voucher",
    zh="居家养老（助残）券（试点）",
    en="Home-care voucher (pilot)",
    cites="京民福发〔2008〕335号",
    since="2008-01-01",
    until="2009-12-31",
    confidence="approx",
    note="ten districts; which class got how much is not at hand, so the amount that the district granted is taken",
    pays=Pays.MONTHLY,
)
def home_care_voucher_2008(
    benefit_day: Day,
    death_day: Day,
    hukou: Hukou,
    pilot_voucher_granted: Fen,
    pilot_voucher_least: Fen,
    pilot_voucher_most: Fen,
) -> Fen:
    """What the district granted, within the limits of the pilot."""
    if pilot_voucher_granted == 0 or not alive_here(benefit_day, death_day, hukou):
        return 0
    if pilot_voucher_granted < pilot_voucher_least or pilot_voucher_granted > pilot_voucher_most:
        refuse(PILOT_VOUCHER_OUTSIDE)
    return pilot_voucher_granted


@rule(
    variable="home_care_voucher",
    zh="居家养老（助残）券",
    en="Home-care voucher",
    cites=f"{VOUCHER}；京民老龄发〔2014〕459号",
    since="2010-01-01",
    until="2019-09-30",
    confidence="source",
    note="an age counts from the first of the month of birth, as for the allowance (approx)",
    pays=Pays.MONTHLY,
)
def home_care_voucher_2010(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    hukou: Hukou,
    severely_disabled: Flag,
    longevity_class: LongevityClass,
    home_care_claim_day: Day,
    home_care_voucher_amount: Fen,
) -> Fen:
    """From 80 on, or severely disabled from 16 to 79."""
    if month_index(home_care_claim_day) > month_index(benefit_day) or not alive_here(benefit_day, death_day, hukou):
        return 0
    if longevity_class != LongevityClass.NONE:
        return home_care_voucher_amount
    return home_care_voucher_amount if severely_disabled and aged(birth_day, benefit_day, 16) else 0


@rule(
    zh="居家养老（助残）券",
    en="Home-care voucher",
    cites=RULES_2019,
    since="2019-10-01",
    confidence="source",
    pays=Pays.MONTHLY,
)
def home_care_voucher() -> Fen:
    """The longevity allowance and the subsidies take its place."""
    return 0


# ---- the medical supplement
@rule(
    variable="elder_medical_supplement",
    zh="高龄老年人医疗补助",
    en="Medical supplement of the very old",
    cites="京民老龄发〔2011〕149号",
    until="2019-09-30",
    note="for holders of the old person's card (approx). What was paid back is not at hand; for those of 100 it began "
    "before 2011",
    pays=Pays.SERVICE,
)
def elder_medical_supplement_to_2019(
    benefit_day: Day,
    birth_day: Day,
    death_day: Day,
    hukou: Hukou,
    elderly_card_day: Day,
    elder_medical_supplement_age: Years,
) -> Flag:
    """From 100, since 2011 from 95: the own part of bills inside the insurance's lists is paid back."""
    if elderly_card_day > benefit_day or not alive_here(benefit_day, death_day, hukou):
        return False
    return aged(birth_day, benefit_day, number(elder_medical_supplement_age))


@rule(
    zh="高龄老年人医疗补助",
    en="Medical supplement of the very old",
    cites=RULES_2019,
    since="2019-10-01",
    confidence="source",
    pays=Pays.SERVICE,
)
def elder_medical_supplement() -> Flag:
    """Repealed."""
    return False
