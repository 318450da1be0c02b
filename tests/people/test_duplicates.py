"""Records of one person are found, queued, decided; what was decided is not asked again."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from shebao.people import selectors, services
from shebao.people.codes import EventKind, IdentifierKind
from shebao.people.facts import Contact, Event, Identifier, Name, Residence, Vitals
from shebao.people.refusals import Refused
from shebao.people.services import duplicates

_families = itertools.count()


@pytest.fixture
def twice(person: Any, does: Any, number: Any) -> tuple[int, int]:
    """The same woman, registered by her number, and by another department with a slip in it."""
    k = next(_families)
    name, phone = f"{'秀淑桂玉'[k]}英", f"1391111222{k}"
    born = date(1950, 3, 8 + k)
    mine = number(born, female=True)
    slip = mine[:16] + str((int(mine[16]) + 2) % 10) + mine[17]
    home = Residence(since=date(2000, 1, 1), place="110105001003", address=f"甲路{k}号楼2单元301")
    first = person(f"欧阳{name}", number=mine, phone=phone, residence=home)
    facts = [
        Name(since=born, name=f"欧阳{name}"),
        Vitals(sex=2, birth_day=born),
        Identifier(since=born, kind=IdentifierKind.UNVERIFIED, number=slip),
        Contact(since=date(2011, 1, 1), kind=1, value=phone),
        home,
    ]
    with does("people.register") as act:
        event = Event(kind=EventKind.REGISTERED, occurred_on=date(2011, 1, 1), source="民政", facts=facts)
        second = services.register(act, "110105001003", event).person_id
    return first, second


def test_the_table_for_linkage(twice: tuple[int, int], does: Any) -> None:
    with does("people.link") as act:
        rows = {row["record"]: row for row in selectors.records(act).to_pylist()}
    first, second = (rows[k] for k in twice)
    assert (first["source"], second["source"]) == ("本人申请", "民政")
    assert first["pinyin"].startswith("ouyang") and first["pinyin"].endswith("ying")
    assert first["birth_day"].year == 1950 and first["sex"] == 2
    assert (first["place"], first["address"][:2], first["phone"][:10]) == ("110105001003", "甲路", "1391111222")
    same = set(first) - {"record", "source", "id_number"}
    assert {column: first[column] for column in same} == {column: second[column] for column in same}
    assert sum(a != b for a, b in zip(first["id_number"], second["id_number"], strict=True)) == 1


def test_found_queued_and_decided(twice: tuple[int, int], does: Any, person: Any) -> None:
    for k in range(12):
        person(f"路人{'甲乙丙丁戊己庚辛壬癸子丑'[k]}")
    with does("people.link") as act:
        assert duplicates.find_duplicates(act, threads=1).queued >= 1
    with does("people.link") as act:
        (pair,) = [
            w for w in selectors.waiting_pairs(act, 500) if {w.first.person_id, w.second.person_id} == set(twice)
        ]
        assert "name: exact" in pair.reasons and 0 < pair.score <= 1
        number = duplicates.decide_pair(act, pair.pair_id, same=True)
    with does("people.read") as act:
        assert selectors.person(act, twice[1]).id == twice[0]
    with pytest.raises(Refused, match="已核对"), does("people.link") as act:
        duplicates.decide_pair(act, pair.pair_id, same=False)
    with does("people.merge") as act:
        services.split(act, number, "误认")


def test_two_that_were_told_apart_stay_apart(twice: tuple[int, int], does: Any) -> None:
    with does("people.link") as act:
        duplicates.queue_pairs(act, pairs(twice, 0.9))
        (pair,) = [w for w in selectors.waiting_pairs(act, 500) if w.first.person_id == twice[0]]
        assert duplicates.decide_pair(act, pair.pair_id, same=False) is None
        duplicates.queue_pairs(act, pairs(twice, 0.99))
        assert all(w.first.person_id != twice[0] for w in selectors.waiting_pairs(act, 500))
    with does("people.link") as act:
        duplicates.find_duplicates(act, merge_certain=True, threads=1)
        assert selectors.person(act, twice[1]).id == twice[1]


def test_beyond_doubt_may_be_merged_unasked(twice: tuple[int, int], does: Any) -> None:
    with does("people.link") as act:
        found = duplicates.find_duplicates(act, merge_certain=True, threads=1)
        assert found.merged >= 1
        assert selectors.person(act, twice[1]).id == twice[0]


def test_a_pair_that_waits_takes_the_new_score(person: Any, does: Any) -> None:
    both = (person(), person())
    with does("people.link") as act:
        assert duplicates.queue_pairs(act, pairs(both, 0.3)) == 1
        assert duplicates.queue_pairs(act, pairs(both, 0.6)) == 1
        (pair,) = [w for w in selectors.waiting_pairs(act, 500) if w.first.person_id == both[0]]
    assert (pair.score, pair.reasons) == (0.6, ("name: exact",))


def test_a_pair_in_part_out_of_scope_is_not_seen(person: Any, does: Any, actor: Any) -> None:
    both = (person(), person(place="110106002"))
    with does("people.link") as act:
        duplicates.queue_pairs(act, pairs(both, 0.5))
    with does("people.link", actor("linker", "110105")) as act:
        assert all(w.first.person_id != both[0] for w in selectors.waiting_pairs(act, 500))


def pairs(both: tuple[int, int], score: float) -> pa.Table:
    return pa.table(
        {
            "first": [both[0]],
            "second": [both[1]],
            "band": [1],
            "score": [score],
            "rank": [1],
            "reasons": [["name: exact"]],
        },
        duplicates_schema(),
    )


def duplicates_schema() -> pa.Schema:
    return pa.schema(list(duplicates.PAIRS.items()))
