"""A claim's way from filing to the award: every write, within the caller's act.

The database keeps the order of the steps, sets who took them, and refuses an approval by who filed or decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from shebao.access.acting import Act
from shebao.assessment import selectors as assessment
from shebao.assessment.differences import monthly
from shebao.assessment.models import Difference, Run
from shebao.cases.measures import announce_recoveries
from shebao.cases.models import Amount, Award, Claim, Evidence, Origin, Verb
from shebao.cases.refusals import refusing
from shebao.contributions.months import first_day, plus
from shebao.law import the_law
from shebao.people import selectors as people
from shebao.people.codes import NameKind
from shebao.people.refusals import Refused
from shebao.rules.declare import PERSON, Pays
from shebao.rules.explain import as_json
from shebao.rules.kinds import FEN

TIME_LIMIT = 30  # days from filing to approval; the service standards of each programme may be shorter
WORK = (Difference.Kind.GAP, Difference.Kind.EXIT, Difference.Kind.DUPLICATE, Difference.Kind.ADJUSTMENT)
OPEN = (Verb.FILED, Verb.VERIFIED, Verb.DECIDED, Verb.PUBLISHED, Verb.RETURNED, Verb.APPEALED)
PAST = (Difference.Kind.ARREARS, Difference.Kind.OVERPAYMENT)


@dataclass(frozen=True)
class Queue:
    """Claims that wait for the same step.  late: past their time limit."""

    state: int
    benefit: str
    kind: int
    claims: int
    late: int
    monthly: int  # fen that they would give a month


def file(act: Act, person_id: int, benefit: str, since: date, on: date, origin: Origin = Origin.COUNTER) -> Claim:
    """A claim for a benefit, decided for the day `on` by the law, with its trace.

    since: the month from which it is paid, on and on; of a benefit that is paid once or by the year, the only month.
    Raises Refused when the law gives nothing, refuses, when an open claim is there, or the same was awarded before.
    """
    if benefit not in paid_benefits():
        raise Refused(f"{benefit}不是发放金额的待遇", f"{benefit} is no benefit in money")
    decision = assessment.decided(act, person_id, on, want=[benefit])
    step = decision[benefit]
    if benefit not in monthly() and awarded_since(person_id, benefit, plus(first_day(on), -12)):
        raise Refused("近一年内已核定过同一待遇", "the same was awarded within the last year")
    if decision.status(benefit):
        raise Refused("事实或数值不全，未能核定，请补充后再申请", "it cannot be decided yet; complete the facts first")
    if not step.value:
        raise Refused("按现行规定不享受该项待遇", "the law gives nothing of this benefit")
    owner = decision.plan.owner_of(benefit)
    with refusing():
        claim = Claim.objects.create(
            person_id=person_id,
            benefit=benefit,
            owner="" if owner == PERSON else owner,
            kind=Difference.Kind.GAP,
            origin=origin,
            due_on=act.at.date() + timedelta(days=TIME_LIMIT),
            basis_day=on,
            basis_known=act.at,
            law=the_law().fingerprint,
            trace=as_json(decision),
            act_id=act.id,
        )
        Amount.objects.create(claim=claim, valid=_span(benefit, first_day(since)), amount=int(step.value))
        take(act, [claim.pk], Verb.FILED)
    return claim


def paid_benefits() -> list[str]:
    """The benefits in money: by the month, by the year, or once."""
    variables = the_law().variables
    return [n for n, v in variables.items() if v.rule.pays not in (None, Pays.SERVICE) and v.kind == FEN]


def awarded_since(person_id: int, benefit: str, day: date) -> bool:
    """Whether a benefit was awarded for a month from this day on."""
    return Award.objects.filter(
        person_id__in=[person_id, *people.merged(person_id)],
        benefit=benefit,
        recorded__endswith=None,
        valid__startswith__gte=day,
    ).exists()


def _span(benefit: str, month: date) -> tuple[date, date | None]:
    return month, None if benefit in monthly() else plus(month, 1)


def file_changes(act: Act, changes: Sequence[Difference], on: date, known: datetime, cause: str) -> list[int]:
    """A claim at the counter for each person and benefit among these differences; gives their numbers.

    An amount of a month after `on` holds from then on, others for their month.  Where a claim is open already, it
    stays and nothing is filed.
    """
    of: dict[tuple[int, str], list[Difference]] = {}
    for change in sorted(changes, key=lambda one: (one.person_id, one.benefit, one.month)):
        of.setdefault((change.person_id, change.benefit), []).append(change)
    made = []
    for (person_id, benefit), months in of.items():
        if Claim.objects.filter(person_id=person_id, benefit=benefit, state__in=OPEN).exists():
            continue
        last = months[-1]
        claim = Claim.objects.create(
            person_id=person_id,
            benefit=benefit,
            owner=last.owner,
            kind=last.kind,
            origin=Origin.COUNTER,
            due_on=on + timedelta(days=TIME_LIMIT),
            replaces=sorted({award for one in months for award in one.awards}),
            basis_day=on,
            basis_known=known,
            law=the_law().fingerprint,
            cause=cause,
            trace=as_json(assessment.decided(act, person_id, on, known, want=[benefit])),
            act_id=act.id,
        )
        spans: list[tuple[date, date | None, int]] = []
        for one in months:
            until = None if one.month > on else plus(one.month, 1)
            if spans and spans[-1][1:] == (one.month, one.entitled):
                spans[-1] = (spans[-1][0], until, one.entitled)
            else:
                spans.append((one.month, until, one.entitled))
        Amount.objects.bulk_create(Amount(claim=claim, valid=(s, u), amount=amount) for s, u, amount in spans)
        made.append(claim.pk)
    take(act, made, Verb.FILED)
    return made


def add_evidence(act: Act, claim_id: int, name: str, digest: bytes, verified: bool, note: str = "") -> Evidence:
    """材料: a document, by its digest, and whether it was found true."""
    return Evidence.objects.create(
        claim_id=claim_id, name=name, digest=digest, verified=verified, note=note, act_id=act.id
    )


def from_differences(act: Act, run_id: int) -> int:
    """Files and decides a claim for each difference of a pass that has no open claim yet; gives how many.

    The amounts are those of the pass: the law's, from then on, and of months that are over, each by itself.  A month
    that the law refuses is in no claim.
    """
    run = Run.objects.get(pk=run_id)
    with connection.cursor() as cursor:
        of: dict[str, Any] = {
            "run": run_id,
            "work": [int(kind) for kind in (*WORK, *PAST)],
            "month": first_day(run.benefit_day),
            "due": act.at.date() + timedelta(days=TIME_LIMIT),
            "act": act.id,
            "origin": int(Origin.DIFFERENCE),
        }
        cursor.execute(
            "INSERT INTO cases_claim (person_id, benefit, owner, kind, origin, due_on, run_id, replaces, basis_day, "
            "basis_known, law, cause, act_id) SELECT d.person_id, d.benefit, min(d.owner), "
            "(array_agg(d.kind ORDER BY d.month DESC))[1], %(origin)s, %(due)s, %(run)s, "
            "coalesce(array_agg(DISTINCT a) FILTER (WHERE a IS NOT NULL), '{}'), r.benefit_day, r.known, r.law, "
            "(array_agg(d.cause ORDER BY d.month DESC))[1], %(act)s "
            "FROM assessment_difference d JOIN assessment_run r ON r.id = d.run_id "
            "LEFT JOIN LATERAL unnest(d.awards) a ON true WHERE d.run_id = %(run)s AND d.kind = ANY(%(work)s) "
            "GROUP BY d.person_id, d.benefit, r.benefit_day, r.known, r.law ON CONFLICT DO NOTHING RETURNING id",
            of,
        )
        claims = [row[0] for row in cursor.fetchall()]
        # The planner knows nothing of a run that was just written: it would look through all its claims for each.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(
            "INSERT INTO cases_amount (claim_id, valid, amount) SELECT c.id, CASE WHEN d.month = %(month)s "
            "THEN daterange(d.month, NULL) ELSE daterange(d.month, (d.month + interval '1 month')::date) END, "
            "d.entitled FROM cases_claim c JOIN assessment_difference d USING (run_id, person_id, benefit) "
            "WHERE c.act_id = %(act)s AND c.run_id = %(run)s AND d.kind = ANY(%(work)s)",
            of,
        )
        cursor.execute("SET LOCAL enable_nestloop = on")
    take(act, claims, Verb.FILED)
    take(act, claims, Verb.DECIDED)
    return len(claims)


def take(act: Act, claims: Sequence[int], verb: Verb, note: str = "") -> None:
    """Takes a step of each of these claims.  Raises Refused when one may not be taken, or not by this actor."""
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_step (claim_id, verb, note) SELECT c, %s, %s FROM unnest(%s::bigint[]) c",
            [int(verb), note, list(claims)],
        )


def approve(act: Act, claims: Sequence[int], note: str = "", today: date | None = None) -> int:
    """审批 of like cases: the awards are changed as the claims say.  Gives how many awards are in force by it.

    What it leaves paid too much is announced to be recovered (today: the day of the notice, else that of the act).

    Raises Refused, also when what a claim changes was changed by another meanwhile.
    """
    take(act, claims, Verb.APPROVED, note)
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM cases_claim c WHERE c.id = ANY(%s) AND EXISTS (SELECT FROM unnest(c.replaces) r "
            "JOIN cases_award a ON a.id = r WHERE NOT upper_inf(a.recorded)) LIMIT 5",
            [list(claims)],
        )
        stale = [row[0] for row in cursor.fetchall()]
        if stale:
            raise Refused(
                f"案卷{stale}所依据的待遇已变更，请重新核算后再办",
                f"awards behind claims {stale} were changed; assess again",
            )
        cursor.execute(
            "WITH asked AS (SELECT c.id, c.replaces, c.person_id, c.benefit, c.owner, c.basis_day, c.basis_known, "
            "range_agg(m.valid) AS spans FROM cases_claim c JOIN cases_amount m ON m.claim_id = c.id "
            "WHERE c.id = ANY(%(claims)s) GROUP BY c.id), "
            "closed AS (UPDATE cases_award a SET recorded = tstzrange(lower(a.recorded), %(at)s) FROM asked s "
            "CROSS JOIN LATERAL unnest(s.replaces) r (id) WHERE a.id = r.id AND a.benefit = s.benefit "
            "AND upper_inf(a.recorded) AND s.spans && a.valid RETURNING a.*, s.spans, s.id AS by_claim) "
            "INSERT INTO cases_award (person_id, benefit, owner, amount, valid, recorded, basis_day, basis_known, "
            "claim_id, act_id) "
            "SELECT c.person_id, c.benefit, c.owner, c.amount, v, tstzrange(%(at)s, NULL), c.basis_day, c.basis_known, "
            "c.by_claim, %(act)s FROM closed c, unnest(datemultirange(c.valid) - c.spans) v "
            "UNION ALL SELECT s.person_id, s.benefit, s.owner, m.amount, m.valid, tstzrange(%(at)s, NULL), "
            "s.basis_day, s.basis_known, s.id, %(act)s FROM asked s JOIN cases_amount m ON m.claim_id = s.id "
            "WHERE m.amount > 0",
            {"claims": list(claims), "at": act.at, "act": act.id},
        )
        awarded = int(cursor.rowcount)
    announce_recoveries(act, claims, today or act.at.date())
    return awarded


def waiting(act: Act, state: Verb, kinds: Sequence[int] = (), benefit: str = "") -> list[int]:
    """The claims of a queue, the most urgent first."""
    found = Claim.objects.filter(state=state)
    if kinds:
        found = found.filter(kind__in=list(kinds))
    if benefit:
        found = found.filter(benefit=benefit)
    return list(found.order_by("due_on", "id").values_list("pk", flat=True))


def queues(act: Act, today: date) -> list[Queue]:
    """The open work by step, benefit and kind; no person is named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.state, c.benefit, c.kind, count(*), count(*) FILTER (WHERE c.due_on < %s), "
            "coalesce(sum((SELECT m.amount FROM cases_amount m WHERE m.claim_id = c.id AND upper_inf(m.valid))), 0) "
            "FROM cases_claim c WHERE c.state = ANY(%s) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            [today, [int(verb) for verb in OPEN]],
        )
        return [Queue(row[0], row[1], row[2], row[3], row[4], int(row[5])) for row in cursor.fetchall()]


@dataclass(frozen=True)
class Notice:
    """A line of a public notice (公示).  name: masked; amount: fen a month, from the last month of the claim on."""

    claim: int
    place: str
    name: str
    benefit: str
    amount: int


def notice(act: Act, benefit: str, place: str = "") -> list[Notice]:
    """The public list of claims for a benefit that are to be approved, of a place and those within it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, p.place, n.name, c.benefit, m.amount FROM cases_claim c JOIN people_person p "
            "ON p.id = c.person_id JOIN people_name n ON n.person_id = c.person_id AND n.kind = %s "
            "AND upper_inf(n.recorded) AND n.valid @> current_date JOIN LATERAL (SELECT amount FROM cases_amount "
            "WHERE claim_id = c.id ORDER BY lower(valid) DESC LIMIT 1) m ON true "
            "WHERE c.state = %s AND c.benefit = %s AND p.place LIKE %s ORDER BY p.place, c.id",
            [int(NameKind.LEGAL), int(Verb.PUBLISHED), benefit, place + "%"],
        )
        return [Notice(row[0], row[1], masked_name(row[2]), row[3], row[4]) for row in cursor.fetchall()]


def masked_name(name: str) -> str:
    """The family name, and the last character of a name of three or more: 王＊兰, 李＊."""
    if len(name) < 3:
        return name[:1] + "＊" * (len(name) - 1)
    return name[:1] + "＊" * (len(name) - 2) + name[-1:]
