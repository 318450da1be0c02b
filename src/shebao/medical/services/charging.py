"""费用明细: lines looked at, split by the law, stored; undone; and the audit that only looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shebao.files.nhsa import Refused
from shebao.medical import checks, law
from shebao.medical.checks import Charge, Finding, Item, Severity
from shebao.medical.codes import moment
from shebao.medical.models import CatalogueItem
from shebao.medical.models import Visit as Course
from shebao.medical.services.asking import treating, visit_of
from shebao.medical.services.registering import OUTPATIENT, STAY, Output
from shebao.medical.services.rows import Line, Visit
from shebao.medical.services.state import Asked, State
from shebao.rules.kinds import day as number_of

ALL = "0000"  # feedetl_sn and chrg_bchno that mean all that is not settled
CLASS_CODES = {1: "01", 2: "02", 3: "03"}
# med_chrgitm_type
CHARGE_TYPES = {CatalogueItem.Kind.DRUG: "09", CatalogueItem.Kind.SERVICE: "14", CatalogueItem.Kind.MATERIAL: "08"}


@dataclass
class _Lines:
    """The lines of one message on their way."""

    asked: Asked
    visit: Visit
    given: list[dict[str, Any]]
    charges: list[Charge] = field(default_factory=list)
    findings: list[list[Finding]] = field(default_factory=list)


def charge(state: State, asked: Sequence[Asked]) -> list[Output | Refused]:
    """2204, 2301: the lines of several messages, each taken whole or refused, in one run of the law."""
    taken: list[_Lines | Refused] = []
    for each in asked:
        try:
            taken.append(_taken(state, each))
        except Refused as refused:
            taken.append(refused)
    found = [each for each in taken if isinstance(each, _Lines)]
    wanted = [
        (lines.visit.institution_id, row["med_list_codg"], row["medins_list_codg"], row["fee_ocur_time"].date())
        for lines in found
        for row in lines.given
    ]
    items = iter(state.items(wanted))
    for place, lines in enumerate(taken):
        if isinstance(lines, _Lines):
            matched = [next(items) for _ in lines.given]
            try:
                _looked_at(state, lines, matched)
            except Refused as refused:
                taken[place] = refused
    _split(state, taken)
    return [each if isinstance(each, Refused) else _told(state, each) for each in taken]


def _taken(state: State, asked: Asked) -> _Lines:
    """The visit, and lines that may be added to it.  Raises Refused."""
    outpatient = asked.request.infno == "2204"
    states = (Course.State.OPEN,) if outpatient else (Course.State.OPEN, Course.State.DISCHARGED)
    visit = visit_of(state, asked, OUTPATIENT if outpatient else STAY, *states)
    treating(state, asked, visit.began_at.date())
    if not outpatient and any(settlement.final for settlement in state.standing(visit)):
        raise Refused("已出院结算，请先撤销结算", "the stay is settled; take that back first", field="mdtrt_id")
    given = asked.values["feedetail"]
    known = {line.number for line in state.lines[visit.id]}
    settled = {settlement.batch for settlement in state.standing(visit)}
    for row, each in enumerate(given, 1):
        if each["mdtrt_id"] != str(visit.id) or each["psn_no"] != str(visit.person_id):
            raise Refused("各行应为同一就诊", "all rows are of one visit", "feedetail", row, "mdtrt_id")
        number = each["feedetl_sn"]
        if number in known:
            raise Refused("费用明细流水号已上传", "is there already", "feedetail", row, "feedetl_sn")
        known.add(number)
        if each["cnt"] <= 0 or each["det_item_fee_sumamt"] < 0:
            raise Refused(
                "退费请撤销原明细后重传", "to take a line back, undo it and send it anew", "feedetail", row, "cnt"
            )
        if outpatient and each["chrg_bchno"] in settled:
            raise Refused("该收费批次已结算", "the batch is settled already", "feedetail", row, "chrg_bchno")
        if moment(each["fee_ocur_time"]).date() < visit.began_at.date():
            raise Refused("早于就诊开始日期", "is before the visit began", "feedetail", row, "fee_ocur_time")
    return _Lines(asked, visit, given)


def _looked_at(state: State, lines: _Lines, matched: Sequence[tuple[Item | None, bool]]) -> None:
    """Puts the lines before the rules of the door.  Raises Refused for the first that is clearly at fault."""
    visit = lines.visit
    seen = {(line.code, line.own_code, line.at, line.quantity) for line in state.lines[visit.id]}
    for row, (each, (item, fits)) in enumerate(zip(lines.given, matched, strict=True), 1):
        at = moment(each["fee_ocur_time"])
        same = (each["med_list_codg"], each["medins_list_codg"], at, each["cnt"])
        found = Charge(
            item=item,
            code=each["med_list_codg"],
            own_code=each["medins_list_codg"],
            matched=fits,
            day=each["fee_ocur_time"].date(),
            quantity=each["cnt"],
            price=each["pric"],
            amount=each["det_item_fee_sumamt"],
            days=max(1, -(-(each.get("prd_days") or 0) // 100)),
            sex=visit.sex,
            birth_day=visit.birth_day,
            repeated=same in seen,
        )
        seen.add(same)
        findings = checks.look(found)
        for finding in findings:
            if finding.rule.severity is Severity.CLEAR:
                raise Refused(finding.zh, finding.en, "feedetail", row, "med_list_codg")
        lines.charges.append(found)
        lines.findings.append(findings)


def _split(state: State, taken: list[_Lines | Refused]) -> None:
    """Lets the law split the lines, and adds them."""
    charges = [(lines, k) for lines in taken if isinstance(lines, _Lines) for k in range(len(lines.given))]
    if not charges:
        return
    each = [(lines.charges[k], lines.charges[k].item) for lines, k in charges]
    columns: dict[str, Sequence[Any]] = {
        "line_amount": [charge.amount for charge, _ in each],
        "line_quantity": [charge.quantity for charge, _ in each],
        "line_price_limit": [item.price_limit if item else 0 for _, item in each],
        "line_class": [item.item_class if item else None for _, item in each],
        "line_first_share_ratio": [item.first_share if item else 0 for _, item in each],
    }
    found = law.lines().computed(columns, len(each), number_of(state.today))
    own_paid, over_limit, first_share, in_scope = (found.values[name].tolist() for name in law.LINES)
    undecided: dict[int, Refused] = {}
    for place, (lines, k) in enumerate(charges):
        if why := found.refusal(place):
            undecided.setdefault(id(lines), Refused(*why, "feedetail", k + 1, "det_item_fee_sumamt"))
    for place, message in enumerate(taken):
        taken[place] = undecided.get(id(message), message)
    numbers = state.numbers.take(len(each))
    for place, (lines, k) in enumerate(charges):
        if id(lines) in undecided:
            continue
        charge, item = each[place]
        given, visit = lines.given[k], lines.visit
        assert item is not None  # what is in no catalogue was refused
        state.add_line(
            Line(
                person_id=visit.person_id,
                id=numbers[place],
                visit_id=visit.id,
                number=given["feedetl_sn"],
                batch=given["chrg_bchno"] if lines.asked.request.infno == "2204" else str(visit.turn),
                at=moment(given["fee_ocur_time"]),
                code=charge.code,
                own_code=charge.own_code,
                item_class=item.item_class,
                first_share_ratio=item.first_share,
                price_limit=item.price_limit,
                quantity=charge.quantity,
                price=charge.price,
                amount=charge.amount,
                own_paid=own_paid[place],
                over_limit=over_limit[place],
                first_share=first_share[place],
                in_scope=in_scope[place],
                findings=",".join(finding.rule.code for finding in lines.findings[k]),
                act_id=state.act.id,
                undone_act_id=None,
            )
        )


def _told(state: State, lines: _Lines) -> Output:
    """What became of each line."""
    stored = {line.number: line for line in state.lines[lines.visit.id]}
    result = []
    for given, charge, findings in zip(lines.given, lines.charges, lines.findings, strict=True):
        line = stored[given["feedetl_sn"]]
        result.append(
            {
                "feedetl_sn": line.number,
                "det_item_fee_sumamt": line.amount,
                "cnt": line.quantity,
                "pric": line.price,
                "pric_uplmt_amt": line.price_limit * checks.FEN,
                "selfpay_prop": line.first_share_ratio,
                "fulamt_ownpay_amt": line.own_paid,
                "overlmt_amt": line.over_limit,
                "preselfpay_amt": line.first_share,
                "inscp_scp_amt": line.in_scope,
                "chrgitm_lv": CLASS_CODES[line.item_class],
                "med_chrgitm_type": CHARGE_TYPES[CatalogueItem.Kind(charge.item.kind)] if charge.item else "",
                "lmt_used_flag": "0",
                "memo": "；".join(f"[{finding.rule.code}]{finding.zh}" for finding in findings),
            }
        )
    return {"result": result}


def undo_batch(state: State, asked: Asked) -> Output:
    """2205: the lines of a charge batch, or of all that are not settled, fall away."""
    visit = visit_of(state, asked, OUTPATIENT, Course.State.OPEN)
    batch = asked.values["data"]["chrg_bchno"]
    settled = {settlement.batch for settlement in state.standing(visit)}
    if batch in settled:
        raise Refused(
            "该收费批次已结算，请先撤销结算", "the batch is settled; take that back first", field="chrg_bchno"
        )
    gone = [line for line in state.lines[visit.id] if line.batch not in settled and batch in (ALL, line.batch)]
    if not gone:
        raise Refused("没有可撤销的费用明细", "there are no lines to undo", field="chrg_bchno")
    for line in gone:
        state.undo_line(line)
    return {}


def undo_stay_lines(state: State, asked: Asked) -> Output:
    """2302: lines of a stay that are not settled fall away, by number or all."""
    visit = visit_of(state, asked, STAY, Course.State.OPEN, Course.State.DISCHARGED)
    settled = {settlement.batch for settlement in state.standing(visit)}
    free = {line.number: line for line in state.lines[visit.id] if line.batch not in settled}
    numbers = [each["feedetl_sn"] for each in asked.values["data"]]
    if ALL in numbers:
        numbers = list(free)
    for row, number in enumerate(numbers, 1):
        if number not in free:
            raise Refused("没有可撤销的该条明细", "there is no such line to undo", "data", row, "feedetl_sn")
    if not numbers:
        raise Refused("没有可撤销的费用明细", "there are no lines to undo", field="feedetl_sn")
    for number in dict.fromkeys(numbers):
        state.undo_line(free[number])
    return {}


def audit(state: State, asked: Asked) -> Output:
    """3101, 3102: orders put before the rules of the door; nothing is kept."""
    results = []
    institution = state.institutions.get(asked.request.fixmedins_code)
    patients = asked.values["data"]["patient_dtos"]
    orders = [
        (patient, encounter, order)
        for patient in patients
        for encounter in patient["fsi_encounter_dtos"]
        for order in encounter["fsi_order_dtos"]
    ]
    wanted = [
        (
            institution.id if institution else 0,
            order["hilist_code"],
            order["hosplist_code"],
            order["drord_begn_date"].date(),
        )
        for _, _, order in orders
    ]
    only = set(asked.values["data"].get("rule_ids") or ())
    seen: set[tuple[str, str, datetime, int]] = set()
    for (patient, encounter, order), (item, matched) in zip(orders, state.items(wanted), strict=True):
        day = order["drord_begn_date"].date()
        same = (encounter["mdtrt_id"], order["hilist_code"], order["drord_begn_date"], order["cnt"])
        found = Charge(
            item=item,
            code=order["hilist_code"],
            own_code=order["hosplist_code"],
            matched=matched,
            day=day,
            quantity=order["cnt"] * 100,
            price=order["pric"] * checks.FEN,
            amount=order["sumamt"],
            days=1 if order["drord_stop_date"] is None else max(1, (order["drord_stop_date"].date() - day).days + 1),
            sex=int(patient["gend"]) if patient["gend"] in ("1", "2") else 0,
            birth_day=patient["brdy"],
            repeated=same in seen,
        )
        seen.add(same)
        for finding in checks.look(found):
            if only and finding.rule.code not in only:
                continue
            number = str(state.numbers.next())
            results.append(
                {
                    "jr_id": number,
                    "rule_id": finding.rule.code,
                    "rule_name": finding.rule.name,
                    "vola_cont": finding.zh,
                    "patn_id": patient["patn_id"],
                    "mdtrt_id": encounter["mdtrt_id"],
                    "vola_amt": order["sumamt"],
                    "vola_amt_stas": "1",
                    "sev_deg": str(int(finding.rule.severity)),
                    "vola_evid": finding.zh,
                    "vola_bhvr_type": "1",
                    "judge_result_detail_dtos": [
                        {
                            "jrd_id": number,
                            "patn_id": patient["patn_id"],
                            "mdtrt_id": encounter["mdtrt_id"],
                            "rx_id": order["rx_id"],
                            "vola_item_type": "1",
                            "vola_amt": order["sumamt"],
                        }
                    ],
                }
            )
    return {"result": results}
