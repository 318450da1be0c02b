"""停发、追回、领取资格认证: what is announced to a person before it is done, what he says to it, and how it ends.

A measure takes hold in the first month after its time to object, and not while an objection waits for its answer, which
another gives.  `payments` reads what is in force; nothing of an award or a debt is changed by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from shebao.access.acting import Act
from shebao.assessment.differences import monthly
from shebao.cases.models import TIME_TO_OBJECT, Certification, Measure
from shebao.cases.refusals import refusing
from shebao.contributions.months import first_day, plus
from shebao.law import the_law
from shebao.law.assistance.minimum_living.facts import MinimumLivingArea
from shebao.people import selectors as people
from shebao.people.refusals import Refused
from shebao.people.selectors import WHOLE
from shebao.rules.figures import Figure
from shebao.rules.kinds import day as day_number

CERTIFIED_FOR = 12  # months that a certificate of being alive holds
REMINDED = timedelta(days=45)  # before it lapses: the time to object, and a month to come
PENSIONS = ("employee_pension", "resident_pension", "welfare_pension")  # folders of the law, for every pensioner

# Of some persons and benefits, by month: what was paid and is still with the person, beyond what is decided now.
_OVERPAID = """
WITH RECURSIVE {whole}, asked AS (SELECT DISTINCT person_id, benefit FROM {asked}),
numbers AS (
    SELECT person_id, benefit, person_id AS number FROM asked
    UNION SELECT a.person_id, a.benefit, w.gone_id FROM asked a JOIN whole w ON w.keep_id = a.person_id
), paid AS (
    SELECT person_id, benefit, month, sum(amount) AS amount FROM (
        SELECT n.person_id, n.benefit, l.month, l.amount FROM numbers n
        JOIN cases_line l ON l.person_id = n.number AND l.benefit = n.benefit
        JOIN cases_payment p ON p.id = l.payment_id AND coalesce(p.code, 0) = 0
        UNION ALL SELECT n.person_id, n.benefit, r.month, -r.amount FROM numbers n
        JOIN cases_repayment r ON r.person_id = n.number AND r.benefit = n.benefit
    ) x GROUP BY 1, 2, 3
), overpaid AS (
    SELECT p.person_id, p.benefit, p.month, p.amount, coalesce(d.amount, 0) AS decided,
        p.amount - coalesce(d.amount, 0) AS over FROM paid p
    LEFT JOIN LATERAL (SELECT sum(a.amount) AS amount FROM numbers n JOIN cases_award a ON a.person_id = n.number
        AND a.benefit = n.benefit WHERE n.person_id = p.person_id AND n.benefit = p.benefit AND upper_inf(a.recorded)
        AND a.valid @> p.month) d ON true
    WHERE p.amount > coalesce(d.amount, 0)
)
""".replace("{whole}", WHOLE)


@dataclass(frozen=True)
class Overpaid:
    """A month of which more was paid than is decided now; fen."""

    month: date
    paid: int
    decided: int
    over: int


def takes_hold(today: date) -> date:
    """The first month that a measure announced today may take hold of."""
    day = today + TIME_TO_OBJECT
    return day if day.day == 1 else plus(first_day(day), 1)


def suspend(act: Act, person_id: int, benefit: str, reason: Measure.Reason, today: date, note: str = "") -> Measure:
    """暂停发放, announced today.  Raises Refused when one is open for the benefit."""
    with refusing():
        return Measure.objects.create(
            person_id=person_id,
            benefit=benefit,
            kind=Measure.Kind.SUSPENSION,
            reason=reason,
            note=note,
            notified_on=today,
            starts_on=takes_hold(today),
            act_id=act.id,
        )


def announce_recoveries(act: Act, claims: Sequence[int], today: date) -> int:
    """追回: announces what these claims leave paid too much, in place of what was announced before; gives how many."""
    standard = (
        the_law()
        .parameters["minimum_living_standard"]
        .figure(day_number(today.isoformat()), int(MinimumLivingArea.URBAN))
    )
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            _OVERPAID.replace("{asked}", "cases_claim WHERE id = ANY(%(claims)s)")
            + ", sums AS (SELECT person_id, benefit, sum(over)::bigint AS amount FROM overpaid GROUP BY 1, 2), "
            "ended AS (UPDATE cases_measure m SET ended_on = %(today)s, why_ended = '另行告知' FROM sums s "
            "WHERE m.person_id = s.person_id AND m.benefit = s.benefit AND m.kind = 2 AND m.ended_on IS NULL "
            "RETURNING m.id) SELECT s.person_id, s.benefit, s.amount FROM sums s, (SELECT count(*) FROM ended) e",
            {"known": None, "claims": list(claims), "today": today},
        )
        found = cursor.fetchall()
        Measure.objects.bulk_create(
            Measure(
                person_id=person,
                benefit=benefit,
                kind=Measure.Kind.RECOVERY,
                reason=Measure.Reason.OVERPAID,
                notified_on=today,
                starts_on=takes_hold(today),
                amount=amount,
                floor=standard.value if standard else 0,
                act_id=act.id,
            )
            for person, benefit, amount in found
        )
    return len(found)


def _standard(day: date) -> Figure | None:
    """最低生活保障标准 of the city on a day."""
    standard = the_law().parameters["minimum_living_standard"]
    return standard.figure(day_number(day.isoformat()), int(MinimumLivingArea.URBAN))


def unsure(day: date) -> bool:
    """Whether the standard of the day, which a recovery leaves, is a figure that nobody has verified, or none."""
    standard = _standard(day)
    return standard is None or standard.confidence == "approx"


def agree(act: Act, measure_id: int, monthly_fen: int, floor: int, today: date) -> Measure:
    """还款计划: a recovery by so much a month, as agreed with the person, which leaves at least `floor` fen.

    For the purpose cases.approve.  Raises Refused.
    """
    with refusing():
        was = _open(measure_id, Measure.Kind.RECOVERY)
        end(act, measure_id, today, "改按还款计划")
        return Measure.objects.create(
            person_id=was.person_id,
            benefit=was.benefit,
            kind=was.kind,
            reason=was.reason,
            note="还款计划",
            notified_on=was.notified_on,
            starts_on=was.starts_on,
            amount=was.amount,
            monthly=monthly_fen,
            floor=floor,
            act_id=act.id,
        )


def object_to(act: Act, measure_id: int, today: date, words: str) -> None:
    """陈述申辩: the measure waits until another has answered.  Raises Refused."""
    _open(measure_id)
    with refusing():
        Measure.objects.filter(pk=measure_id).update(objected_on=today, objection=words)


def answer(act: Act, measure_id: int, upheld: bool, today: date, why: str) -> None:
    """The answer to an objection, for cases.approve: the measure stays, or ends.  Raises Refused for who filed it."""
    _open(measure_id)
    with refusing():
        Measure.objects.filter(pk=measure_id).update(
            upheld=upheld, why_ended="" if upheld else why, ended_on=None if upheld else today
        )


def end(act: Act, measure_id: int, today: date, why: str) -> None:
    """Ends a measure; what a suspension held back is owed and comes with the next batch.

    Raises Refused for who filed a suspension for doubt, and for a recovery unless for cases.approve.
    """
    _open(measure_id)
    with refusing():
        Measure.objects.filter(pk=measure_id).update(ended_on=today, why_ended=why)


def end_recovered(act: Act, batch_id: int) -> int:
    """Ends the recoveries of a batch's persons of whom nothing is owed any more; gives how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OVERPAID.replace(
                "{asked}",
                "cases_measure m JOIN cases_payment p USING (person_id) JOIN cases_batch b ON b.id = p.batch_id "
                "WHERE p.batch_id = %(batch)s AND m.kind = 2 AND m.ended_on IS NULL",
            )
            + "UPDATE cases_measure m SET ended_on = b.day, why_ended = '已收回' FROM asked a, cases_batch b "
            "WHERE b.id = %(batch)s AND m.person_id = a.person_id AND m.benefit = a.benefit AND m.kind = 2 "
            "AND m.ended_on IS NULL AND NOT EXISTS (SELECT FROM overpaid o WHERE o.person_id = a.person_id "
            "AND o.benefit = a.benefit)",
            {"known": None, "batch": batch_id},
        )
        return int(cursor.rowcount)


def overpaid(act: Act, person_id: int, benefit: str) -> list[Overpaid]:
    """By month, what was paid too much and is not returned yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            _OVERPAID.replace("{asked}", "(VALUES (%(person)s::bigint, %(benefit)s)) v (person_id, benefit)")
            + "SELECT month, amount::bigint, decided::bigint, over::bigint FROM overpaid ORDER BY month",
            {"known": None, "person": people.whole(person_id), "benefit": benefit},
        )
        return [Overpaid(*row) for row in cursor.fetchall()]


def certify(act: Act, person_id: int, day: date, way: Certification.Way) -> Certification:
    """领取资格认证: seen alive on a day; a suspension for want of it ends.  Raises Refused for one who died before."""
    number = people.whole(person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT death_day FROM people_vitals WHERE person_id = %s AND upper_inf(recorded) AND death_day <= %s",
            [number, day],
        )
        if died := cursor.fetchone():
            raise Refused(f"已登记死亡（{died[0]}），不能认证", f"the death of {died[0]} is recorded; look into it")
    with refusing():
        made = Certification.objects.create(person_id=number, day=day, way=way, act_id=act.id)
        Measure.objects.filter(
            person_id__in=[number, *people.merged(number)], reason=Measure.Reason.CERTIFICATE, ended_on=None
        ).update(ended_on=day, why_ended="已认证")
    return made


def certified_benefits() -> list[str]:
    """The pensions for which being alive is certified every year (06-administration: 待遇资格认证)."""
    variables = the_law().variables
    return [n for n in monthly() if variables[n].rule.function.__module__.split(".")[-2] in PENSIONS]


def remind(act: Act, today: date) -> int:
    """Announces the suspension of pensions whose certificate lapses within REMINDED, or has; gives how many.

    The first year runs from the first month of the award, when the person was seen.
    """
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE {WHOLE}, lapsing AS (SELECT a.person_id, a.benefit, "
            "(greatest(min(lower(a.valid)), max(c.day)) + make_interval(months => %(months)s))::date AS lapses "
            "FROM cases_award a LEFT JOIN whole w ON w.gone_id = a.person_id "
            "LEFT JOIN cases_certification c ON c.person_id IN (a.person_id, w.keep_id) "
            "WHERE a.benefit = ANY(%(benefits)s) AND EXISTS (SELECT FROM cases_award o WHERE o.person_id = a.person_id "
            "AND o.benefit = a.benefit AND upper_inf(o.recorded) AND o.valid @> %(today)s::date) GROUP BY 1, 2) "
            "INSERT INTO cases_measure (person_id, benefit, kind, reason, notified_on, starts_on, act_id) "
            "SELECT person_id, benefit, 1, 1, %(today)s, greatest(%(hold)s, (date_trunc('month', lapses) + "
            "interval '1 month')::date), %(act)s FROM lapsing WHERE lapses <= %(reach)s ON CONFLICT DO NOTHING",
            {
                "known": None,
                "months": CERTIFIED_FOR,
                "benefits": certified_benefits(),
                "today": today,
                "hold": takes_hold(today),
                "reach": today + REMINDED,
                "act": act.id,
            },
        )
        return int(cursor.rowcount)


def _open(measure_id: int, kind: int | None = None) -> Measure:
    found = Measure.objects.filter(pk=measure_id, ended_on=None).first()
    if found is None or (kind is not None and found.kind != kind):
        raise Refused("没有此项在办措施，或不在您的经办范围内", "there is no such open measure within your scope")
    return found
