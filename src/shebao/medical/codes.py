"""What the codes of the messages mean in the record and in the law, and the other way."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from shebao.law.assistance.medical.facts import Standing
from shebao.law.insurance.contributions.facts import ResidentMedicalClass
from shebao.law.insurance.medical_bill.facts import BillCare, InsuredClass
from shebao.people.codes import IdentifierKind

ZONE = ZoneInfo("Asia/Shanghai")  # of every time in a message
REGION = "11"  # the city's places begin with it

# insutype
EMPLOYEE, RESIDENT = "310", "390"
# mdtrt_cert_type
CARD = "03"
# psn_insu_stas
NORMAL, PAUSED, ENDED = "1", "2", "4"

OUTPATIENT_TYPES = frozenset(("11", "13", "1301", "28", "41", "18", "1103"))
SPECIAL_TYPES = frozenset(("14",))
# Of employees these are for the maternity insurance, by rules of its own.
MATERNITY_TYPES = frozenset(("2106", "2107", "51", "52"))
STAY_TYPES = frozenset(("21", "2101", "2102", "2105", "2106", "2107", "2109", "22", "52", "71"))
CLASS_OF_GRADE = {
    ResidentMedicalClass.ELDERLY: InsuredClass.ELDERLY,
    ResidentMedicalClass.STUDENT_CHILD: InsuredClass.STUDENT_CHILD,
    ResidentMedicalClass.WORKING_AGE: InsuredClass.WORKING_AGE,
    ResidentMedicalClass.WORKING_AGE_DISABLED: InsuredClass.WORKING_AGE,
    ResidentMedicalClass.RURAL: InsuredClass.RURAL,
}
# psn_type
PERSON_TYPE = {
    InsuredClass.ACTIVE: "11",
    InsuredClass.RETIRED: "12",
    InsuredClass.UNEMPLOYED: "11",
    InsuredClass.ELDERLY: "16",
    InsuredClass.STUDENT_CHILD: "1405",
    InsuredClass.WORKING_AGE: "15",
    InsuredClass.RURAL: "15",
}
# psn_idet_type
IDENTITY = {Standing.DESTITUTE: "2304", Standing.MINIMUM_LIVING: "2303", Standing.LOW_INCOME: "2305"}
# psn_cert_type, by which a person is found
CERTIFICATE = {
    IdentifierKind.CITIZEN: "01",
    IdentifierKind.CITIZEN_15: "01",
    IdentifierKind.HONG_KONG_MACAO: "04",
    IdentifierKind.TAIWAN: "06",
    IdentifierKind.PERMANENT_RESIDENCE: "07",
    IdentifierKind.PASSPORT: "08",
    IdentifierKind.WORK_PERMIT: "11",
    IdentifierKind.SOCIAL_SECURITY: "90",
}
# clr_type
CLEARING = {BillCare.OUTPATIENT: "11", BillCare.SPECIAL: "14", BillCare.INPATIENT: "21"}
BY_ITEM = "1"  # clr_way, 按项目
# fund_pay_type and its name, of each fund, in the employees' and the residents' scheme
FUND_TYPES = {
    "pool": (("310100", "城镇职工基本医疗保险统筹基金"), ("390100", "城乡居民基本医疗保险基金")),
    "large": (("330100", "大额医疗费用补助基金"), ("330100", "大额医疗费用补助基金")),
    "supplement": (("999997", "退休人员统一补充医疗保险"), ("999997", "退休人员统一补充医疗保险")),
    "catastrophic": (("390200", "城乡居民大病医疗保险基金"), ("390200", "城乡居民大病医疗保险基金")),
    "assistance": (("610100", "医疗救助基金"), ("610100", "医疗救助基金")),
}


def care_of(med_type: str) -> BillCare | None:
    """The law's kind of care; None where bills of the type are not settled here."""
    if med_type in OUTPATIENT_TYPES:
        return BillCare.OUTPATIENT
    if med_type in SPECIAL_TYPES:
        return BillCare.SPECIAL
    return BillCare.INPATIENT if med_type in STAY_TYPES else None


def moment(local: datetime) -> datetime:
    """A time of a message as a moment."""
    return local.replace(tzinfo=ZONE)


def local(moment: datetime) -> datetime:
    """A moment as a time of a message."""
    return moment.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def local_day(moment: datetime) -> date:
    """The day on which a moment falls in the city."""
    return moment.astimezone(ZONE).date()
