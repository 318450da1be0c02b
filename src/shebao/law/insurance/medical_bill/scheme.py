"""By which scheme a bill is settled, in which settlement period, and who is not settled at all."""

from __future__ import annotations

from shebao.law.insurance.medical_bill.facts import BillCare, InsuredClass, MedicalScheme
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import Count, Day, Days, Fen, Flag
from shebao.rules.language import helper, make_day, year_of

ORDER = "北京市人民政府令第158号"
RESIDENTS = "京政发〔2007〕11号；京政发〔2010〕38号"

PUBLIC_MEDICAL_CARE = Reason(
    "PUBLIC_MEDICAL_CARE",
    "公费医疗人员不由医疗保险结算；并入职工医疗保险后按在职、退休登记",
    "Public medical care is not settled by insurance; once merged, the person is recorded as active or retired",
)
UNEMPLOYED_NOT_IN_MEDICAL = Reason(
    "UNEMPLOYED_NOT_IN_MEDICAL",
    "2011年7月1日前领取失业保险金人员不参加职工医疗保险",
    "Before 2011-07-01 people on unemployment benefit were not in the employees' medical insurance",
)
RURAL_MEDICAL_UNKNOWN = Reason(
    "RURAL_MEDICAL_UNKNOWN",
    "各区县新型农村合作医疗的补偿标准未查到",
    "The districts' tables of rural cooperative medical care were not found",
)
MERGED_MEDICAL_UNKNOWN = Reason(
    "MERGED_MEDICAL_UNKNOWN",
    "2018年起城乡居民基本医疗保险的待遇标准未查到",
    "Benefits of the residents' scheme merged in 2018 were not found",
)
BILL_OUTSIDE_PERIOD = Reason(
    "BILL_OUTSIDE_PERIOD",
    "费用日期不在结算周期内，请按结算周期分别结算",
    "The bill's day lies outside its settlement period; settle each period by itself",
)


@helper
def has_employer(bill_class: InsuredClass) -> Flag:
    """In work or retired from it."""
    return bill_class == InsuredClass.ACTIVE or bill_class == InsuredClass.RETIRED


@rule(
    variable="bill_scheme",
    zh="医疗保险制度",
    en="Medical scheme",
    cites=f"{ORDER}；{RESIDENTS}",
    since="2001-04-01",
    until="2011-06-30",
    dated_by="bill_day",
    confidence="source",
)
def bill_scheme_to_2011(bill_class: InsuredClass) -> MedicalScheme:
    """Employees and retired people, else residents."""
    if bill_class == InsuredClass.PUBLIC:
        refuse(PUBLIC_MEDICAL_CARE)
    if bill_class == InsuredClass.UNEMPLOYED:
        refuse(UNEMPLOYED_NOT_IN_MEDICAL)
    if bill_class == InsuredClass.RURAL:
        refuse(RURAL_MEDICAL_UNKNOWN)
    return MedicalScheme.EMPLOYEE if has_employer(bill_class) else MedicalScheme.RESIDENT


@rule(
    variable="bill_scheme",
    zh="医疗保险制度",
    en="Medical scheme",
    cites=f"社会保险法 第48条；{ORDER}；{RESIDENTS}",
    since="2011-07-01",
    until="2017-12-31",
    dated_by="bill_day",
    confidence="source",
)
def bill_scheme_to_2017(bill_class: InsuredClass) -> MedicalScheme:
    """People on unemployment benefit are insured as employees."""
    if bill_class == InsuredClass.PUBLIC:
        refuse(PUBLIC_MEDICAL_CARE)
    if bill_class == InsuredClass.RURAL:
        refuse(RURAL_MEDICAL_UNKNOWN)
    if bill_class == InsuredClass.UNEMPLOYED or has_employer(bill_class):
        return MedicalScheme.EMPLOYEE
    return MedicalScheme.RESIDENT


@rule(
    zh="医疗保险制度",
    en="Medical scheme",
    cites=f"社会保险法 第48条；{ORDER}；城乡居民基本医疗保险办法（文号待核）",
    since="2018-01-01",
    dated_by="bill_day",
    confidence="approx",
    note="residents and rural cooperative care are one scheme from 2018-01-01, whose figures are not at hand",
)
def bill_scheme(bill_class: InsuredClass) -> MedicalScheme:
    """Employees only."""
    if bill_class == InsuredClass.PUBLIC:
        refuse(PUBLIC_MEDICAL_CARE)
    if bill_class != InsuredClass.UNEMPLOYED and not has_employer(bill_class):
        refuse(MERGED_MEDICAL_UNKNOWN)
    return MedicalScheme.EMPLOYEE


@rule(
    zh="享受社区报销比例",
    en="Community ratio applies",
    cites=ORDER,
    confidence="approx",
    note="a reading: the ratio is for community institutions of the city; outside it the hospital's level counts",
)
def bill_community_counts(bill_community: Flag, bill_out_of_area: Flag) -> Flag:
    """A community institution in the city."""
    return bill_community and not bill_out_of_area


@rule(
    zh="本年第几个结算周期",
    en="Number of the settlement period in the year",
    cites=f"{ORDER} 第32条",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="known",
    note="stays and periods of special diseases are counted together (a reading); 0 for outpatient care",
)
def bill_period_number(bill_care: BillCare, year_periods: Count, period_number: Count) -> Count:
    """The period that the bill belongs to, or else the next one."""
    if bill_care == BillCare.OUTPATIENT:
        return 0
    return period_number if period_number > 0 else year_periods + 1


@rule(
    zh="结算周期最后一日",
    en="Last day of the settlement period",
    cites=f"{ORDER} 第32条；{RESIDENTS}",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="known",
    note="of a stay the day of discharge is not counted (a reading); residents' special diseases: the insurance year, "
    "read as the calendar year",
)
def period_last_day(
    bill_day: Day,
    bill_care: BillCare,
    bill_scheme: MedicalScheme,
    period_start_day: Day,
    inpatient_period_days: Days,
    special_period_days: Days,
) -> Day:
    """90 days of a stay; of special diseases 360 days, for residents the year; the day itself for outpatient care."""
    if bill_care == BillCare.OUTPATIENT:
        return bill_day
    if bill_care == BillCare.INPATIENT:
        return period_start_day + inpatient_period_days
    if bill_scheme == MedicalScheme.RESIDENT:
        return make_day(year_of(period_start_day), 12, 31)
    return period_start_day + special_period_days - 1


@rule(
    zh="此前累计符合范围金额",
    en="Amount in scope that counts before this bill",
    cites=f"{ORDER} 第32条、第40条；{RESIDENTS}",
    since="2001-04-01",
    dated_by="bill_day",
    confidence="known",
)
def bill_counted_before(
    bill_day: Day,
    bill_care: BillCare,
    period_start_day: Day,
    period_last_day: Day,
    year_outpatient_eligible: Fen,
    period_eligible: Fen,
) -> Fen:
    """Of the year for outpatient care, else of the settlement period."""
    if bill_care == BillCare.OUTPATIENT:
        return year_outpatient_eligible
    if bill_day < period_start_day or bill_day > period_last_day:
        refuse(BILL_OUTSIDE_PERIOD)
    return period_eligible
