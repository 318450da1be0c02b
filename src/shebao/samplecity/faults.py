"""Faults planted in a city whose awards are right, and how well a night finds them.

What was planted is kept here, in the program's memory: the pass reads the record and the awards, and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment.models import Difference
from shebao.cases.models import Award
from shebao.people import services as people
from shebao.people.codes import EventKind
from shebao.people.facts import Event, Particular
from shebao.samplecity.office import Office, decide_by_hand

LATE = "pension_opening_amount"  # the fact that comes late
KINDS = {  # what is planted -> differences that it must show as, each with its cause
    "unreported death": ({Difference.Kind.EXIT, Difference.Kind.OVERPAYMENT}, "input:death_day"),
    "merged records": ({Difference.Kind.DUPLICATE, Difference.Kind.OVERPAYMENT}, "merged"),
    "stopped without cause": ({Difference.Kind.GAP}, "applied"),
    "wrong amount": ({Difference.Kind.ADJUSTMENT}, "award"),
    "late fact": ({Difference.Kind.ADJUSTMENT, Difference.Kind.ARREARS}, f"input:{LATE}"),
}

OTHER_WORK = (Difference.Kind.EXPIRING, Difference.Kind.UNDECIDED)  # no fault of an award


@dataclass(frozen=True)
class Planted:
    """One fault: what (of KINDS), in which record."""

    what: str
    person_id: int


@dataclass(frozen=True)
class Found:
    """How well a night did.  differences: of awards, all it reported; right: those with a planted kind and cause."""

    planted: Counter[str]
    found: Counter[str]
    differences: int
    right: int

    @property
    def precision(self) -> float:
        """Of what it reported, the share that was planted."""
        return self.right / self.differences if self.differences else 1.0

    @property
    def recall(self) -> float:
        """Of what was planted, the share that it reported."""
        return sum(self.found.values()) / max(1, sum(self.planted.values()))


def plant(office: Office, month: date, died_on: date, each: int) -> list[Planted]:
    """Plants `each` faults of every kind, each in a person whose award nobody else's depends on."""
    with acting(office.night, "cases.read"):
        own = list(_own())
    taken: set[int] = set()

    def choose(fits: Callable[[Award], bool]) -> Iterable[Award]:
        for award in own:
            if award.person_id not in taken and fits(award):
                taken.add(award.person_id)
                yield award

    def some(fits: Callable[[Award], bool], count: int = each) -> list[Award]:
        return [award for _, award in zip(range(count), choose(fits), strict=False)]

    planted: list[Planted] = []
    taken_over = _with(LATE)
    for award in some(lambda a: a.benefit == "pension" and a.person_id in taken_over):
        _correct(office, award.person_id, 10_000)
        planted.append(Planted("late fact", award.person_id))
    for award in some(lambda a: a.benefit != "pension"):
        with acting(office.load, "people.record") as act:
            people.died(act, award.person_id, died_on, "样本：漏报的死亡")
        planted.append(Planted("unreported death", award.person_id))
    benefit = Counter(a.benefit for a in own if a.person_id not in taken).most_common(1)[0][0]
    same = some(lambda a: a.benefit == benefit, 2 * each)
    for kept, gone in zip(same[::2], same[1::2], strict=False):
        with acting(office.load, "people.merge") as act:
            people.merge(act, kept.person_id, gone.person_id, "样本：重复建档")
        planted.append(Planted("merged records", kept.person_id))
    for award in some(lambda a: True):
        decide_by_hand(office, award.person_id, award.benefit, 0, month, award.owner)
        planted.append(Planted("stopped without cause", award.person_id))
    for award in some(lambda a: True):
        decide_by_hand(office, award.person_id, award.benefit, award.amount + 5_000, month, award.owner)
        planted.append(Planted("wrong amount", award.person_id))
    return planted


def judge(planted: list[Planted], run_id: int) -> Found:
    """What the differences of a pass say of what was planted."""
    with acting(system_actor("night"), "cases.read"):
        reported = list(
            Difference.objects.filter(run_id=run_id).exclude(kind__in=OTHER_WORK).order_by("person_id", "month")
        )
    by_person = {one.person_id: one for one in planted}
    right, found = 0, set()
    for one in reported:
        fault = by_person.get(one.person_id)
        if fault is not None and _says(fault.what, one):
            right += 1
            found.add(fault)
    return Found(Counter(one.what for one in planted), Counter(one.what for one in found), len(reported), right)


def strays(planted: list[Planted], run_id: int) -> list[tuple[str, Difference]]:
    """The differences of persons in whom nothing was planted, or that say something else of a fault than is wanted."""
    with acting(system_actor("night"), "cases.read"):
        by_person = {one.person_id: one.what for one in planted}
        return [
            (by_person.get(one.person_id, ""), one)
            for one in Difference.objects.filter(run_id=run_id).exclude(kind__in=OTHER_WORK)
            if not _says(by_person.get(one.person_id), one)
        ]


def _says(what: str | None, one: Difference) -> bool:
    """Whether a difference has the kind and the cause of a planted fault."""
    if what is None:
        return False
    kinds, cause = KINDS[what]
    return one.kind in kinds and one.cause.startswith(cause)


def _own() -> Iterable[Award]:
    """Awards of persons that are their only one, in homes where no family's award is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(a.id) FROM cases_award a WHERE upper_inf(a.recorded) AND upper_inf(a.valid) "
            "GROUP BY a.person_id HAVING count(*) = 1 AND NOT EXISTS (SELECT FROM people_membership t "
            "JOIN people_membership o USING (household_id) "
            "JOIN cases_award f ON f.person_id = o.person_id AND upper_inf(f.recorded) "
            "AND f.owner <> '' WHERE t.person_id = a.person_id AND upper_inf(t.recorded) AND upper_inf(o.recorded)) "
            "AND min(a.owner) = '' ORDER BY 1"
        )
        ids = [row[0] for row in cursor.fetchall()]
    return Award.objects.filter(pk__in=ids).order_by("person_id")


def _with(given: str) -> set[int]:
    """Persons of whom the record has this fact."""
    with acting(system_actor("load"), "people.read"), connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM people_particular WHERE input = %s AND upper_inf(recorded)", [given])
        return {row[0] for row in cursor.fetchall()}


def _correct(office: Office, person_id: int, raise_by: int) -> None:
    """The pension as it was taken over was too low, as a document says that came late."""
    with acting(office.load, "people.record") as act:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, lower(valid), value FROM people_particular WHERE person_id = %s AND input = %s "
                "AND upper_inf(recorded)",
                [person_id, LATE],
            )
            number, since, value = cursor.fetchone()
        right = Particular(since=since, input=LATE, value=value + raise_by)
        event = Event(kind=EventKind.OTHER, occurred_on=since, source="样本：补来的原核定表", facts=[right])
        people.correct(act, person_id, event, [(Particular, number)])
