"""Posting through the service: what is taken, what is repeated, what is refused, and what that leaves behind."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pytest
from books import DAY, EXPENDITURE_BANK, FISCAL_BANK, INCOME, INCOME_BANK, Books, faults, fresh
from hypothesis import given, settings
from hypothesis import strategies as st

from shebao.law.insurance.contributions.facts import Insurance
from shebao.ledger import selectors, services
from shebao.ledger.models import Kind, Part
from shebao.ledger.values import AccountKey, Leg, Outcome, Refused, Transaction


@pytest.fixture(scope="module")
def books(database: Any, system: int) -> Books:
    """March and April 2014 are open."""
    made = Books(system)
    made.open(date(2014, 3, 1), date(2014, 4, 1))
    return made


def test_the_city_has_a_fund_for_each_insurance(books: Books, database: Any) -> None:
    with psycopg.connect(database.dsn("postgres")) as plain:
        funds = dict(plain.execute("SELECT code, insurance FROM ledger_fund WHERE code < 8").fetchall())
    assert funds == {int(code): int(code) for code in Insurance}


def test_accounts_are_made_once(books: Books) -> None:
    wanted = [AccountKey(301, 1, Part.PERSONAL, "110105", "person:7"), AccountKey(INCOME, 1, Part.POOL, "110105")]
    first = books.ids(wanted)
    assert books.ids(wanted[::-1]) == first[::-1]
    assert len(set(first)) == 2
    # an owner has one account wherever it is kept, a fund has one in each place
    assert books.ids([dataclasses.replace(wanted[0], place="110101")]) == first[:1]
    assert books.ids([dataclasses.replace(wanted[1], place="110101")]) != first[1:]
    table = pa.table(
        {
            "chart": pa.array([301, 401], pa.int16()),
            "fund": pa.array([1, 1], pa.int16()),
            "part": pa.array([2, 1], pa.int16()),
            "place": ["110105", "110105"],
            "owner": pa.array(["person:7", None], pa.string()),
        }
    )
    with books.act() as act:
        assert services.account_columns(act, table).tolist() == first


def test_no_account_outside_the_chart(books: Books) -> None:
    with pytest.raises(Refused, match="999"):
        books.ids([AccountKey(999, 1)])
    with pytest.raises(Refused, match="77"):
        books.ids([AccountKey(INCOME, 77)])


def test_a_repetition_does_nothing(books: Books) -> None:
    person = books.person("repeated")
    transaction = books.contribution(fresh(), person, 1000)
    (first,) = books.post(transaction)
    (again,) = books.post(transaction)
    assert (first.outcome, again.outcome) == (Outcome.POSTED, Outcome.REPEATED)
    assert first.id == again.id
    twice = books.contribution(fresh(), person, 1000)
    assert [found.outcome for found in books.post(twice, twice)] == [Outcome.POSTED, Outcome.REPEATED]
    with books.act() as act:
        assert selectors.balances(act, [person]) == {person: -1000}


@pytest.mark.parametrize("changed", ["amount", "day", "text", "kind", "account", "reference", "pending"])
def test_a_key_stands_for_one_content(books: Books, changed: str) -> None:
    transaction = books.contribution(fresh(), books.person("content"), 1000)
    books.post(transaction)
    legs = list(transaction.legs)
    other = {
        "amount": lambda: {"legs": [Leg(x.account, x.fund, x.amount * 2) for x in legs]},
        "day": lambda: {"day": date(2014, 3, 8)},
        "text": lambda: {"text": "other"},
        "kind": lambda: {"kind": Kind.ADJUSTMENT},
        "account": lambda: {"legs": [*legs[:2], Leg(books.person("another"), 1, legs[2].amount)]},
        "reference": lambda: {"reference": "bill:1"},
        "pending": lambda: {"pending": True},
    }[changed]()
    with pytest.raises(Refused) as refused:
        books.post(dataclasses.replace(transaction, **other))
    assert refused.value.key == transaction.key
    assert books.post(transaction)[0].outcome is Outcome.REPEATED


def test_a_refused_one_refuses_the_batch(books: Books) -> None:
    good = books.contribution(fresh("good"), books.person("batch"), 1000)
    bad = dataclasses.replace(good, key=fresh("bad"), legs=[*good.legs[:2], Leg(good.legs[2].account, 1, -1)])
    with pytest.raises(Refused) as refused:
        books.post(good, bad)
    assert refused.value.key == bad.key
    assert "借贷不平" in refused.value.reason and "balanced" in refused.value.reason
    # nothing is kept, so nothing is burned either
    assert books.post(good)[0].outcome is Outcome.POSTED


def test_burned_keys_stay_burned(books: Books) -> None:
    person = books.person("burned")
    good = books.contribution(fresh("good"), person, 1000)
    overdraft = books.drawing(fresh("over"), person, 10_000)
    late = books.contribution(fresh("late"), person, 1000, date(2015, 1, 1))
    found = books.post(good, overdraft, late, each=True)
    assert [one.outcome for one in found] == [Outcome.POSTED, Outcome.REFUSED, Outcome.REFUSED]
    assert "overdrawn" in found[1].reason and "2015-01" in found[2].reason
    # the account has enough by now, and another key would be taken
    books.post(books.contribution(fresh(), person, 100_000))
    assert books.post(overdraft, each=True)[0].outcome is Outcome.REFUSED
    with pytest.raises(Refused, match="refused before"):
        books.post(overdraft)
    assert books.post(dataclasses.replace(overdraft, key=fresh()))[0].outcome is Outcome.POSTED
    # a burned key is not reported as applied, whatever it comes with
    assert books.post(dataclasses.replace(good, key=late.key), each=True)[0].outcome is Outcome.REFUSED


def test_a_key_is_burned_on_demand(books: Books) -> None:
    transaction = books.contribution(fresh(), books.person("demand"), 1000)
    with books.act() as act:
        services.burn(act, transaction.key, transaction.kind, transaction.day, "withdrawn")
    with pytest.raises(Refused, match="withdrawn"):
        books.post(transaction)
    posted = dataclasses.replace(transaction, key=fresh())
    books.post(posted)
    with books.act() as act:
        services.burn(act, posted.key, posted.kind, posted.day, "too late")
    assert books.post(posted)[0].outcome is Outcome.REPEATED


@pytest.mark.parametrize("legs", [[], [(INCOME_BANK, 5)], [(INCOME_BANK, 5), (INCOME, 0), (INCOME, -5)]])
def test_legs_are_two_or_more_and_never_zero(books: Books, legs: list[tuple[int, int]]) -> None:
    made = [Leg(books.own(chart), 1, amount) for chart, amount in legs]
    with pytest.raises(Refused) as refused:
        books.post(Transaction(key := fresh(), Kind.ADJUSTMENT, DAY, made))
    assert refused.value.key == key


def test_funds_mix_only_by_name_and_each_balances(books: Books) -> None:
    def moved(across: bool, received: int) -> Transaction:
        legs = [
            Leg(books.own(511, 1), 1, 700),
            Leg(books.own(FISCAL_BANK, 1), 1, -700),
            Leg(books.own(FISCAL_BANK, 3), 3, received),
            Leg(books.own(413, 3), 3, -700),
        ]
        return Transaction(fresh(), Kind.BETWEEN_FUNDS, DAY, legs, across=across)

    with pytest.raises(Refused, match="several funds"):
        books.post(moved(False, 700))
    with pytest.raises(Refused, match="not balanced"):
        books.post(moved(True, 699))
    assert books.post(moved(True, 700))[0].outcome is Outcome.POSTED
    # zero together, but not in each fund
    mixed = [Leg(books.own(FISCAL_BANK, 1), 1, -5), Leg(books.own(FISCAL_BANK, 3), 3, 5)]
    for across in (False, True):
        with pytest.raises(Refused, match="not balanced"):
            books.post(Transaction(fresh(), Kind.BETWEEN_FUNDS, DAY, mixed, across=across))


def test_a_leg_names_the_fund_of_its_account(books: Books) -> None:
    legs = [Leg(books.own(INCOME_BANK, 1), 3, 5), Leg(books.own(INCOME, 1), 3, -5)]
    with pytest.raises(Refused, match="another fund"):
        books.post(Transaction(fresh(), Kind.ADJUSTMENT, DAY, legs))
    with pytest.raises(Refused, match="missing"):
        books.post(Transaction(fresh(), Kind.ADJUSTMENT, DAY, [Leg(10**12, 1, 5), Leg(10**12, 1, -5)]))


def columns(transactions: list[Transaction]) -> tuple[pa.Table, pa.Table]:
    headers = pa.table(
        {
            "key": [one.key for one in transactions],
            "kind": pa.array([int(one.kind) for one in transactions], pa.int16()),
            "day": pa.array([one.day for one in transactions], pa.date32()),
            "text": [one.text for one in transactions],
        }
    )
    legs = [(k, leg) for k, one in enumerate(transactions) for leg in one.legs]
    return headers, pa.table(
        {
            "header": pa.array([k for k, _ in legs], pa.int64()),
            "account": pa.array([leg.account for _, leg in legs], pa.int64()),
            "fund": pa.array([leg.fund for _, leg in legs], pa.int16()),
            "amount": pa.array([leg.amount for _, leg in legs], pa.int64()),
        }
    )


def test_columns_are_posted_as_transactions_are(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shebao.ledger.services.postings.MOST", 4)  # several statements
    person = books.person("columns")
    made = [books.contribution(fresh("列"), person, 100 + 2 * k) for k in range(10)]
    with books.act() as act:
        assert services.post_columns(act, *columns(made)) == services.Counts(10, 0)
        assert selectors.balances(act, [person]) == {person: -sum(50 + k for k in range(10))}
    assert {one.outcome for one in books.post(*made)} == {Outcome.REPEATED}
    more = [*made[5:], books.contribution(fresh(), person, 2)]
    with books.act() as act:
        assert services.post_columns(act, *columns(more)) == services.Counts(1, 5)
        assert services.post_columns(act, *columns([])) == services.Counts(0, 0)
    other = [dataclasses.replace(made[3], text="other"), books.contribution(fresh(), person, 2)]
    with pytest.raises(Refused, match="stands for another"), books.act() as act:
        services.post_columns(act, *columns(other))
    headers, legs = columns(made[:2])
    with pytest.raises(ValueError, match="order"), books.act() as act:
        services.post_columns(act, headers, legs.take(pa.array(np.arange(6)[::-1])))


def test_a_reversal_mirrors_and_comes_once(books: Books) -> None:
    person = books.person("reversed")
    transaction = dataclasses.replace(books.contribution(fresh(), person, 1000), reference="bill:9")
    books.post(transaction)
    key = fresh("reversal")
    with books.act() as act:
        made = services.reverse(act, key, transaction.key, date(2014, 4, 2), "人员有误")
        assert made.outcome is Outcome.POSTED
        assert selectors.balances(act, [person]) == {person: 0}
        assert selectors.balances(act, [person], date(2014, 3, 31)) == {person: -500}
    with books.act() as act:
        assert services.reverse(act, key, transaction.key, date(2014, 4, 2), "人员有误").outcome is Outcome.REPEATED
    with pytest.raises(Refused, match="reversed before"), books.act() as act:
        services.reverse(act, fresh(), transaction.key, date(2014, 4, 2), "again")
    with pytest.raises(LookupError), books.act() as act:
        services.reverse(act, fresh(), fresh(), date(2014, 4, 2), "nothing")


def test_a_thousand_cents_do_not_drift(books: Books) -> None:
    one, two = books.person("one"), books.person("two")
    books.post(books.contribution(fresh(), one, 2_000))
    moves = [Transaction(fresh(), Kind.MOVE, DAY, [Leg(one, 1, 1), Leg(two, 1, -1)]) for _ in range(1000)]
    books.post(*moves)
    with books.act() as act:
        assert selectors.balances(act, [one, two]) == {one: 0, two: -1000}
    with pytest.raises(Refused, match="overdrawn"):
        books.post(Transaction(fresh(), Kind.MOVE, DAY, [Leg(one, 1, 1), Leg(two, 1, -1)]))


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from(["in", "out", "hold"]),
            st.integers(1, 10**13),
            st.booleans(),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_traffic_leaves_balances_that_the_legs_prove(
    books: Books, database: Any, moves: list[tuple[str, str, int, bool]]
) -> None:
    made = []
    for name, what, amount, april in moves:
        day = date(2014, 4, 1) if april else DAY
        person = books.person(f"any-{name}")
        if what == "in":
            legs = [Leg(books.own(INCOME_BANK), 1, amount), Leg(person, 1, -amount)]
            made.append(Transaction(fresh(), Kind.CONTRIBUTION, day, legs))
        else:
            made.append(books.drawing(fresh(), person, amount, day, pending=what == "hold"))
    held: dict[str, int] = {}
    before = {one.key: one for one in books.post(*made, each=True)}
    for one in made:
        if one.pending and before[one.key].outcome is Outcome.POSTED:
            held[one.key] = sum(leg.amount for leg in one.legs if leg.amount > 0)
    with books.act() as act:
        for k, (key, amount) in enumerate(held.items()):
            if k % 3 == 0:
                services.settle(act, fresh(), key, DAY)
            elif k % 3 == 1:
                services.void(act, fresh(), key, DAY, "撤回")
            elif amount > 1:
                legs = next(one.legs for one in made if one.key == key)
                services.settle(
                    act,
                    fresh(),
                    key,
                    DAY,
                    amounts={leg.account: leg.amount // 2 if leg.amount > 0 else -(amount // 2) for leg in legs},
                )
    assert faults(database.dsn("postgres")) == {}


def test_owners_move_and_money_does_not(books: Books) -> None:
    person = books.person("moving")
    books.post(books.contribution(fresh(), person, 1000))
    with books.act() as act:
        assert services.move_owner(act, "person:moving", "110112") == 1
        assert selectors.balances(act, [person]) == {person: -500}
    assert books.person("moving") == person


def test_a_district_may_have_its_own_fund(books: Books) -> None:
    with books.act() as act:
        services.add_fund(act, 106, 6, "朝阳区城乡居民养老保险基金", "110105")
    legs = [Leg(books.own(EXPENDITURE_BANK, 106), 106, 5), Leg(books.own(INCOME, 106), 106, -5)]
    assert books.post(Transaction(fresh(), Kind.SUBSIDY, DAY, legs))[0].outcome is Outcome.POSTED
