"""一件事: life events as forms: what each asks, how answers are read, what it does.  A preview is the act, undone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from shebao.access import reads
from shebao.access.acting import Act, acting
from shebao.access.selectors import places
from shebao.assessment.models import Difference
from shebao.cases import events
from shebao.cases.events import Settled
from shebao.cases.models import Amount, Award, Claim
from shebao.law.city.facts import Hukou
from shebao.law.insurance.employee_pension.facts import PostClass
from shebao.people import selectors as people
from shebao.people.codes import Role
from shebao.people.facts import Fact, Particular, Residence
from shebao.rules.kinds import day as day_number

Values = Mapping[str, Any]
STREET = 3


@dataclass(frozen=True)
class Field:
    """A question of a form.  kind: day, text, number, choice; options: (value, zh, en) of a choice."""

    name: str
    kind: str
    zh: str
    en: str
    help_zh: str = ""
    help_en: str = ""
    required: bool = True
    options: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Event:
    """Something that happens to a person, and what it does to the record."""

    slug: str
    zh: str
    en: str
    fields: tuple[Field, ...]
    do: Callable[[Act, int, Values, date], Settled]


@dataclass(frozen=True)
class Fault:
    """An answer that cannot be taken, and the remedy."""

    field: str
    zh: str
    en: str


@dataclass(frozen=True)
class Change:
    """A claim that an event opens: from a month on so much, in place of what."""

    claim: int
    person_id: int
    benefit: str
    kind: int
    since: date
    goes_on: bool
    before: int
    amount: int


@dataclass(frozen=True)
class Outcome:
    """What an event comes to.  digest: of all changes, so that what is confirmed is what was shown."""

    changes: list[Change]
    undecided: list[Difference]
    digest: str
    claims: list[int] = field(default_factory=list)


def _source(zh: str, en: str) -> Field:
    return Field("source", "text", "证明材料", "Evidence", f"如：{zh}", f"such as: {en}")


def _day(zh: str, en: str, name: str = "day") -> Field:
    return Field(name, "day", zh, en, "不晚于今天", "not after today")


def _coded(codes: Any) -> tuple[tuple[str, str, str], ...]:
    return tuple((str(int(code)), code.zh, code.en) for code in codes)


def _died(act: Act, person: int, given: Values, today: date) -> Settled:
    return events.died(act, person, given["day"], given["source"], today)


def _retired(act: Act, person: int, given: Values, today: date) -> Settled:
    facts: list[Fact] = []
    if given["post_class"] is not None:
        facts.append(Particular(since=given["day"], input="post_class", value=given["post_class"]))
    return events.retired(act, person, given["day"], given["source"], today, facts)


def _lost_job(act: Act, person: int, given: Values, today: date) -> Settled:
    since = given["registered"]
    facts = [
        Particular(since=since, input="unemployment_registered_day", value=day_number(since.isoformat())),
        Particular(since=since, input="unemployment_months_paid", value=given["months"]),
    ]
    return events.lost_job(act, person, given["day"], given["source"], today, facts)


def _born(act: Act, person: int, given: Values, today: date) -> Settled:
    return events.born(act, person, given["name"], given["number"], given["role"], given["source"], today)[1]


def _moved(act: Act, person: int, given: Values, today: date) -> Settled:
    now = people.person(act, person).on(Residence, today)
    home = Residence(
        since=given["day"],
        place=given["place"],
        address=given["address"] or None,
        hukou=given["hukou"] if given["hukou"] is not None else (now.hukou if now else None),
        hukou_place=now.hukou_place if now else None,
    )
    return events.moved(act, person, home, given["source"], today)


EVENTS: Mapping[str, Event] = {
    event.slug: event
    for event in (
        Event(
            "death",
            "死亡",
            "Death",
            (_day("死亡日期", "Day of death"), _source("死亡医学证明", "medical certificate of death")),
            _died,
        ),
        Event(
            "retirement",
            "退休",
            "Retirement",
            (
                _day("退休日期", "Day of retirement"),
                Field(
                    "post_class",
                    "choice",
                    "退休岗位",
                    "Post",
                    "不填则按档案",
                    "empty: as on record",
                    False,
                    _coded(PostClass),
                ),
                _source("退休审批表", "retirement approval form"),
            ),
            _retired,
        ),
        Event(
            "unemployment",
            "失业",
            "Loss of work",
            (
                _day("离职日期", "Last day of work"),
                _day("失业登记日期", "Day of registration as unemployed", "registered"),
                Field("months", "number", "失业保险缴费月数", "Months paid to unemployment insurance"),
                _source("解除劳动合同证明", "certificate of the end of the contract"),
            ),
            _lost_job,
        ),
        Event(
            "birth",
            "生育（新生儿登记）",
            "Birth of a child",
            (
                Field("name", "text", "孩子姓名", "Child's name"),
                Field("number", "text", "孩子公民身份号码", "Child's identity number", "18位", "18 characters"),
                Field(
                    "role",
                    "choice",
                    "与户主关系",
                    "To the head of the household",
                    options=tuple(
                        (str(int(r)), str(r.label), r.name.lower()) for r in (Role.CHILD, Role.GRANDCHILD, Role.OTHER)
                    ),
                ),
                _source("出生医学证明", "medical certificate of birth"),
            ),
            _born,
        ),
        Event(
            "residence",
            "迁移",
            "Move",
            (
                _day("迁移日期", "Day of the move"),
                Field("place", "choice", "迁入街道、乡镇", "New street or town"),
                Field("address", "text", "地址", "Address", required=False),
                Field(
                    "hukou",
                    "choice",
                    "户口性质",
                    "Household register",
                    "不变则不填",
                    "empty: unchanged",
                    False,
                    _coded(Hukou),
                ),
                _source("户口迁移证", "certificate of the move"),
            ),
            _moved,
        ),
    )
}


def options(asked: Field) -> tuple[tuple[str, str, str], ...]:
    """What a choice is chosen from."""
    if asked.name == "place":
        return tuple((code, name, name) for code, name in places(STREET))
    return asked.options


def parse(event: Event, given: Mapping[str, str]) -> tuple[dict[str, Any], list[Fault]]:
    """The answers as values, and what is wrong with them."""
    values: dict[str, Any] = {}
    faults = []
    for asked in event.fields:
        text = str(given.get(asked.name, "") or "").strip()
        try:
            values[asked.name] = _value(asked, text)
        except ValueError:
            zh, en = _WRONG[asked.kind if text else ""]
            faults.append(Fault(asked.name, f"{asked.zh}：{zh}", f"{asked.en}: {en}"))
    return values, faults


_WRONG = {
    "": ("请填写", "this is needed"),
    "day": ("请按2014-01-31的形式填写日期", "write the day as 2014-01-31"),
    "number": ("请填0至9999的整数", "write a whole number from 0 to 9999"),
    "choice": ("请从列表中选择", "choose from the list"),
    "text": ("不超过200字", "at most 200 characters"),
}


def _value(asked: Field, text: str) -> Any:
    if not text:
        if asked.required:
            raise ValueError
        return None
    if asked.kind == "day":
        return date.fromisoformat(text)
    if asked.kind == "number":
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            raise ValueError
        return int(text)
    if asked.kind == "choice":
        if text not in {value for value, _, _ in options(asked)}:
            raise ValueError
        return text if asked.name == "place" else int(text)
    if len(text) > 200 or "\0" in text:
        raise ValueError
    return text


def carry_out(
    actor_id: int, event: Event, person_id: int, values: Values, today: date, confirmed: str | None
) -> Outcome:
    """Does the event, for the purpose cases.file; with no digest confirmed, or another one, it is undone again.

    Outcome.claims is empty where nothing was kept.  Raises Refused, NotAllowed.
    """
    with acting(actor_id, "cases.file") as act:
        settled = event.do(act, person_id, values, today)
        outcome = _outcome(settled)
        if outcome.digest != confirmed:
            transaction.set_rollback(True)
            outcome = Outcome(outcome.changes, outcome.undecided, outcome.digest)
    if not outcome.claims and outcome.digest != confirmed:
        with acting(actor_id, "cases.file") as act:
            reads.log(act, [person_id], f"办事预览（{event.zh}）")
    return outcome


def _outcome(settled: Settled) -> Outcome:
    claims = {one.pk: one for one in Claim.objects.filter(pk__in=settled.claims).defer("trace")}
    changes = []
    for one in Amount.objects.filter(claim_id__in=claims).order_by("claim_id", "valid"):
        claim = claims[one.claim_id]
        changes.append(
            Change(
                claim.pk,
                claim.person_id,
                claim.benefit,
                claim.kind,
                one.valid.lower,
                one.valid.upper is None,
                _awarded(claim.replaces, one.valid.lower),
                one.amount,
            )
        )
    told = "\n".join(
        sorted(f"{c.benefit} {c.kind} {c.since} {c.goes_on} {c.before} {c.amount}" for c in changes)
        + sorted(f"{d.benefit} {d.month} {d.refusal}" for d in settled.undecided)
    )
    digest = hashlib.sha256(told.encode()).hexdigest()[:32]
    return Outcome(changes, settled.undecided, digest, settled.claims)


def _awarded(replaced: list[int], month: date) -> int:
    found = Award.objects.filter(pk__in=replaced, valid__contains=month).values_list("amount", flat=True)
    return sum(found)
