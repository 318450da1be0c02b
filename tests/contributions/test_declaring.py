"""A declaration is taken as a whole, or comes back with exactly its broken rows explained."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import small_city
from small_city import Line, comma, excel, line, name

from shebao.access.acting import acting
from shebao.contributions.models import Item, Membership
from shebao.contributions.services import registration
from shebao.contributions.services.assessing import assess
from shebao.contributions.services.declaring import Outcome, declare
from shebao.contributions.services.memberships import Declared, Entry, declare_wages, enter
from shebao.files.declaration import read_declaration, write_corrected
from shebao.people.services.recording import died

JULY = date(2014, 7, 1)
YEAR = JULY, date(2015, 7, 1)
STAFF = 9_900
WAGE = 500_000

# What an act of the application would have to have changed.
STATE = " UNION ALL ".join(
    f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {table} t"
    for table in (
        "contributions_membership",
        "contributions_wage",
        "contributions_declaration_line",
        "people_person",
        "people_event",
        "people_work",
    )
)


@dataclass
class Employers:
    """One with many on its staff, one with few, one of whom others come; persons by the k of small_city."""

    large: int
    small: int
    other: int


@pytest.fixture(scope="module")
def employers(database: Any, system: int) -> Employers:
    small_city.city(system)
    with acting(system, "contributions.register") as act:
        large, small, other = small_city.organisations(act, 0, 3)
        persons = small_city.citizens(act, range(10_020))
        for organisation, staff in (
            (large, range(STAFF)),
            (small, range(10_000, 10_004)),
            (other, range(9_900, 9_920)),
        ):
            registration.register_employer(act, organisation, small_city.OPENED)
            enter(
                act,
                [Entry(persons[k], date(2012, 3, 1), None, 1) for k in staff],
                Membership.Scheme.EMPLOYEE,
                organisation,
            )
            declare_wages(act, [Declared(persons[k], WAGE, *YEAR) for k in staff], organisation)
        died(act, persons[9_930], date(2014, 1, 9), "测试")
    return Employers(large, small, other)


def look(database: Any, query: str, *given: Any) -> list[tuple[Any, ...]]:
    """What stands in the database, seen by the superuser."""
    with psycopg.connect(database.dsn("postgres")) as plain:
        return plain.execute(query, given).fetchall()


def handed(system: int, organisation: int, month: date, data: bytes) -> Outcome:
    """The outcome of handing a file in."""
    declared = read_declaration(data, "申报表.xlsx")
    with acting(system, "contributions.declare") as act:
        return declare(act, organisation, month, declared, hashlib.sha256(data).digest())


def broken(k: int) -> tuple[Line, str]:
    """The k-th broken row, and the field that is told: ten each of five kinds, all about different persons."""
    turn = k // 5
    match k % 5:
        case 0:  # a digit of the number is wrong
            paper = small_city.number(9_960 + turn)
            return line(9_960 + turn, paper=paper[:-1] + ("1" if paper[-1] != "1" else "2")), "id_number"
        case 1:  # nobody of that number is in the record
            return line(10_100 + turn), "id_number"
        case 2:  # still insured through another employer
            return line(9_900 + turn, "新增", first="2014-07"), "id_number"
        case 3:  # leaves where he never was
            return line(9_940 + turn, "减少", None, last="2014-06"), "change"
        case _:  # a wage that is not the one declared
            return line(turn, wage="5000.01"), "wage"


def test_of_ten_thousand_rows_exactly_the_broken_fifty_are_explained(
    database: Any, system: int, employers: Employers, tmp_path: Path
) -> None:
    wrong = {3 + 199 * k: broken(k) for k in range(50)}
    corrected = [k for k in range(50) if k % 5 == 4]  # their persons stand in the file already, once
    good = iter([k for k in range(STAFF) if k not in {k // 5 for k in corrected}])
    lines = [wrong[row][0] if row in wrong else line(next(good, 0)) for row in range(3, 9_853)]
    lines += [line(10_200 + k, "新增", first="2014-07") for k in range(150)]
    assert len(lines) == 10_000
    data = excel(small_city.code(0), "2014-07", lines)
    before = look(database, STATE)
    outcome = handed(system, employers.large, JULY, data)
    assert not outcome.accepted
    assert {(p.row, p.field) for p in outcome.problems} == {(row, field) for row, (_, field) in wrong.items()}
    assert len(outcome.problems) == 50
    assert all(p.zh and p.en and not p.warning for p in outcome.problems)
    assert look(database, STATE) == before
    told = "SELECT rows, broken, state FROM contributions_declaration WHERE id = %s"
    assert look(database, told, outcome.declaration_id) == [(10_000, 50, 2)]
    back = tmp_path / "更正.xlsx"
    assert write_corrected(data, outcome.problems, back, broken_only=True) == 50
    assert len(read_declaration(back, "", small_city.code(0), 201407).table) == 50

    sound = [one for row, one in enumerate(lines, 3) if row not in wrong]
    outcome = handed(system, employers.large, JULY, comma(small_city.code(0), "2014-07", sound))
    assert outcome.accepted, outcome.problems[:3]
    assert (outcome.joined, outcome.registered, outcome.left, outcome.waged) == (150, 150, 0, 150)
    assert look(
        database,
        "SELECT count(*) FROM contributions_membership m JOIN people_work w USING (person_id, organisation_id) "
        "JOIN people_name n USING (person_id) JOIN contributions_wage g USING (person_id, organisation_id) "
        "WHERE m.declaration_id = %s AND g.valid = '[2014-07-01,2015-07-01)' AND w.valid = '[2014-07-01,)' "
        "AND m.branches = '[1,6)' AND n.pinyin <> ''",
        outcome.declaration_id,
    ) == [(150,)]
    lines_kept = "SELECT count(*), sum(wage) FROM contributions_declaration_line WHERE declaration_id = %s"
    assert look(database, lines_kept, outcome.declaration_id) == [(9_950, 9_950 * WAGE)]


MEMBER, OUT = 10_000, 10_010  # of the small employer's staff; in the record and nowhere insured


@pytest.mark.parametrize(
    ("one", "field", "said"),
    [
        (line(MEMBER, name="别人"), "name", "not the name in the record"),
        (line(9_930, "新增", first="2014-07"), "id_number", "death"),
        (line(OUT, "新增", first="2014-05"), "from_month", "2014-06 at the earliest"),
        (line(MEMBER, "新增", first="2014-07"), "change", "since 2012-03"),
        (line(9_905, "新增", first="2014-07"), "id_number", "another employer"),
        (line(OUT), "change", "not insured through this employer"),
        (line(OUT, "减少", None, last="2014-06"), "change", "not insured through this employer"),
        (line(MEMBER, "减少", None, last="2012-01"), "to_month", "2012-03"),
        (line(MEMBER, "工资调整", "6000", first="2014-06"), "from_month", "2014-07"),
        (line(MEMBER, wage="0"), "wage", "above 0"),
        (line(MEMBER, wage="5000.10"), "wage", "5000.00"),
        (line(MEMBER, "补缴", "5000", first="2014-01", last="2014-02"), "change", "since 2012-03"),
        (line(9_905, "补缴", "5000", first="2014-01", last="2014-02"), "from_month", "another employer"),
        (line(0, "新增", first="2014-07", paper="E12345678") | {"证件类型": "护照"}, "id_number", "counter"),
    ],
)
def test_each_fault_is_told_with_its_field_and_a_remedy(
    database: Any, system: int, employers: Employers, one: Line, field: str, said: str
) -> None:
    before = look(database, STATE)
    outcome = handed(system, employers.small, JULY, comma(small_city.code(1), "2014-07", [line(MEMBER + 1), one]))
    assert not outcome.accepted
    (problem,) = outcome.problems
    assert (problem.row, problem.field) == (4, field)
    assert said in problem.en, problem
    assert look(database, STATE) == before


def test_a_file_for_another_month_or_employer_is_refused_whole(system: int, employers: Employers) -> None:
    outcome = handed(system, employers.small, JULY, comma(small_city.code(0), "2014-08", [line(MEMBER)]))
    assert {p.field for p in outcome.problems} == {"code", "month"}
    assert all(p.row is None for p in outcome.problems)


def test_changes_reach_the_bill_with_the_months_before_it(database: Any, system: int, employers: Employers) -> None:
    """A month of joins, leaves and back payments; the bill of the month before was made already."""
    organisation, june = employers.small, date(2014, 6, 1)
    with acting(system, "contributions.assess") as act:
        persons = dict(_numbers(database))
        declare_wages(
            act, [Declared(persons[k], WAGE, date(2013, 7, 1), JULY) for k in range(10_000, 10_004)], organisation
        )
        assert assess(act, june, [organisation]).items == 20
    data = comma(
        small_city.code(1),
        "2014-07",
        [
            line(MEMBER, "工资调整", "6000", first="2014-07"),
            line(MEMBER + 1, "减少", None, last="2014-05"),  # but June is billed
            line(MEMBER + 2, "减少", None, last="2014-07"),
            line(OUT, "新增", "7000", first="2014-06"),
            line(OUT + 1, "补缴", "4000", first="2013-11", last="2013-12"),
            line(11_000, "新增", "8000", first="2014-07", status="外埠农村"),
        ],
    )
    outcome = handed(system, organisation, JULY, data)
    assert outcome.accepted, outcome.problems
    assert (outcome.joined, outcome.left, outcome.registered) == (3, 2, 1)
    with acting(system, "contributions.assess") as act:
        found = assess(act, JULY, [organisation])
        assert found.problems == 0 and found.bills == 1
        assert assess(act, JULY, [organisation]).items == 0
    persons = dict(_numbers(database))
    pension = look(
        database,
        "SELECT person_id, month, kind, base FROM contributions_item "
        "WHERE bill_id = %s AND insurance = 1 ORDER BY person_id, month",
        found.numbers[0],
    )
    regular, back, supplement = Item.Kind.REGULAR, Item.Kind.BACK_PAYMENT, Item.Kind.SUPPLEMENT
    assert set(pension) == {
        (persons[MEMBER], JULY, regular, 600_000),
        (persons[MEMBER + 1], june, supplement, -WAGE),
        (persons[MEMBER + 2], JULY, regular, WAGE),
        (persons[MEMBER + 3], JULY, regular, WAGE),
        (persons[OUT], june, back, 700_000),
        (persons[OUT], JULY, regular, 700_000),
        (persons[OUT + 1], date(2013, 11, 1), back, 400_000),
        (persons[OUT + 1], date(2013, 12, 1), back, 400_000),
        (persons[11_000], JULY, regular, 800_000),
    }
    works = look(
        database,
        "SELECT person_id, lower(valid), upper(valid) FROM people_work WHERE organisation_id = %s "
        "AND upper_inf(recorded) AND person_id = ANY(%s) ORDER BY 1",
        organisation,
        [persons[OUT], persons[11_000]],
    )
    assert works == [(persons[OUT], june, None), (persons[11_000], JULY, None)]
    again = handed(system, organisation, JULY, data)
    assert [p.field for p in again.problems if p.row is None] == ["", "month"]  # taken already; the bill is made
    late = handed(system, organisation, JULY, comma(small_city.code(1), "2014-07", [line(MEMBER + 3)]))
    assert [p.en for p in late.problems] == ["the bill of 2014-07 is made; declare the changes in 2014-08"]


def test_a_new_year_needs_new_wages_and_takes_them_from_its_first_month(
    database: Any, system: int, employers: Employers
) -> None:
    august = date(2015, 8, 1)
    outcome = handed(
        system,
        employers.other,
        august,
        comma(small_city.code(2), "2015-08", [line(k, wage="5555") for k in (9_900, 9_901)]),
    )
    assert outcome.accepted, outcome.problems
    assert outcome.waged == 2
    persons = dict(_numbers(database))
    held = (
        "SELECT wage, valid::text FROM contributions_wage WHERE person_id = %s AND upper_inf(recorded) ORDER BY valid"
    )
    assert look(database, held, persons[9_900]) == [
        (WAGE, "[2014-07-01,2015-07-01)"),
        (555_500, "[2015-07-01,2016-07-01)"),
    ]
    with acting(system, "contributions.assess") as act:
        found = assess(act, august, [employers.other])
    assert found.problems == 18 * 5  # nobody declared for the others
    months = "SELECT DISTINCT month, kind FROM contributions_item WHERE bill_id = %s ORDER BY 1"
    assert look(database, months, found.numbers[0]) == [
        (date(2015, 7, 1), Item.Kind.BACK_PAYMENT),
        (august, Item.Kind.REGULAR),
    ]


def _numbers(database: Any) -> list[tuple[int, int]]:
    """k -> person, for the persons of the small employer and those who came."""
    known = dict(look(database, "SELECT number, person_id FROM people_identifier WHERE upper_inf(recorded)"))
    wanted = [*range(9_900, 10_020), 11_000]
    return [(k, known[small_city.number(k)]) for k in wanted if small_city.number(k) in known]


def test_names_of_the_sample_are_told_apart() -> None:
    assert len({small_city.number(k) for k in range(11_001)}) == 11_001
    assert name(1) != name(11)
