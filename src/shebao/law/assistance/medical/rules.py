"""Medical assistance for a bill: a ratio of the own share, up to what the year's cap leaves."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import AidCare, ReliefClass, Standing
from shebao.rules.declare import Pays, Reason, refuse, rule
from shebao.rules.kinds import ONE4, Day, Fen, Flag, Ratio4, Table
from shebao.rules.language import half_up_to_fen, helper

NEW = "京医保发〔2022〕37号"
OLD = "社会救助暂行办法 国务院令第649号"

LOW_INCOME_MEDICAL_AID_UNKNOWN = Reason(
    "LOW_INCOME_MEDICAL_AID_UNKNOWN",
    "2013年前低收入家庭医疗救助的比例和封顶线未查到",
    "Medical assistance of low-income families before 2013 was not found",
)
OTHER_CLASSES_MEDICAL_AID_UNKNOWN = Reason(
    "OTHER_CLASSES_MEDICAL_AID_UNKNOWN",
    "2023年前特困人员、返城知青、精减退职老职工医疗救助的比例未查到",
    "Medical assistance of the destitute and of the old relief classes before 2023 was not found",
)


@helper
def up_to_cap(share: Fen, ratio: Ratio4, cap: Fen, paid: Fen) -> Fen:
    """The ratio of the share, half up to fen, up to what the cap leaves."""
    return min(half_up_to_fen(ratio * share, ONE4), max(0, cap - paid))


@rule(
    zh="符合医疗救助条件",
    en="Entitled to medical assistance",
    cites=OLD + "；" + NEW,
    confidence="source",
)
def medical_assistance_eligible(
    benefit_day: Day,
    medical_aid_day: Day,
    medical_own_share: Fen,
    medical_aid_care: AidCare,
    relief_class: ReliefClass,
    assistance_standing: Standing,
) -> Flag:
    """A settled bill leaves an own share, and the person is destitute, poor, of low income or of a relief class."""
    if medical_aid_day > benefit_day or medical_own_share == 0 or medical_aid_care == AidCare.NONE:
        return False
    return relief_class != ReliefClass.NONE or assistance_standing != Standing.NONE


@rule(
    variable="medical_assistance",
    zh="医疗救助",
    en="Medical assistance",
    cites=OLD,
    until="2012-12-31",
    dated_by="medical_aid_day",
    formula="min(比例 × 自负金额, 封顶线 − 已救助)",
    confidence="approx",
    note="minimum living and hardship only; a deductible of those years was not found",
    pays=Pays.ONCE,
)
def medical_assistance_to_2012(
    medical_assistance_eligible: Flag,
    medical_own_share: Fen,
    medical_aid_paid: Fen,
    medical_aid_care: AidCare,
    relief_class: ReliefClass,
    assistance_standing: Standing,
    medical_aid_ratio: Table[Ratio4],
    medical_aid_cap: Table[Fen],
) -> Fen:
    """Of people on minimum living or with the hardship subsidy; what others had is not at hand."""
    if not medical_assistance_eligible:
        return 0
    if relief_class != ReliefClass.HARDSHIP and assistance_standing != Standing.MINIMUM_LIVING:
        if assistance_standing == Standing.LOW_INCOME:
            refuse(LOW_INCOME_MEDICAL_AID_UNKNOWN)
        refuse(OTHER_CLASSES_MEDICAL_AID_UNKNOWN)
    return up_to_cap(
        medical_own_share, medical_aid_ratio[medical_aid_care], medical_aid_cap[medical_aid_care], medical_aid_paid
    )


@rule(
    variable="medical_assistance",
    zh="医疗救助",
    en="Medical assistance",
    cites=OLD,
    since="2013-01-01",
    until="2022-12-31",
    dated_by="medical_aid_day",
    formula="min(比例 × 自负金额, 封顶线 − 已救助)",
    confidence="approx",
    note="low-income families too; the day is to be verified, and a deductible of those years was not found",
    pays=Pays.ONCE,
)
def medical_assistance_to_2022(
    medical_assistance_eligible: Flag,
    medical_own_share: Fen,
    medical_aid_paid: Fen,
    medical_aid_care: AidCare,
    relief_class: ReliefClass,
    assistance_standing: Standing,
    medical_aid_ratio: Table[Ratio4],
    medical_aid_cap: Table[Fen],
) -> Fen:
    """Of people on minimum living, with the hardship subsidy or of low income; what others had is not at hand."""
    if not medical_assistance_eligible:
        return 0
    other = assistance_standing == Standing.NONE or assistance_standing == Standing.DESTITUTE
    if other and relief_class != ReliefClass.HARDSHIP:
        refuse(OTHER_CLASSES_MEDICAL_AID_UNKNOWN)
    return up_to_cap(
        medical_own_share, medical_aid_ratio[medical_aid_care], medical_aid_cap[medical_aid_care], medical_aid_paid
    )


@rule(
    zh="医疗救助",
    en="Medical assistance",
    cites=NEW,
    since="2023-01-01",
    dated_by="medical_aid_day",
    formula="min(比例 × 自负金额, 封顶线 − 已救助)，不设起付线",
    confidence="source",
    note="which class goes first for a person of two is not said; the better one is taken",
    pays=Pays.ONCE,
)
def medical_assistance(
    medical_assistance_eligible: Flag,
    medical_own_share: Fen,
    medical_aid_paid: Fen,
    medical_aid_care: AidCare,
    relief_class: ReliefClass,
    assistance_standing: Standing,
    medical_aid_full_ratio: Ratio4,
    medical_aid_former_worker_ratio: Table[Ratio4],
    medical_aid_ratio: Table[Ratio4],
    medical_aid_cap: Table[Fen],
) -> Fen:
    """In full without cap, 80 or 85 % without cap, or 80 or 85 % up to the cap, by class; no deductible."""
    if not medical_assistance_eligible:
        return 0
    if assistance_standing == Standing.DESTITUTE or relief_class == ReliefClass.RETURNED_YOUTH:
        return half_up_to_fen(medical_aid_full_ratio * medical_own_share, ONE4)
    if relief_class == ReliefClass.FORMER_WORKER:
        return half_up_to_fen(medical_aid_former_worker_ratio[medical_aid_care] * medical_own_share, ONE4)
    return up_to_cap(
        medical_own_share, medical_aid_ratio[medical_aid_care], medical_aid_cap[medical_aid_care], medical_aid_paid
    )
