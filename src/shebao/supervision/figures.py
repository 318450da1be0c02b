"""指标: what each figure counts, by district, over the whole record; taken once a day by the night."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from shebao.access.acting import Act, acting
from shebao.assessment.models import Compared, Difference
from shebao.ledger.models import ChartCode
from shebao.supervision.models import Figure


@dataclass(frozen=True)
class Kind:
    """A figure.  query: SQL of (place, value) for %(day)s; unit: persons, families or fen."""

    zh: str
    en: str
    unit: str
    query: str


_LIVING = (
    "people_person p JOIN people_vitals v ON v.person_id = p.id AND upper_inf(v.recorded) "
    "AND v.birth_day <= %(day)s AND (v.death_day IS NULL OR v.death_day > %(day)s) AND p.merged_into IS NULL"
)


def _persons(condition: str) -> str:
    return f"SELECT left(p.place, 6), count(*) FROM {_LIVING} WHERE {condition} GROUP BY 1"


def _insured(branch: int, scheme: str) -> str:
    return _persons(
        "EXISTS (SELECT FROM contributions_membership m WHERE m.person_id = p.id AND upper_inf(m.recorded) "
        f"AND m.valid @> %(day)s::date AND {branch} <@ m.branches AND m.scheme {scheme})"
    )


def _work(condition: str = "true") -> str:
    return _persons(
        "EXISTS (SELECT FROM people_work w WHERE w.person_id = p.id AND upper_inf(w.recorded) "
        f"AND w.valid @> %(day)s::date AND w.organisation_id IS NOT NULL) AND {condition}"
    )


def _awarded(what: str, benefits: str = "true") -> str:
    return (
        f"SELECT left(p.place, 6), {what} FROM cases_award a JOIN people_person p ON p.id = a.person_id "
        f"WHERE upper_inf(a.recorded) AND a.valid @> %(day)s::date AND {benefits} GROUP BY 1"
    )


def _differences(*kinds: Difference.Kind) -> str:
    listed = ", ".join(str(int(kind)) for kind in kinds)
    return (
        "SELECT left(p.place, 6), count(DISTINCT d.person_id) FROM assessment_difference d "
        f"JOIN people_person p ON p.id = d.person_id WHERE d.run_id = %(run)s AND d.kind IN ({listed}) GROUP BY 1"
    )


_ALL_FIVE = (
    "(SELECT count(DISTINCT b) FROM contributions_membership m, generate_series(1, 5) b WHERE m.person_id = p.id "
    "AND upper_inf(m.recorded) AND m.valid @> %(day)s::date AND b <@ m.branches) = 5"
)
_BILLS = (
    "FROM contributions_bill b LEFT JOIN people_organisation o ON o.id = b.organisation_id WHERE b.due_day <= %(day)s"
)
_PLACED = "coalesce(left(o.place, 6), '11')"

FIGURES: Mapping[str, Kind] = {
    "residents": Kind("建档人口", "persons on record", "persons", _persons("true")),
    "employees": Kind("在单位就业", "employed by organisations", "persons", _work()),
    "five": Kind("五险齐全", "insured in all five", "persons", _work(_ALL_FIVE)),
    "pension": Kind("职工养老参保", "employee pension insured", "persons", _insured(1, "IN (1, 2)")),
    "medical": Kind("职工医疗参保", "employee medical insured", "persons", _insured(2, "IN (1, 2)")),
    "unemployment": Kind("失业参保", "unemployment insured", "persons", _insured(3, "IN (1, 2)")),
    "injury": Kind("工伤参保", "injury insured", "persons", _insured(4, "IN (1, 2)")),
    "maternity": Kind("生育参保", "maternity insured", "persons", _insured(5, "IN (1, 2)")),
    "resident_pension": Kind("居民养老参保", "resident pension insured", "persons", _insured(1, "= 3")),
    "resident_medical": Kind("居民医疗参保", "resident medical insured", "persons", _insured(2, "= 3")),
    "recipients": Kind("享受待遇人数", "persons with a benefit", "persons", _awarded("count(DISTINCT a.person_id)")),
    "awarded": Kind("月待遇额", "benefits a month", "fen", _awarded("sum(a.amount)::bigint")),
    "rent_subsidies": Kind(
        "租金补贴家庭",
        "families with a rent subsidy",
        "families",
        _awarded("count(*)", "a.benefit LIKE '%%rent%%'"),
    ),
    "gaps": Kind("应保未保", "entitled, not receiving", "persons", _differences(Difference.Kind.GAP)),
    "exits": Kind("应停未停", "receiving, not entitled", "persons", _differences(Difference.Kind.EXIT)),
    "duplicates": Kind("重复享受", "duplicates", "persons", _differences(Difference.Kind.DUPLICATE)),
    "undecided": Kind("未能核定", "not decided", "persons", _differences(Difference.Kind.UNDECIDED)),
    "billed": Kind(
        "到期应缴", "contributions due", "fen", f"SELECT {_PLACED}, sum(b.employer + b.own)::bigint {_BILLS} GROUP BY 1"
    ),
    "collected": Kind(
        "到期已缴",
        "of these, collected",
        "fen",
        f"SELECT {_PLACED}, sum((SELECT sum(y.amount) FROM contributions_payment y WHERE y.bill_id = b.id "
        f"AND y.part = 1 AND y.day <= %(day)s))::bigint {_BILLS} GROUP BY 1",
    ),
}
# By month, over all districts: fund income and expenditure as the books have them.
_FLOWS = (
    "SELECT to_char(p.day, 'YYYY-MM'), c.kind, abs(sum(p.amount))::bigint FROM ledger_posting p "
    "JOIN ledger_account a ON a.id = p.account_id JOIN ledger_chart c ON c.code = a.chart_id "
    "WHERE c.kind IN (%(income)s, %(expenditure)s) AND p.day <= %(day)s GROUP BY 1, 2"
)
_MONTHLY = (
    "SELECT left(p.place, 6), a.benefit, count(*), sum(a.amount)::bigint FROM cases_award a JOIN people_person p "
    "ON p.id = a.person_id WHERE upper_inf(a.recorded) AND a.valid @> %(day)s::date GROUP BY 1, 2"
)
CITY = "11"


def take(actor_id: int, day: date) -> int:
    """Counts every figure at the end of a day, for the purpose supervision.take; once a day.  Gives how many."""
    with acting(actor_id, "supervision.take") as act, connection.cursor() as cursor:
        if Figure.objects.filter(day=day).exists():
            return 0
        latest = Compared.objects.filter(run__benefit_day__lte=day).order_by("-run_id").first()
        of: dict[str, Any] = {
            "day": day,
            "run": latest.run_id if latest else 0,
            "income": int(ChartCode.Kind.INCOME),
            "expenditure": int(ChartCode.Kind.EXPENDITURE),
        }
        rows: list[tuple[str, str, int]] = []
        for name, kind in FIGURES.items():
            cursor.execute(kind.query, of)
            rows += [(name, place, value or 0) for place, value in cursor.fetchall()]
        cursor.execute(_MONTHLY, of)
        for place, benefit, persons, amount in cursor.fetchall():
            rows += [(f"persons.{benefit}", place, persons), (f"monthly.{benefit}", place, amount)]
        cursor.execute(_FLOWS, of)
        for month, side, amount in cursor.fetchall():
            name = "income" if side == ChartCode.Kind.INCOME else "expenditure"
            rows.append((f"{name}.{month}", CITY, amount))
        Figure.objects.bulk_create(
            (Figure(day=day, name=name, place=place, value=value, act_id=act.id) for name, place, value in rows),
            batch_size=2000,
        )
        return len(rows)


@dataclass(frozen=True)
class Taken:
    """The figures of a day.  by: name -> district -> value."""

    day: date
    by: dict[str, dict[str, int]]

    def total(self, name: str) -> int | None:
        """Over all districts that the actor sees; None for what was not counted."""
        found = self.by.get(name)
        return sum(found.values()) if found else None

    def months(self) -> list[tuple[str, int, int]]:
        """(month, income, expenditure) of the funds, fen, in order."""
        names = {name.partition(".")[2] for name in self.by if name.startswith(("income.", "expenditure."))}
        return [(m, self.total(f"income.{m}") or 0, self.total(f"expenditure.{m}") or 0) for m in sorted(names)]

    def benefits(self) -> list[tuple[str, int, int]]:
        """(benefit, persons, fen a month), the largest sum first."""
        names = [name.removeprefix("persons.") for name in self.by if name.startswith("persons.")]
        found = [(n, self.total(f"persons.{n}") or 0, self.total(f"monthly.{n}") or 0) for n in names]
        return sorted(found, key=lambda one: -one[2])


def latest(act: Act, day: date) -> Taken | None:
    """The last figures taken up to a day, of the places that the actor sees; None where none were taken."""
    last = Figure.objects.filter(day__lte=day).order_by("-day").values_list("day", flat=True).first()
    if last is None:
        return None
    by: dict[str, dict[str, int]] = {}
    for name, place, value in Figure.objects.filter(day=last).values_list("name", "place", "value"):
        by.setdefault(name, {})[place] = value
    return Taken(last, by)
