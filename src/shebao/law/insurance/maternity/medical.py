"""The medical expenses of a pregnancy and of family planning: quotas and limits."""

from __future__ import annotations

from shebao.law.insurance.maternity.allowance import DECREE
from shebao.law.insurance.maternity.facts import HospitalLevel, MaternityPayer, MaternityProcedure, PregnancyEnd
from shebao.rules.declare import Pays, rule
from shebao.rules.kinds import ONE4, Count, Day, Fen, Flag, Ratio4, Table
from shebao.rules.language import half_up_to_fen

QUOTAS = "北京生育保险定额标准"


@rule(
    zh="产前检查限额",
    en="Limit of prenatal care",
    cites=QUOTAS,
    dated_by="pregnancy_end_day",
    confidence="approx",
    note="by the week in which the pregnancy ended; the period of the table is not verified",
)
def prenatal_limit_reached(
    pregnancy_end: PregnancyEnd,
    pregnancy_weeks: Count,
    prenatal_limit_12: Fen,
    prenatal_limit_27: Fen,
    prenatal_limit: Fen,
) -> Fen:
    """To week 12, to week 27, to the birth."""
    if pregnancy_end == PregnancyEnd.NONE:
        return 0
    if pregnancy_weeks <= 12:
        return prenatal_limit_12
    return prenatal_limit_27 if pregnancy_weeks <= 27 else prenatal_limit


@rule(
    zh="产前检查支付",
    en="Prenatal care paid by the fund",
    cites=f"{DECREE}；{QUOTAS}",
    confidence="approx",
    note="paid when the pregnancy has ended",
    pays=Pays.ONCE,
)
def prenatal_care(
    benefit_day: Day,
    pregnancy_end_day: Day,
    maternity_payer: MaternityPayer,
    prenatal_expense: Fen,
    prenatal_limit_reached: Fen,
) -> Fen:
    """The expenses to the limit."""
    if pregnancy_end_day > benefit_day:
        return 0
    if maternity_payer != MaternityPayer.FUND and maternity_payer != MaternityPayer.FUND_LATER:
        return 0
    return min(prenatal_expense, prenatal_limit_reached)


@rule(zh="分娩项目", en="The procedure is a birth", cites=QUOTAS)
def procedure_is_birth(maternity_procedure: MaternityProcedure) -> Flag:
    """Births have a quota, the others a limit."""
    return (
        maternity_procedure == MaternityProcedure.NATURAL
        or maternity_procedure == MaternityProcedure.ASSISTED
        or maternity_procedure == MaternityProcedure.CAESAREAN
        or maternity_procedure == MaternityProcedure.CAESAREAN_AND_SURGERY
    )


@rule(
    variable="maternity_quota",
    zh="生育项目定额、限额",
    en="Quota or limit of the procedure",
    cites=DECREE,
    until="2005-06-30",
    dated_by="maternity_procedure_day",
)
def no_maternity_quota() -> Fen:
    """The insurance begins on 2005-07-01."""
    return 0


@rule(
    zh="生育项目定额、限额",
    en="Quota or limit of the procedure",
    cites=QUOTAS,
    since="2005-07-01",
    dated_by="maternity_procedure_day",
    formula="定额 × (1 + 10% × 多生胎数)",
    confidence="approx",
    note="the period of the table is not verified; what is missing in it is refused",
)
def maternity_quota(
    maternity_payer: MaternityPayer,
    maternity_procedure: MaternityProcedure,
    maternity_hospital_level: HospitalLevel,
    procedure_is_birth: Flag,
    children_born: Count,
    maternity_quota_level_1: Table[Fen],
    maternity_quota_level_2: Table[Fen],
    maternity_quota_level_3: Table[Fen],
    maternity_quota_child: Ratio4,
) -> Fen:
    """By procedure and level of the hospital; more for each further child of a birth."""
    if maternity_procedure == MaternityProcedure.NONE or maternity_payer == MaternityPayer.NONE:
        return 0
    if maternity_hospital_level == HospitalLevel.LEVEL_1:
        quota = maternity_quota_level_1[maternity_procedure]
    elif maternity_hospital_level == HospitalLevel.LEVEL_2:
        quota = maternity_quota_level_2[maternity_procedure]
    else:
        quota = maternity_quota_level_3[maternity_procedure]
    if not procedure_is_birth:
        return quota
    return half_up_to_fen(quota * (ONE4 + maternity_quota_child * max(0, children_born - 1)), ONE4)


@rule(
    zh="生育、计划生育医疗费支付",
    en="Procedure paid by the fund",
    cites=f"{DECREE}；{QUOTAS}",
    confidence="approx",
    note="a birth is paid by its quota whatever it cost, another procedure to the limit",
    pays=Pays.ONCE,
)
def maternity_medical(
    benefit_day: Day,
    maternity_procedure_day: Day,
    maternity_payer: MaternityPayer,
    procedure_is_birth: Flag,
    maternity_procedure_expense: Fen,
    maternity_quota: Fen,
) -> Fen:
    """The quota of a birth; the expenses of another procedure to its limit."""
    if maternity_procedure_day > benefit_day:
        return 0
    if maternity_payer != MaternityPayer.FUND and maternity_payer != MaternityPayer.FUND_LATER:
        return 0
    return maternity_quota if procedure_is_birth else min(maternity_procedure_expense, maternity_quota)
