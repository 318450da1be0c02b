"""What is left to pay after insurance and medical assistance: from the account, in cash."""

from __future__ import annotations

from shebao.law.assistance.medical.facts import AidCare
from shebao.rules.declare import Input, rule
from shebao.rules.kinds import Fen

AID = "京医保发〔2022〕37号"
PASSBOOK = "北京市医疗保险个人账户管理办法（文号待核）"

MOST = 10**9  # fen

INPUTS = [
    Input(
        "medical_account_balance",
        Fen,
        "医疗保险个人账户余额",
        "Balance of the medical account",
        high=10**10,
        missing=0,
    ),
    Input("year_aid_outpatient", Fen, "本年此前门诊医疗救助", "Assistance this year, outpatient", high=MOST, missing=0),
    Input("year_aid_inpatient", Fen, "本年此前住院医疗救助", "Assistance this year, inpatient", high=MOST, missing=0),
    Input(
        "year_aid_serious",
        Fen,
        "本年此前重大疾病、门诊特殊病医疗救助",
        "Assistance this year, serious illness and special outpatient diseases",
        high=MOST,
        missing=0,
    ),
]


@rule(
    variable="aid_paid_before",
    zh="本年此前同类已救助金额",
    en="Assistance paid this year for this kind of care, before this bill",
    cites="社会救助暂行办法 国务院令第649号",
    until="2022-12-31",
    dated_by="bill_day",
    confidence="approx",
)
def aid_paid_before_to_2022(
    bill_aid_care: AidCare, year_aid_outpatient: Fen, year_aid_inpatient: Fen, year_aid_serious: Fen
) -> Fen:
    """Three kinds, each with a cap of its own."""
    if bill_aid_care == AidCare.OUTPATIENT:
        return year_aid_outpatient
    return year_aid_inpatient if bill_aid_care == AidCare.INPATIENT else year_aid_serious


@rule(
    zh="本年此前同类已救助金额",
    en="Assistance paid this year for this kind of care, before this bill",
    cites=AID,
    since="2023-01-01",
    dated_by="bill_day",
    confidence="source",
)
def aid_paid_before(
    bill_aid_care: AidCare, year_aid_outpatient: Fen, year_aid_inpatient: Fen, year_aid_serious: Fen
) -> Fen:
    """Special outpatient diseases count with inpatient care."""
    if bill_aid_care == AidCare.OUTPATIENT:
        return year_aid_outpatient
    return year_aid_inpatient + year_aid_serious


@rule(
    zh="本年同类已救助金额",
    en="Assistance paid this year for this kind of care, with this bill",
    cites="社会救助暂行办法 国务院令第649号；京医保发〔2022〕37号",
    confidence="source",
)
def aid_paid_after(medical_aid_paid: Fen, medical_assistance: Fen) -> Fen:
    """Counts towards the cap of medical assistance."""
    return medical_aid_paid + medical_assistance


@rule(
    variable="account_pay",
    zh="个人账户支付",
    en="Paid from the medical account",
    cites=PASSBOOK,
    until="2022-08-31",
    dated_by="bill_day",
    confidence="known",
    note="the account is a passbook that its owner draws on freely: nothing is taken from it at the card reader",
)
def no_account_pay() -> Fen:
    """Nothing: the money is in the person's own hands."""
    return 0


@rule(
    zh="个人账户支付",
    en="Paid from the medical account",
    cites=PASSBOOK,
    since="2022-09-01",
    dated_by="bill_day",
    formula="min(余额, 个人负担 − 医疗救助)",
    confidence="known",
    note="a reading: of all that the person has to pay, in scope or not",
)
def account_pay(bill_own: Fen, medical_assistance: Fen, medical_account_balance: Fen) -> Fen:
    """What the person still owes, as far as the balance goes."""
    return min(medical_account_balance, bill_own - medical_assistance)


@rule(
    zh="现金支付",
    en="Paid in cash",
    cites=PASSBOOK,
    formula="个人负担 − 医疗救助 − 个人账户支付",
    confidence="known",
)
def cash_pay(bill_own: Fen, medical_assistance: Fen, account_pay: Fen) -> Fen:
    """The rest."""
    return bill_own - medical_assistance - account_pay
