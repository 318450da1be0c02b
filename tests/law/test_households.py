"""Generated households under the whole law: the compiled pass against CPython, and the precedence of benefits."""

from __future__ import annotations

from collections import Counter

import pytest
from households import DAYS, compare, exclusions, law

from shebao.rules.cases import benefits
from shebao.rules.decide import decide, describe
from shebao.rules.kinds import date_of, day
from shebao.rules.status import Why, unpack


@pytest.mark.parametrize("on", DAYS, ids=[str(date_of(d)) for d in DAYS])
def test_compiled_and_python_agree(on: int) -> None:
    found = compare(seed=on, on=on, count=300)
    assert found["WRONG"] == 0
    assert found["decided"] > 300 * 50


def test_no_benefit_is_lost_without_a_reason_and_none_is_paid_beside_what_excludes_it() -> None:
    paid: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    for seed, on in enumerate(DAYS):
        one, other = exclusions(seed, on)
        paid += one
        excluded += other
    assert sum(paid.values()) > 10_000
    assert len(excluded) >= 8


@pytest.mark.parametrize("born", ["1930-05-05", "1975-05-05", "2004-05-05"])
@pytest.mark.parametrize("sex", [1, 2])
@pytest.mark.parametrize("hukou", [1, 2, 3])
def test_a_record_that_says_nothing_is_decided(born: str, sex: int, hukou: int) -> None:
    """Whoever has no event on record is refused nothing, whatever the day."""
    empty = {name: [] for name, given in law().inputs.items() if given.history}
    facts = {**empty, "birth_day": day(born), "sex": sex, "hukou": hukou, "could_join_resident_pension": True}
    person = [name for name in benefits(law()) if law().variables[name].owner in ("person", "household")]
    for on in ("2006-01-01", "2008-06-30", "2010-12-31", "2013-01-31", "2016-01-31", "2019-10-31", "2023-06-30"):
        decision = decide(law(), facts, on=day(on), want=person, trace=False)
        # a figure that the law book lacks refuses whom it would pay
        left = {n: decision.status(n) for n in person if decision.status(n)}
        known = {n: s for n, s in left.items() if unpack(s)[0] not in (Why.NO_FIGURE, Why.REASON)}
        refused = {n: describe(decision.plan, s)[1] for n, s in known.items()}
        assert refused == {}, (on, born)
