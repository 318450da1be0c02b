"""人员信息、待遇检查、挂号、就诊信息、入院、出院, and what undoes them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from shebao.files.nhsa import Refused
from shebao.law.assistance.medical.facts import Standing
from shebao.law.insurance.medical_bill.facts import BillCare
from shebao.medical.codes import ENDED, IDENTITY, NORMAL, PAUSED, PERSON_TYPE, care_of, local, moment
from shebao.medical.models import Visit as Course
from shebao.medical.services.asking import card, insured_on, not_maternity, person_of, treating, visit_of
from shebao.medical.services.rows import Diagnosis, Person, Visit
from shebao.medical.services.state import Asked, State
from shebao.rules.kinds import YEAR_MONTHS

Output = dict[str, Any]
OUTPATIENT = (int(BillCare.OUTPATIENT), int(BillCare.SPECIAL))
STAY = (int(BillCare.INPATIENT),)
OPEN, DISCHARGED, UNDONE = Course.State.OPEN, Course.State.DISCHARGED, Course.State.UNDONE


def who(state: State, asked: Asked) -> Output:
    """1101: the person whom a card or certificate shows, insurance and standing."""
    given = asked.values["data"]
    found = _shown(state, given)
    day = given["begntime"].date() if given["begntime"] else state.today
    insurances = []
    if cover := state.covers.get((found.id, day.year)):
        insured = cover.on(day)
        if insured:
            first = next(m for m in range(YEAR_MONTHS) if (cover.employee | cover.unemployed | cover.resident) >> m & 1)
            status = PAUSED if insured.suspended else NORMAL
            insurances.append(
                {
                    "balc": state.balances.get(found.id, 0),
                    "insutype": insured.insutype,
                    "psn_type": PERSON_TYPE[insured.insured_class],
                    "psn_insu_stas": status,
                    "psn_insu_date": date(day.year, first + 1, 1),
                    "paus_insu_date": day.replace(day=1) if insured.suspended else None,
                    "cvlserv_flag": "0",
                    "insuplc_admdvs": f"{asked.request.mdtrtarea_admvs}",
                    "emp_name": "",
                }
            )
    if found.death_day is not None and found.death_day < day:
        for insurance in insurances:
            insurance["psn_insu_stas"] = ENDED
    standings = []
    if insurances and cover and cover.standing:
        first_day = date(day.year, 1, 1)
        standings.append(
            {
                "psn_idet_type": IDENTITY[Standing(cover.standing)],
                "begntime": datetime.combine(first_day, time()),
            }
        )
    return {
        "baseinfo": {
            "psn_no": str(found.id),
            "psn_cert_type": found.certificate_kind,
            "certno": found.certificate,
            "psn_name": found.name,
            "gend": str(found.sex),
            "brdy": found.birth_day,
            "age": _age(found.birth_day, state.today) * 10,
        },
        "insuinfo": insurances,
        "idetinfo": standings,
    }


def _shown(state: State, given: dict[str, Any]) -> Person:
    """Whom the certificate of a 1101 shows.  Raises Refused."""
    if given["mdtrt_cert_type"] == "03":
        owner, _ = state.cards.get(given["mdtrt_cert_no"], (0, 0))
        found = state.persons.get(owner)
        if found is None:
            raise Refused("没有此社会保障卡", "there is no such card", field="mdtrt_cert_no")
        card(state, given, owner)
        return found
    candidates = [state.persons[k] for k in sorted(state.by_paper.get(given["certno"], ())) if k in state.persons]
    named = [each for each in candidates if each.name == given["psn_name"]]
    if not candidates:
        raise Refused("没有此证件号码的人员，或为外地参保人员", "nobody of this city has the number", field="certno")
    if len(named) != 1:
        raise Refused("姓名与证件号码不符", "the name does not fit the number", field="psn_name")
    return named[0]


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def entitled(state: State, asked: Asked) -> Output:
    """2001: whether benefits are due for a kind of care on a day, and why not."""
    given = asked.values["data"]
    person = person_of(state, asked)
    day = given["begntime"].date()
    flag, why = "1", ""
    try:
        treating(state, asked, day)
        _alive(person, day)
        insured_on(state, person.id, day, given["insutype"])
        if care_of(given["med_type"]) is None:
            raise Refused("该医疗类别不在本接口结算", "bills of this type are not settled here", field="med_type")
    except Refused as refused:
        flag, why = "0", refused.err_msg
    return {
        "trtinfo": [
            {
                "psn_no": given["psn_no"],
                "trt_chk_type": "99",
                "fund_pay_type": "310100" if given["insutype"] == "310" else "390100",
                "trt_enjymnt_flag": flag,
                "begndate": day,
                "trt_chk_rslt": why,
            }
        ]
    }


def _alive(person: Person, day: date) -> None:
    if person.death_day is not None and person.death_day < day:
        raise Refused(f"该人员已于{person.death_day}死亡", f"the person died on {person.death_day}", field="psn_no")


def _begun(state: State, asked: Asked, given: dict[str, Any], care: BillCare, med_type: str, number: str) -> Visit:
    """A new visit.  Raises Refused."""
    day = given["begntime"].date()
    institution = treating(state, asked, day)
    person = person_of(state, asked)
    _alive(person, day)
    if person.certificate != given["certno"] and person.id not in state.by_paper.get(given["certno"], ()):
        raise Refused("证件号码不是该人员的", "the number is not the person's", field="certno")
    card(state, given, person.id)
    insured_on(state, person.id, day, given["insutype"])
    # of several numbers that are the person's the visit keeps the one that was shown
    kind = given.get("psn_cert_type") or given.get("cert_type") or person.certificate_kind
    return Visit(
        person_id=person.id,
        id=state.numbers.next(),
        institution_id=institution.id,
        year=day.year,
        care=int(care),
        insutype=given["insutype"],
        med_type=med_type,
        number=number,
        began_at=moment(given["begntime"]),
        ended_at=None,
        department=given.get("dept_code") or given.get("adm_dept_codg") or "",
        disease=given.get("dise_codg") or "",
        turn=1,
        state=int(OPEN),
        name=person.name,
        certificate_kind=person.certificate_kind if given["certno"] == person.certificate else kind,
        certificate=given["certno"],
        sex=person.sex,
        birth_day=person.birth_day,
        act_id=state.act.id,
    )


def register(state: State, asked: Asked) -> Output:
    """2201: a visit begins."""
    given = asked.values["data"]
    visit = _begun(state, asked, given, BillCare.OUTPATIENT, "11", given["ipt_otp_no"])
    state.add_visit(visit)
    return {"data": {"mdtrt_id": str(visit.id), "psn_no": given["psn_no"], "ipt_otp_no": visit.number}}


def undo(state: State, asked: Asked) -> Output:
    """2202, 2404: the visit falls away, once no bill of it stands and its lines are undone."""
    visit = visit_of(state, asked, OUTPATIENT if asked.request.infno == "2202" else STAY, OPEN)
    undo_visit(state, visit)
    return {}


def undo_visit(state: State, visit: Visit) -> None:
    """The visit falls away.  Raises Refused."""
    if state.standing(visit):
        raise Refused("已有结算，请先撤销结算", "a bill of it is settled; take that back first", field="mdtrt_id")
    if state.lines[visit.id]:
        raise Refused("已有费用明细，请先撤销明细", "it has charge lines; undo these first", field="mdtrt_id")
    visit.state = int(UNDONE)
    state.change(visit)


def describe(state: State, asked: Asked) -> Output:
    """2203: kind of care, disease and diagnoses of a visit."""
    given = asked.values["mdtrtinfo"]
    visit = visit_of(state, asked, OUTPATIENT, OPEN)
    care = care_of(given["med_type"])
    if care is None or care == BillCare.INPATIENT:
        raise Refused("该医疗类别不在门诊结算", "visits of this type are not settled as outpatient", field="med_type")
    if state.standing(visit):
        raise Refused("已有结算，不能变更就诊信息", "a bill of it is settled already", field="mdtrt_id")
    visit.med_type, visit.care = given["med_type"], int(care)
    visit.disease = given["dise_codg"] or ""
    state.change(visit)
    _diagnosed(state, visit, asked.values["diseinfo"])
    return {}


def _diagnosed(state: State, visit: Visit, given: list[dict[str, Any]]) -> None:
    for number, each in enumerate(given, 1):
        main = each.get("maindiag_flag") == "1" if "maindiag_flag" in each else number == 1
        state.new_diagnoses.append(
            Diagnosis(
                visit.person_id,
                visit.id,
                state.act.id,
                len(state.new_diagnoses) + 1,
                each["diag_type"],
                each["diag_code"],
                each["diag_name"],
                main,
            )
        )


def admit(state: State, asked: Asked) -> Output:
    """2401: a stay begins."""
    given = asked.values["mdtrtinfo"]
    if care_of(given["med_type"]) != BillCare.INPATIENT:
        raise Refused("不是住院医疗类别", "is no type of inpatient care", field="med_type")
    not_maternity(given["insutype"], given["med_type"])
    visit = _begun(state, asked, given, BillCare.INPATIENT, given["med_type"], given["ipt_no"])
    state.add_visit(visit)
    _diagnosed(state, visit, asked.values["diseinfo"])
    return {"result": {"mdtrt_id": str(visit.id)}}


def change_stay(state: State, asked: Asked) -> Output:
    """2403: department, disease and diagnoses of a stay."""
    given = asked.values["adminfo"]
    visit = visit_of(state, asked, STAY, OPEN)
    if care_of(given["med_type"]) != BillCare.INPATIENT:
        raise Refused("不是住院医疗类别", "is no type of inpatient care", field="med_type")
    not_maternity(visit.insutype, given["med_type"])
    if given["begntime"] != local(visit.began_at):
        raise Refused("入院时间不能变更，请撤销后重新登记", "the admission stays; undo it instead", field="begntime")
    visit.med_type, visit.department = given["med_type"], given["adm_dept_codg"]
    visit.disease = given["dise_codg"] or ""
    state.change(visit)
    _diagnosed(state, visit, asked.values["diseinfo"])
    return {}


def discharge(state: State, asked: Asked) -> Output:
    """2402: the stay ends."""
    given = asked.values["dscginfo"]
    visit = visit_of(state, asked, STAY, OPEN)
    ended = moment(given["endtime"])
    if ended < visit.began_at:
        raise Refused("不能早于入院时间", "is before the admission", field="endtime")
    visit.ended_at, visit.state = ended, int(DISCHARGED)
    state.change(visit)
    _diagnosed(state, visit, asked.values["diseinfo"])
    return {}


def undo_discharge(state: State, asked: Asked) -> Output:
    """2405: the stay goes on, unless it is settled to its end."""
    visit = visit_of(state, asked, STAY, DISCHARGED)
    if any(s.final for s in state.standing(visit)):
        raise Refused("已出院结算，请先撤销结算", "the stay is settled; take that back first", field="mdtrt_id")
    visit.ended_at, visit.state = None, int(OPEN)
    state.change(visit)
    return {}
