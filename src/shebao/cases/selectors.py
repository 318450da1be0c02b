"""The reads of claims, awards, payments, measures and certificates; each one of a person is taken down."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from shebao.access import reads
from shebao.access.acting import Act
from shebao.assessment.models import Difference
from shebao.cases.models import Account, Amount, Award, Certification, Claim, Complaint, Evidence, Measure, Verb
from shebao.people import selectors as people
from shebao.people.codes import NameKind
from shebao.people.refusals import Refused

PAGE = 50  # lines of a work list


@dataclass(frozen=True)
class Paid:
    """A month's line of a payment.  amount: fen; code: the bank's result, None while it has not answered."""

    day: date
    benefit: str
    month: date
    amount: int
    code: int | None


@dataclass(frozen=True)
class Dossier:
    """All that the room has of a person.  account: that payments go to now."""

    received: list[Award]
    claims: list[Claim]
    paid: list[Paid]
    measures: list[Measure]
    certified_on: date | None
    account: Account | None


def of_person(act: Act, person_id: int, today: date, most: int = 60) -> Dossier:
    """Awards that are not over, claims and payments, the latest first, open measures, the last certificate."""
    numbers = [number := people.whole(person_id), *people.merged(number)]
    reads.log(act, [number], "待遇、案卷、发放")
    received = Award.objects.filter(person_id__in=numbers, recorded__endswith=None).filter(
        Q(valid__endswith=None) | Q(valid__endswith__gt=today)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.day, l.benefit, l.month, l.amount, p.code FROM cases_line l JOIN cases_payment p "
            "ON p.id = l.payment_id JOIN cases_batch b ON b.id = p.batch_id WHERE l.person_id = ANY(%s) "
            "AND b.state >= 3 ORDER BY b.day DESC, l.month DESC, l.benefit LIMIT %s",
            [numbers, most],
        )
        paid = [Paid(*row) for row in cursor.fetchall()]
    return Dossier(
        list(received.order_by("benefit", "valid")),
        list(Claim.objects.filter(person_id__in=numbers).defer("trace").order_by("-pk")[:most]),
        paid,
        list(Measure.objects.filter(person_id__in=numbers, ended_on=None).order_by("pk")),
        Certification.objects.filter(person_id__in=numbers).order_by("-day").values_list("day", flat=True).first(),
        Account.objects.filter(person_id__in=numbers, closed_at=None).first(),
    )


@dataclass(frozen=True)
class Work:
    """A line of a work list.  amount: fen of its last month; was: what was decided for that month before."""

    id: int
    person_id: int
    name: str
    place: str
    benefit: str
    kind: int
    origin: int
    state: int
    due_on: date
    cause: str
    amount: int
    was: int


def work_list(
    act: Act, state: int, benefit: str = "", kind: int = 0, place: str = "", after: int = 0, most: int = PAGE
) -> list[Work]:
    """Claims in a state, the most urgent first, of a place and those within it; each is a read of its person.

    after: how many to leave out, for the next page.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH c AS MATERIALIZED (SELECT c.*, p.place FROM cases_claim c JOIN people_person p ON p.id = c.person_id "
            "WHERE c.state = %(state)s AND (%(benefit)s = '' OR c.benefit = %(benefit)s) "
            "AND (%(kind)s = 0 OR c.kind = %(kind)s) AND p.place LIKE %(place)s || '%%' "
            "ORDER BY c.due_on, c.id OFFSET %(after)s LIMIT %(most)s) "
            "SELECT c.id, c.person_id, coalesce(n.name, ''), c.place, c.benefit, c.kind, c.origin, c.state, c.due_on, "
            "c.cause, m.amount, coalesce(d.decided, o.amount, 0)::bigint FROM c "
            "LEFT JOIN LATERAL (SELECT name FROM people_name n WHERE n.person_id = c.person_id AND n.kind = %(legal)s "
            "AND upper_inf(n.recorded) ORDER BY n.valid DESC LIMIT 1) n ON true "
            "JOIN LATERAL (SELECT amount, lower(valid) AS month FROM cases_amount WHERE claim_id = c.id "
            "ORDER BY lower(valid) DESC LIMIT 1) m ON true LEFT JOIN assessment_difference d ON d.run_id = c.run_id "
            "AND d.person_id = c.person_id AND d.benefit = c.benefit AND d.month = m.month "
            "LEFT JOIN LATERAL (SELECT sum(a.amount) AS amount FROM unnest(c.replaces) r "
            "JOIN cases_award a ON a.id = r WHERE a.valid @> m.month) o ON true ORDER BY c.due_on, c.id",
            {
                "legal": int(NameKind.LEGAL),
                "state": state,
                "benefit": benefit,
                "kind": kind,
                "place": place,
                "after": after,
                "most": most,
            },
        )
        found = [Work(*row) for row in cursor.fetchall()]
    reads.log(act, [one.person_id for one in found], "案卷清单")
    return found


@dataclass(frozen=True)
class Taken:
    """A step with who took it."""

    verb: int
    actor: str
    at: datetime
    note: str


@dataclass(frozen=True)
class File:
    """案卷 with all that belongs to it.  before: what the pass found, by month."""

    claim: Claim
    amounts: list[Amount]
    steps: list[Taken]
    evidence: list[Evidence]
    before: dict[date, Difference]
    replaced: list[Award]


def file_of(act: Act, claim_id: int) -> File:
    """A claim.  Raises Refused for one that is not within the actor's scope."""
    claim = Claim.objects.filter(pk=claim_id).first()
    if claim is None:
        raise Refused(f"没有案卷{claim_id}，或不在您的查询范围内", f"there is no claim {claim_id} within your scope")
    reads.log(act, [claim.person_id], f"案卷{claim_id}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.verb, a.name, s.at, s.note FROM cases_step s JOIN access_actor a ON a.id = s.actor_id "
            "WHERE s.claim_id = %s ORDER BY s.id",
            [claim_id],
        )
        steps = [Taken(*row) for row in cursor.fetchall()]
    before: Iterable[Difference] = ()
    if claim.run_id is not None:
        before = Difference.objects.filter(run_id=claim.run_id, person_id=claim.person_id, benefit=claim.benefit)
    return File(
        claim,
        list(Amount.objects.filter(claim=claim).order_by("valid")),
        steps,
        list(Evidence.objects.filter(claim=claim).order_by("pk")),
        {one.month: one for one in before},
        list(Award.objects.filter(pk__in=claim.replaces).order_by("valid")),
    )


def complaints(act: Act, person_id: int | None = None, most: int = 100) -> list[Complaint]:
    """A person's complaints, or the open ones of the actor's places; the oldest first."""
    found = Complaint.objects.order_by("pk")
    found = found.filter(answered_at=None) if person_id is None else found.filter(person_id=person_id)
    listed = list(found[:most])
    reads.log(act, {one.person_id for one in listed}, "投诉")
    return listed


def next_steps(state: int) -> tuple[Verb, ...]:
    """What may be done to a claim in a state; by whom, the database decides."""
    return _NEXT.get(Verb(state), ())


_NEXT = {
    Verb.FILED: (Verb.VERIFIED, Verb.DECIDED, Verb.REJECTED, Verb.WITHDRAWN),
    Verb.VERIFIED: (Verb.DECIDED, Verb.RETURNED, Verb.REJECTED, Verb.WITHDRAWN),
    Verb.DECIDED: (Verb.APPROVED, Verb.PUBLISHED, Verb.RETURNED, Verb.REJECTED, Verb.WITHDRAWN),
    Verb.PUBLISHED: (Verb.APPROVED, Verb.RETURNED, Verb.REJECTED, Verb.WITHDRAWN),
    Verb.RETURNED: (Verb.VERIFIED, Verb.DECIDED, Verb.REJECTED, Verb.WITHDRAWN),
    Verb.APPROVED: (Verb.APPEALED,),
    Verb.REJECTED: (Verb.APPEALED,),
    Verb.APPEALED: (Verb.DECIDED, Verb.UPHELD),
}
# For which purpose each step is taken; the database holds it to that.
PURPOSES = {
    Verb.VERIFIED: "cases.file",
    Verb.WITHDRAWN: "cases.file",
    Verb.APPEALED: "cases.file",
    Verb.DECIDED: "cases.decide",
    Verb.PUBLISHED: "cases.decide",
    Verb.APPROVED: "cases.approve",
    Verb.RETURNED: "cases.approve",
    Verb.REJECTED: "cases.approve",
    Verb.UPHELD: "cases.approve",
}
