"""Pending transactions, months of the books, statements."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from books import DAY, EXPENDITURE_BANK, FISCAL_BANK, INCOME, INCOME_BANK, PERSONAL, Books, faults, fresh

from shebao.access.acting import acting
from shebao.access.models import Actor
from shebao.access.services import add_actor, grant
from shebao.ledger import selectors, services
from shebao.ledger.models import Kind, Part, PeriodEvent
from shebao.ledger.selectors import Difference, Side
from shebao.ledger.values import AccountKey, Leg, Outcome, Posted, Refused, Transaction


@pytest.fixture(scope="module")
def books(database: Any, system: int) -> Books:
    """The first months of 2014 are open."""
    made = Books(system)
    made.open(date(2014, 3, 1))
    return made


def standing(books: Books, account: int) -> tuple[int, int]:
    """What is posted and what is available, on the account's own side."""
    with books.act() as act:
        found = selectors.standing(act, [account])[account]
    return -found.posted, found.available


def test_pending_reserves_and_counts_nowhere(books: Books) -> None:
    person, bank = books.person("pending"), books.own(EXPENDITURE_BANK)
    books.post(books.contribution(fresh(), person, 2000))
    (pending,) = books.post(waiting := books.drawing(fresh(), person, 600, pending=True))
    assert pending.outcome is Outcome.POSTED
    assert books.post(waiting)[0].outcome is Outcome.REPEATED
    assert standing(books, person) == (1000, 400)
    with books.act() as act:
        found = selectors.standing(act, [bank])[bank]
    assert (found.posted, found.available) == (0, -600)
    with pytest.raises(Refused, match="overdrawn by 1 fen"):
        books.post(books.drawing(fresh(), person, 401))
    key = fresh("settle")

    def settle() -> Posted:
        with books.act() as act:
            return services.settle(act, key, waiting.key, DAY, "部分支付", {person: 250, bank: -250})

    assert settle().outcome is Outcome.POSTED
    assert standing(books, person) == (750, 750)
    assert settle().outcome is Outcome.REPEATED
    with pytest.raises(Refused, match="settled or voided before"), books.act() as act:
        services.settle(act, fresh(), waiting.key, DAY)
    with pytest.raises(Refused, match="settled or voided before"), books.act() as act:
        services.void(act, fresh(), waiting.key, DAY, "太晚")
    assert standing(books, person) == (750, 750)


def test_a_pending_one_is_voided_once(books: Books) -> None:
    person = books.person("void")
    books.post(books.contribution(fresh(), person, 2000))
    books.post(waiting := books.drawing(fresh(), person, 600, pending=True))
    key = fresh("void")
    for outcome in (Outcome.POSTED, Outcome.REPEATED):
        with books.act() as act:
            assert services.void(act, key, waiting.key, DAY, "撤回").outcome is outcome
    assert standing(books, person) == (1000, 1000)
    with pytest.raises(Refused, match="another"), books.act() as act:
        services.void(act, key, waiting.key, DAY, "其他理由")
    with pytest.raises(Refused, match="before"), books.act() as act:
        services.settle(act, fresh(), waiting.key, DAY)


def test_no_more_is_settled_than_is_pending(books: Books) -> None:
    person, bank = books.person("more"), books.own(EXPENDITURE_BANK)
    books.post(books.contribution(fresh(), person, 2000))
    books.post(waiting := books.drawing(fresh(), person, 600, pending=True))
    for amount in (601, -5):
        with pytest.raises(Refused, match="settles only"), books.act() as act:
            services.settle(act, fresh(), waiting.key, DAY, amounts={person: amount, bank: -amount})
    posted = books.contribution(fresh(), person, 10)
    books.post(posted)
    with pytest.raises(LookupError), books.act() as act:
        services.settle(act, fresh(), posted.key, DAY)
    with books.act() as act:
        assert services.settle(act, fresh(), waiting.key, DAY).outcome is Outcome.POSTED
    assert standing(books, person) == (405, 405)


def test_a_month_closes_with_what_its_legs_say(books: Books, database: Any) -> None:
    may, june, july = (date(2014, month, 1) for month in (5, 6, 7))
    books.open(may, june, july)
    people = [books.person(f"period-{k}") for k in range(3)]
    for month in (DAY, may, june, july):
        for person in people:
            books.post(books.contribution(fresh(), person, 1000, month.replace(day=20)))
    everything = (date(2014, 3, 1), date(2014, 7, 31))
    halves = (date(2014, 5, 15), date(2014, 6, 20))

    def seen() -> list[object]:
        with books.act("ledger.read") as act:
            return [
                selectors.trial_balance(act, *everything),
                selectors.trial_balance(act, *halves),
                selectors.trial_balance(act, june, date(2014, 6, 30)),
                selectors.fund_statement(act, 1, may, date(2014, 6, 30)),
                selectors.balances(act, [*people, books_bank], date(2014, 6, 20)),
                selectors.balances(act, [*people, books_bank]),
            ]

    books_bank = books.own(INCOME_BANK)
    before = seen()
    with pytest.raises(Refused, match="before it first"), books.act("ledger.close") as act:
        services.close_period(act, may)
    with books.act("ledger.close") as act:
        services.close_period(act, date(2014, 3, 1))
        services.close_period(act, may)
        services.close_period(act, june)
    assert seen() == before
    assert faults(database.dsn("postgres")) == {}
    with pytest.raises(Refused, match="2014-05"):
        books.post(books.contribution(fresh(), people[0], 1000, may))
    with pytest.raises(Refused, match="after it first"), books.act("ledger.close") as act:
        services.reopen_period(act, may, "更正")
    with pytest.raises(Refused, match="before a closed"):
        books.open(date(2014, 4, 1))
    with pytest.raises(Refused, match="is closed"):
        books.open(june)
    with pytest.raises(Refused, match="say why"), books.act("ledger.close") as act:
        services.reopen_period(act, june, " ")
    with books.act("ledger.close") as act:
        services.reopen_period(act, june, "补记六月到账")
    late = books.contribution(fresh(), people[0], 1000, date(2014, 6, 21))
    books.post(late)
    with books.act("ledger.close") as act:
        services.reverse(act, fresh(), late.key, date(2014, 6, 21), "")
        services.close_period(act, june)
    assert faults(database.dsn("postgres")) == {}
    assert seen()[5] == before[5]
    with (
        pytest.raises(Refused, match="lock the periods before it first"),
        books.act("ledger.close") as act,
    ):
        services.lock_period(act, may)
    with books.act("ledger.close") as act:
        services.lock_period(act, date(2014, 3, 1))
    with pytest.raises(Refused, match="a period is closed when open"), books.act("ledger.close") as act:
        services.reopen_period(act, date(2014, 3, 1), "不可以")
    with pytest.raises(Refused, match="no period"), books.act("ledger.close") as act:
        services.close_period(act, date(2030, 1, 1))
    with books.act("ledger.read"):
        states = list(PeriodEvent.objects.filter(month=june).order_by("id").values_list("state", "reason"))
    assert states == [(1, ""), (2, ""), (1, "补记六月到账"), (2, "")]


def test_opening_income_expenditure_closing(books: Books) -> None:
    books.open(date(2014, 9, 1), date(2014, 10, 1))
    bank, fiscal, out = (books.own(chart, 3) for chart in (INCOME_BANK, FISCAL_BANK, EXPENDITURE_BANK))
    fund, income, spent, interest = (books.own(chart, 3) for chart in (304, 403, 503, 411))
    day = date(2014, 9, 3)
    books.post(
        Transaction(fresh(), Kind.OPENING, day, [Leg(fiscal, 3, 1_000_000), Leg(fund, 3, -1_000_000)], "上年结余"),
        Transaction(fresh(), Kind.CONTRIBUTION, day, [Leg(bank, 3, 70_000), Leg(income, 3, -70_000)]),
        Transaction(fresh(), Kind.MOVE, day, [Leg(fiscal, 3, 70_000), Leg(bank, 3, -70_000)]),
        Transaction(fresh(), Kind.INTEREST, date(2014, 10, 1), [Leg(fiscal, 3, 500), Leg(interest, 3, -500)]),
        wrong := Transaction(fresh(), Kind.BENEFIT, day, [Leg(spent, 3, 9_000), Leg(out, 3, -9_000)]),
        Transaction(fresh(), Kind.MOVE, day, [Leg(out, 3, 40_000), Leg(fiscal, 3, -40_000)]),
        Transaction(fresh(), Kind.BENEFIT, day, [Leg(spent, 3, 30_000), Leg(out, 3, -30_000)]),
    )
    with books.act() as act:
        services.reverse(act, fresh(), wrong.key, day, "")
        september = selectors.fund_statement(act, 3, date(2014, 9, 1), date(2014, 9, 30))
        october = selectors.fund_statement(act, 3, date(2014, 10, 1), date(2014, 10, 31))
        trial = selectors.trial_balance(act, date(2014, 1, 1), date(2014, 12, 31))
    assert (september.opening, september.closing, september.assets) == (1_000_000, 1_040_000, 1_040_000)
    assert [(line.chart, line.amount) for line in september.income] == [(403, 70_000)]
    assert [(line.chart, line.amount) for line in september.expenditure] == [(503, 30_000)]
    assert (october.opening, october.closing, october.assets) == (1_040_000, 1_040_500, 1_040_500)
    assert trial.debits == trial.credits > 0
    assert trial.differences() == {}


def test_personal_credits_are_income_of_the_fund(books: Books) -> None:
    books.open(date(2015, 1, 1))
    person = books.person("statement", 6)
    day = date(2015, 1, 8)
    books.post(books.contribution(fresh(), person, 1000, day, 6))
    with books.act() as act:
        made = selectors.fund_statement(act, 6, date(2015, 1, 1), date(2015, 1, 31))
    assert [(line.chart, line.amount) for line in made.income] == [(PERSONAL, 500), (INCOME, 1000)]
    assert "个人账户" in made.income[0].name
    assert made.opening == 0
    assert made.closing == made.assets == 1500


def test_a_personal_statement_runs_line_by_line(books: Books) -> None:
    books.open(date(2015, 1, 1), date(2015, 2, 1), date(2015, 3, 1))
    person = books.person("lines")
    days = [date(2015, 1, 9), date(2015, 2, 3), date(2015, 2, 4), date(2015, 3, 1)]
    for day in days:
        books.post(books.contribution(fresh(), person, 1000, day))
    books.post(books.drawing(fresh("draw"), person, 300, date(2015, 2, 4)))
    with books.act() as act:
        (found,) = selectors.personal_statement(act, "person:lines", date(2015, 2, 1), date(2015, 2, 28))
        assert selectors.personal_statement(act, "person:nobody", date(2015, 2, 1), date(2015, 2, 28)) == []
    assert (found.account, found.chart, found.fund, found.part) == (person, PERSONAL, 1, Part.PERSONAL)
    assert (found.opening, found.closing) == (500, 1200)
    assert [(entry.day, entry.amount, entry.balance) for entry in found.entries] == [
        (days[1], 500, 1000),
        (days[2], 500, 1500),
        (days[2], -300, 1200),
    ]


def test_who_sees_what(books: Books, database: Any) -> None:
    near, far = (
        AccountKey(PERSONAL, 1, Part.PERSONAL, place, f"person:{number}")
        for place, number in (("110105", 501), ("110112", 502))
    )
    one, two = books.ids([near, far])
    books.open(date(2015, 1, 1))
    day = date(2015, 1, 9)
    books.post(books.contribution(fresh(), one, 1000, day), books.contribution(fresh(), two, 1000, day))
    with acting(books.actor, "access.manage") as act:
        from shebao.access.services import add_places

        add_places(act, [("110105", 2, "朝阳区", False)])
        clerk = add_actor(act, Actor.Kind.STAFF, "某经办")
        grant(act, clerk, "collector", "110105")
        citizen = add_actor(act, Actor.Kind.CITIZEN, "某人", person_id=502)
        grant(act, citizen, "citizen", "11")

    def seen(actor: int, purpose: str) -> tuple[list[int], list[int]]:
        with acting(actor, purpose) as act:
            statements = [
                len(found.entries)
                for owner in ("person:501", "person:502")
                for found in selectors.personal_statement(act, owner, day, day)
            ]
            return sorted(selectors.balances(act, [one, two])), statements

    assert seen(clerk.pk, "contributions.read") == ([one], [1])
    assert seen(citizen.pk, "contributions.read") == ([two], [1])
    assert seen(books.actor, "ledger.read") == ([one, two], [1, 1])


def test_three_sides_of_a_day(books: Books) -> None:
    books.open(date(2015, 3, 1))
    day = date(2015, 3, 2)
    bank, fiscal, income = books.own(INCOME_BANK, 5), books.own(FISCAL_BANK, 5), books.own(405, 5)

    def received(reference: str, amount: int) -> Transaction:
        return Transaction(
            fresh(), Kind.RECEIPT, day, [Leg(bank, 5, amount), Leg(income, 5, -amount)], reference=reference
        )

    books.post(
        received("agrees", 100),
        received("in transit", 200),
        received("bank amount", 300),
        received("case amount", 400),
        received("no case", 500),
        received("twice in ledger", 600),
        received("twice in ledger", 600),
        received("bank twice", 700),
        Transaction(fresh(), Kind.MOVE, day, [Leg(fiscal, 5, 900), Leg(bank, 5, -900)], reference="swept"),
    )
    cases = [
        Side("agrees", 60),
        Side("agrees", 40),
        Side("in transit", 200),
        Side("bank amount", 300),
        Side("case amount", 401),
        Side("twice in ledger", 600),
        Side("bank twice", 700),
        Side("not posted", 800),
    ]
    lines = [
        Side("agrees", 100),
        Side("bank amount", 299),
        Side("case amount", 400),
        Side("no case", 500),
        Side("twice in ledger", 600),
        Side("bank twice", 700),
        Side("bank twice", 700),
        Side("unknown", 50),
    ]
    with books.act("ledger.read") as act:
        found = selectors.three_way(act, day, cases, lines)
    assert {(one.reference, one.difference) for one in found.differences} == {
        ("in transit", Difference.IN_TRANSIT),
        ("bank amount", Difference.BANK_AMOUNT),
        ("case amount", Difference.CASE_AMOUNT),
        ("no case", Difference.NO_CASE),
        ("twice in ledger", Difference.TWICE_IN_LEDGER),
        ("bank twice", Difference.TWICE_AT_BANK),
        ("not posted", Difference.NOT_POSTED),
        ("unknown", Difference.UNKNOWN_TO_LEDGER),
    }
    assert (found.cases, found.ledger, found.bank) == (3101, 3400, 3349)
    # every fen between book and bank is explained
    assert found.ledger - found.bank == sum(
        (one.ledger or 0) - (one.bank or 0) for one in found.differences if one.reference != "agrees"
    )
