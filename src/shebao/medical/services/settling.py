"""预结算、结算、撤销、冲正: bills split by the law, many in one run, and taken back whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from shebao.files.nhsa import Refused
from shebao.law.insurance.medical_bill.facts import BillCare, InsuredClass
from shebao.medical import law
from shebao.medical.codes import (
    BY_ITEM,
    CLEARING,
    EMPLOYEE,
    FUND_TYPES,
    PERSON_TYPE,
    RESIDENT,
    local,
    local_day,
)
from shebao.medical.models import Visit as Course
from shebao.medical.models.cover import ACCUMULATORS
from shebao.medical.models.settling import FUNDS
from shebao.medical.services.asking import card, institution_of, insured_on, treating, visit_of
from shebao.medical.services.registering import OUTPATIENT, STAY, Output, undo_visit
from shebao.medical.services.rows import Cover, Institution, Insured, Message, Settlement, Visit
from shebao.medical.services.state import Asked, State, Sums, standing
from shebao.rules.kinds import ONE4
from shebao.rules.kinds import day as number_of
from shebao.rules.values import yuan

TRIALS = ("2206", "2303")
AID = {
    BillCare.OUTPATIENT: "aid_outpatient",
    BillCare.INPATIENT: "aid_inpatient",
    BillCare.SPECIAL: "aid_serious",
}
_YEARLY = tuple(name for name in ACCUMULATORS if name.startswith("year_"))


@dataclass
class Bill:
    """A bill on its way.  day: that dates the law; period: its number (0: a new one), first day, what was in scope."""

    visit: Visit
    institution: Institution
    batch: str
    sums: Sums
    insured: Insured
    cover: Cover
    day: date
    period: tuple[int, date | None, int]
    balance: int
    out_of_area: bool = False

    def columns(self) -> dict[str, Any]:
        """The law's inputs of the bill."""
        number, start, eligible = self.period
        return {
            "bill_day": number_of(self.day),
            "bill_care": self.visit.care,
            "bill_class": int(self.insured.insured_class),
            "bill_hospital_level": self.institution.level,
            "bill_community": int(self.institution.community),
            "bill_out_of_area": int(self.out_of_area),
            "bill_own_paid": self.sums.own_paid,
            "bill_over_limit": self.sums.over_limit,
            "bill_first_share": self.sums.first_share,
            "bill_in_scope": self.sums.in_scope,
            "birth_day": number_of(self.visit.birth_day),
            "period_number": number,
            "period_start_day": None if start is None else number_of(start),
            "period_eligible": eligible,
            "assistance_standing": self.cover.standing,
            **{name: self.cover.accumulated[name] for name in _YEARLY},
            **{f"year_{name}": self.cover.accumulated[name] for name in AID.values()},
        }


@dataclass(frozen=True)
class Split:
    """What the law makes of a bill: amounts and what it adds to the accumulators, by the names of Settlement."""

    amounts: dict[str, int]
    period_number: int
    approx: bool


def split(bills: Sequence[Bill], today: date) -> list[Split | Refused]:
    """Bills in two runs of the law: funds and own parts, then assistance, account and cash."""
    if not bills:
        return []
    rows = [bill.columns() for bill in bills]
    found = law.bills().computed({name: [row[name] for row in rows] for name in rows[0]}, len(rows), number_of(today))
    value = {name: column.tolist() for name, column in found.values.items()}
    left = law.payments().computed(
        {
            "bill_day": [row["bill_day"] for row in rows],
            "bill_own": value["bill_own"],
            "medical_account_balance": [max(0, bill.balance) for bill in bills],
            "assistance_standing": [row["assistance_standing"] for row in rows],
            "medical_aid_day": [row["bill_day"] for row in rows],
            "medical_aid_care": value["bill_aid_care"],
            "medical_own_share": value["bill_own_in_scope"],
            "medical_aid_paid": value["aid_paid_before"],
            "relief_class": [bill.cover.relief for bill in bills],
        },
        len(rows),
        number_of(max(today, *(bill.day for bill in bills))),
    )
    paid = {name: column.tolist() for name, column in left.values.items()}
    splits: list[Split | Refused] = []
    for k, bill in enumerate(bills):
        if why := found.refusal(k) or left.refusal(k):
            splits.append(Refused(*why))
            continue
        sums, cover = bill.sums, bill.cover
        amounts = {
            "total": sums.amount,
            "own_paid": sums.own_paid,
            "over_limit": sums.over_limit,
            "first_share": sums.first_share,
            "in_scope": sums.in_scope,
            "deductible": value["bill_deductible"][k],
            "own_ratio": value["bill_own_ratio"][k],
            "above_cap": value["bill_above_cap"][k],
            "pool": value["bill_pool"][k],
            "large": value["bill_large"][k],
            "supplement": value["bill_supplement"][k],
            "catastrophic": value["bill_catastrophic"][k],
            "assistance": paid["medical_assistance"][k],
            "account": paid["account_pay"][k],
            "cash": paid["cash_pay"][k],
            **{name: value[f"{name}_after"][k] - cover.accumulated[name] for name in _YEARLY},
            **dict.fromkeys(AID.values(), 0),
        }
        amounts[AID[BillCare(bill.visit.care)]] = paid["medical_assistance"][k]
        splits.append(Split(amounts, value["bill_period_number"][k], bool(found.approx[k] or left.approx[k])))
    return splits


@dataclass(frozen=True, slots=True)
class Earlier:
    """A bill that stands, as far as the settlement periods of later ones ask; number, start: of its own period."""

    visit_id: int
    care: int
    bill_day: date
    in_scope: int
    number: int
    start: date | None


def period(visit: Visit, day: date, insutype: str, before: Sequence[Earlier]) -> tuple[int, date | None, int]:
    """The settlement period of a bill: its number in the year (0: it begins one), its start, what was in scope.

    before: the person's bills that stand, in their order.
    """
    if visit.care == BillCare.OUTPATIENT:
        return 0, None, 0
    days = law.period_days(BillCare(visit.care), day)
    if visit.care == BillCare.INPATIENT:
        earlier = [each for each in before if each.visit_id == visit.id]
        admitted = local_day(visit.began_at)
        full = (earlier[-1].bill_day - admitted).days // days if earlier else 0
        start = admitted + timedelta(days=full * days)
    else:
        earlier = [each for each in before if each.care == BillCare.SPECIAL]
        start = day
        for each in earlier:
            within = each.start is not None and 0 <= (day - each.start).days < days
            if each.start is not None and within and (insutype == EMPLOYEE or each.start.year == day.year):
                start = each.start
    same = [each for each in earlier if each.start == start]
    return (same[-1].number if same else 0), start, sum(each.in_scope for each in same)


# ---------------------------------------------------------------- bills
def settle(state: State, asked: Sequence[Asked]) -> list[Output | Refused]:
    """2206, 2207, 2303, 2304: of different persons; those that only try change nothing."""
    bills: list[Bill | Refused] = []
    for each in asked:
        try:
            bills.append(_bill(state, each))
        except Refused as refused:
            bills.append(refused)
    splits = iter(split([bill for bill in bills if isinstance(bill, Bill)], state.today))
    results: list[Output | Refused] = []
    for each, bill in zip(asked, bills, strict=True):
        done = bill if isinstance(bill, Refused) else next(splits)
        if isinstance(done, Refused) or isinstance(bill, Refused):
            results.append(done if isinstance(done, Refused) else Refused("", ""))
            continue
        settlement = _settlement(state, each, bill, done)
        if each.request.infno not in TRIALS:
            state.add_settlement(settlement)
            if bill.visit.care == BillCare.INPATIENT:
                bill.visit.turn += 1
                state.change(bill.visit)
        balance = state.balances.get(bill.visit.person_id, 0)
        results.append(told(each.request.msgid, settlement, bill.visit, bill.institution, balance))
    return results


def _bill(state: State, asked: Asked) -> Bill:
    """The bill that a message asks for.  Raises Refused."""
    given = asked.values["data"]
    stay = asked.request.infno in ("2303", "2304")
    visit = visit_of(
        state, asked, STAY if stay else OUTPATIENT, Course.State.OPEN, *((Course.State.DISCHARGED,) if stay else ())
    )
    began = local_day(visit.began_at)
    institution = treating(state, asked, began)
    card(state, given, visit.person_id)
    if given["certno"] != visit.certificate:
        raise Refused("证件号码与就诊登记不符", "the number is not that of the visit", field="certno")
    if not stay and given["med_type"] != visit.med_type:
        raise Refused(
            f"与就诊登记的医疗类别[{visit.med_type}]不符", f"the visit is of type {visit.med_type}", field="med_type"
        )
    batch = str(visit.turn) if stay else given["chrg_bchno"]
    if any(settlement.batch == batch for settlement in state.standing(visit)):
        raise Refused("该收费批次已结算", "the batch is settled already", field="chrg_bchno")
    sums = state.sums.get((visit.id, batch))
    if sums is None or not sums.count:
        raise Refused("没有待结算的费用明细", "there are no charge lines to settle", field="mdtrt_id")
    _same_sums(given, sums, asked.request.infno)
    day, final = began, True
    if stay:
        day, final = _stay_day(state, given, visit)
    insured = insured_on(state, visit.person_id, day, given["insutype"])
    cover = state.covers[visit.person_id, day.year]
    balance = state.balances.get(visit.person_id, 0) if given["acct_used_flag"] == "1" else 0
    before = [
        Earlier(s.visit_id, s.care, s.bill_day, s.in_scope, s.period_number, s.period_start)
        for s in standing(state.settlements[visit.person_id].values())
    ]
    found = period(visit, day, insured.insutype, before)
    bill = Bill(visit, institution, batch, sums, insured, cover, day, found, balance)
    if stay and final and visit.state == Course.State.OPEN and given.get("dscgTime") is None:
        raise Refused(
            "尚未办理出院，请先办理出院或填写出院日期", "the stay has not ended; discharge first", field="dscgTime"
        )
    return bill


def _stay_day(state: State, given: dict[str, Any], visit: Visit) -> tuple[date, bool]:
    """The day on which a bill of a stay ends, and whether the stay does.  Raises Refused."""
    final = given.get("mid_setl_flag") != "1"
    ended = given.get("dscgTime") or (local_day(visit.ended_at) if visit.ended_at else None)
    if ended is None:
        ended = state.today
    if ended < local_day(visit.began_at):
        raise Refused("不能早于入院日期", "is before the admission", field="dscgTime")
    if ended > state.today:
        raise Refused("不能晚于当前日期", f"is later than today ({state.today})", field="dscgTime")
    return ended, final


def _same_sums(given: dict[str, Any], sums: Sums, infno: str) -> None:
    """What the institution sums up is what its lines come to.  Raises Refused."""
    compared = {"medfee_sumamt": sums.amount}
    if infno not in TRIALS:
        compared |= {
            "fulamt_ownpay_amt": sums.own_paid,
            "overlmt_selfpay": sums.over_limit,
            "preselfpay_amt": sums.first_share,
            "inscp_scp_amt": sums.in_scope,
        }
    for name, ours in compared.items():
        theirs = given.get(name)
        if theirs is not None and theirs != ours:
            raise Refused(f"与已上传明细的合计{yuan(ours)}元不符", f"the lines come to {yuan(ours)} yuan", field=name)


def _settlement(state: State, asked: Asked, bill: Bill, done: Split) -> Settlement:
    visit = bill.visit
    trial = asked.request.infno in TRIALS
    return Settlement(
        person_id=visit.person_id,
        id=0 if trial else state.numbers.next(),
        institution_id=visit.institution_id,
        visit_id=visit.id,
        batch=bill.batch,
        msgid=asked.request.msgid,
        reverses_id=None,
        follows_id=state.last_reversal(visit, bill.batch),
        year=bill.cover.year,
        insutype=bill.insured.insutype,
        med_type=visit.med_type,
        care=visit.care,
        insured_class=int(bill.insured.insured_class),
        standing=bill.cover.standing,
        bill_day=bill.day,
        settled_at=state.now,
        day=state.today,
        period_number=done.period_number,
        period_start=bill.period[1],
        final=asked.values["data"].get("mid_setl_flag") != "1",
        approx=done.approx,
        act_id=state.act.id,
        **done.amounts,
    )


# ---------------------------------------------------------------- taking back
def reverse(state: State, asked: Asked) -> Output:
    """2208, 2305: a settlement is taken back."""
    stay = asked.request.infno == "2305"
    visit = visit_of(
        state, asked, STAY if stay else OUTPATIENT, Course.State.OPEN, *((Course.State.DISCHARGED,) if stay else ())
    )
    given = asked.values["data"]
    settlement = next((s for s in state.standing(visit) if str(s.id) == given["setl_id"]), None)
    if settlement is None:
        raise Refused("没有此结算，或已撤销", "there is no such settlement, or it is taken back", field="setl_id")
    reversal = take_back(state, settlement, visit, asked.request.msgid)
    institution = institution_of(state, asked)
    balance = state.balances.get(visit.person_id, 0)
    return told(asked.request.msgid, reversal, visit, institution, balance)


def take_back(state: State, settlement: Settlement, visit: Visit, msgid: str) -> Settlement:
    """Mirrors a settlement.  What counts on it in its period is taken back before it.  Raises Refused."""
    if settlement.care != BillCare.OUTPATIENT:
        for later in standing(state.settlements[visit.person_id].values()):
            same = later.visit_id == visit.id or (
                settlement.care == BillCare.SPECIAL == later.care and later.period_start == settlement.period_start
            )
            if later.id > settlement.id and same:
                raise Refused(
                    f"同一结算周期内有较晚的结算[{later.id}]，请先撤销",
                    f"a later settlement {later.id} of the same period stands; take that back first",
                    field="setl_id",
                )
    values = {name: getattr(settlement, name) for name in Settlement.__dataclass_fields__}
    reversal = Settlement(
        **values
        | settlement.mirrored()
        | {
            "id": state.numbers.next(),
            "msgid": msgid,
            "reverses_id": settlement.id,
            "follows_id": None,
            "settled_at": state.now,
            "day": state.today,
            "act_id": state.act.id,
        }
    )
    state.add_settlement(reversal)
    if settlement.care == BillCare.INPATIENT:
        # lines that came since belong to the bill that is open again
        for line in state.lines[visit.id]:
            if line.batch == str(visit.turn):
                line.batch = settlement.batch
                state.changed_lines[line.id] = line
        visit.turn -= 1
        state.change(visit)
    return reversal


def undo_lost(state: State, asked: Asked) -> Output:
    """2601: what a message did whose answer was lost is undone; one that never came, never counts."""
    given = asked.values["data"]
    institution = institution_of(state, asked)
    number, infno = given["omsgid"], given["oinfno"]
    if infno not in ("2207", "2304", "2401"):
        raise Refused("只能冲正2207、2304、2401", "only 2207, 2304 and 2401 are undone so", field="oinfno")
    message = state.messages.get((institution.id, number))
    if message is None:
        burned = Message(
            institution.id, number, infno, b"", None, asked.person, None, asked.request.opter, state.act.id
        )
        state.messages[institution.id, number] = burned
        state.new_messages.append(burned)
        return {}
    if message.infno != infno or message.person_id != asked.person:
        raise Refused("与原交易不符", "the message was another", field="omsgid")
    if message.answer is None:
        return {}
    if infno == "2401":
        visit = visit_of(state, asked, STAY, Course.State.OPEN)
        undo_visit(state, visit)
        return {}
    settled = standing(state.settlements[asked.person or 0].values())
    settlement = next((s for s in settled if s.msgid == number and s.institution_id == institution.id), None)
    if settlement is None:
        raise Refused("原结算已撤销", "its settlement is taken back already", field="omsgid")
    visit = visit_of(state, asked, (settlement.care,), Course.State.OPEN, Course.State.DISCHARGED)
    take_back(state, settlement, visit, asked.request.msgid)
    return {}


# ---------------------------------------------------------------- answers
def told(msgid: str, settlement: Settlement, visit: Visit, institution: Institution, balance: int) -> Output:
    """setlinfo and setldetail of a settlement, or of what takes one back."""
    s = settlement
    covered = s.in_scope - s.deductible
    resident = s.insutype == RESIDENT
    on = s.bill_day
    born = visit.birth_day
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    info = {
        "mdtrt_id": str(s.visit_id),
        "setl_id": str(s.id) if s.id else "",
        "psn_no": str(s.person_id),
        "psn_name": visit.name,
        "psn_cert_type": visit.certificate_kind,
        "certno": visit.certificate,
        "gend": str(visit.sex),
        "brdy": born,
        "age": age * 10,
        "insutype": s.insutype,
        "psn_type": PERSON_TYPE[InsuredClass(s.insured_class)],
        "cvlserv_flag": "0",
        "setl_time": local(s.settled_at),
        "med_type": s.med_type,
        "medfee_sumamt": s.total,
        "fulamt_ownpay_amt": s.own_paid,
        "overlmt_selfpay": s.over_limit,
        "preselfpay_amt": s.first_share,
        "inscp_scp_amt": s.in_scope,
        "act_pay_dedc": s.deductible,
        "hifp_pay": s.pool,
        "pool_prop_selfpay": s.pool * ONE4 // covered if covered else 0,
        "cvlserv_pay": 0,
        "hifes_pay": 0,
        "hifmi_pay": s.catastrophic,
        "hifob_pay": s.large,
        "maf_pay": s.assistance,
        "hifdm_pay": 0,
        "oth_pay": s.supplement,
        "fund_pay_sumamt": s.funds,
        "psn_part_amt": s.account + s.cash,
        "acct_pay": s.account,
        "psn_cash_pay": s.cash,
        "pdn_cash_pay": s.cash,
        "hosp_part_amt": 0,
        "balc": balance,
        "acct_mulaid_pay": 0,
        "medins_setl_id": msgid,
        "clr_optins": institution.place[:6].ljust(6, "0"),
        "clr_way": BY_ITEM,
        "clr_type": CLEARING[BillCare(s.care)],
    }
    detail = [
        {
            "fund_pay_type": FUND_TYPES[fund][resident][0],
            "inscp_scp_amt": s.in_scope,
            "crt_payb_lmt_amt": 0,
            "fund_payamt": paid,
            "fund_pay_type_name": FUND_TYPES[fund][resident][1],
        }
        for fund in FUNDS
        if (paid := getattr(s, fund))
    ]
    return {"setlinfo": info, "setldetail": detail}
