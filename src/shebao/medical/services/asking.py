"""What all messages are held against: the institution, the visit, the person, the card, the insurance."""

from __future__ import annotations

from datetime import date
from typing import Any

from shebao.files.nhsa import Refused
from shebao.medical.codes import CARD, EMPLOYEE, MATERNITY_TYPES, REGION
from shebao.medical.models import Institution as Registered
from shebao.medical.models import Visit as Course
from shebao.medical.services.rows import Institution, Insured, Person, Visit
from shebao.medical.services.state import Asked, State
from shebao.people.codes import CardState

_CARD_SAID = {
    CardState.ASKED: ("尚未制发", "is not made yet"),
    CardState.ISSUED: ("未启用，请先启用", "is not activated; activate it first"),
    CardState.LOST: ("已挂失", "is reported lost"),
    CardState.REPLACED: ("已补换，请使用新卡", "is replaced; use the new one"),
    CardState.CANCELLED: ("已注销", "is cancelled"),
}


def person_number(text: str) -> int | None:
    """The number in psn_no; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 19 else None


visit_number = person_number


def institution_of(state: State, asked: Asked) -> Institution:
    """Who asks.  Raises Refused."""
    found = state.institutions.get(asked.request.fixmedins_code)
    if found is None:
        raise Refused("不是定点医药机构", "is no designated institution", field="fixmedins_code")
    return found


def treating(state: State, asked: Asked, day: date) -> Institution:
    """Who asks, and may settle bills of that day.  Raises Refused."""
    found = institution_of(state, asked)
    if found.state != Registered.State.ACTIVE:
        label = Registered.State(found.state).label
        raise Refused(f"定点协议{label}，不能办理", f"the institution's agreement is {label}")
    if day < found.since or (found.until is not None and day >= found.until):
        raise Refused(f"{day}不在定点协议有效期内", f"{day} is outside the institution's agreement")
    if asked.request.mdtrtarea_admvs[:2] != REGION:
        raise Refused("就医地不属于本统筹区", "the place of care is not of this city", field="mdtrtarea_admvs")
    insured = asked.request.insuplc_admdvs
    if insured and insured[:2] != REGION:
        raise Refused(
            f"参保地[{insured}]不属于本统筹区，请按异地就医办理",
            f"{insured} is not of this city",
            field="insuplc_admdvs",
        )
    return found


def visit_of(state: State, asked: Asked, care: tuple[int, ...], *states: Course.State) -> Visit:
    """The visit that a message is about, of the institution, in one of the states.  Raises Refused."""
    institution = institution_of(state, asked)
    if asked.person is None or asked.visit is None:
        raise Refused("人员编号或就诊ID有误", "psn_no or mdtrt_id is no number of ours", field="mdtrt_id")
    found = state.visits.get((asked.person, asked.visit))
    if found is None or found.institution_id != institution.id:
        raise Refused(
            f"没有该人员的就诊登记[{asked.visit}]", "there is no such visit of the person here", field="mdtrt_id"
        )
    if found.care not in care:
        raise Refused("交易与就诊类型不符", "the transaction does not fit the kind of visit", field="mdtrt_id")
    if found.state not in states:
        label = Course.State(found.state).label
        raise Refused(f"就诊{label}，不能办理", f"the visit is {label}", field="mdtrt_id")
    return found


def person_of(state: State, asked: Asked) -> Person:
    """The person that psn_no names.  Raises Refused."""
    found = state.persons.get(asked.person or 0)
    if found is None:
        raise Refused("没有此人员编号", "there is no such person", field="psn_no")
    return found


def card(state: State, values: dict[str, Any], person_id: int) -> None:
    """The card of a message is in use and the person's.  Raises Refused; passes where another certificate is shown."""
    if values.get("mdtrt_cert_type") != CARD:
        return
    number = values["mdtrt_cert_no"]
    owner, stands = state.cards.get(number or "", (0, 0))
    if owner != person_id:
        raise Refused("社会保障卡不是该人员的卡", "the card is not the person's", field="mdtrt_cert_no")
    if stands != CardState.ACTIVE:
        zh, en = _CARD_SAID[CardState(stands)]
        raise Refused(f"社会保障卡{zh}", f"the card {en}", field="mdtrt_cert_no")


def not_maternity(insutype: str, med_type: str) -> None:
    """Births of employees are not settled as illness.  Raises Refused."""
    if insutype == EMPLOYEE and med_type in MATERNITY_TYPES:
        raise Refused(
            "职工生育医疗费用由生育保险按定额支付，请到经办机构申报",
            "births of employees are paid by the maternity insurance; claim at the office",
            field="med_type",
        )


def insured_on(state: State, person_id: int, day: date, insutype: str) -> Insured:
    """As what the person is insured; benefits are due on the day, in the scheme that the message names.

    Raises Refused.
    """
    cover = state.covers.get((person_id, day.year))
    found = cover.on(day) if cover else None
    if found is None:
        raise Refused(f"{day}未参加医疗保险", f"the person is not insured on {day}")
    if found.suspended:
        raise Refused(
            f"{day:%Y年%m月}因欠费暂停待遇，补缴后恢复",
            f"benefits of {day:%Y-%m} are suspended for arrears; they come back once these are paid",
        )
    if insutype != found.insutype:
        raise Refused(f"险种应为[{found.insutype}]", f"the person is insured under {found.insutype}", field="insutype")
    return found
