"""Records of one person: on a hard set with planted cases, each of them told by its records' names."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import invented_records
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from shebao.files.identity import check_digit
from shebao.people.linkage import Band, Links, answer, link

Ints = npt.NDArray[np.int64]
_RECORDS = 30_000
_DAY = datetime.date(1988, 3, 14)
_PLANTED: list[dict[str, object]] = []


def _plant(record: str, source: str, name: str, pinyin: str, **cells: object) -> None:
    row = {"record": record, "source": source, "name": name, "pinyin": pinyin, "id_number": None, "birth_day": _DAY}
    _PLANTED.append({**row, "sex": 1, "phone": None, "place": None, "address": None, **cells})


def _number(first: str) -> str:
    return first + check_digit(first)


_HOME = {"phone": "13655550001", "place": "110105001", "address": "88号院3号楼2单元401室"}
_ELDER, _YOUNGER = _number("11013019880314771"), _number("11013019880314773")
# twins without numbers, and with numbers that follow each other
_plant("twin a", "社保", "郝云帆", "hao yun fan", **_HOME)
_plant("twin b", "医保", "郝云舟", "hao yun zhou", **_HOME)
_plant("numbered twin a", "户籍", "龚思远", "gong si yuan", **{**_HOME, "id_number": _ELDER, "phone": "13655550002"})
_plant("numbered twin b", "户籍", "龚思齐", "gong si qi", **{**_HOME, "id_number": _YOUNGER, "phone": "13655550002"})
_plant("numbered twin a again", "社保", "龚思远", "gong si yuan", **{**_HOME, "phone": "13655550002"})
# one number, two people: strangers, and strangers of one birthday
_SHARED = _number("11013119790902315")
_plant("shared number a", "社保", "陶立群", "tao li qun", id_number=_SHARED, birth_day=datetime.date(1979, 9, 2))
_plant("shared number b", "医保", "毕海洋", "bi hai yang", id_number=_SHARED, birth_day=datetime.date(1979, 9, 2))
_plant("shared number c", "税务", "米小川", "mi xiao chuan", id_number=_SHARED, birth_day=datetime.date(1961, 1, 5))
# one wrong number in two records says nothing
_plant("wrong number a", "社保", "盛长河", "sheng chang he", id_number="110131197909023150", birth_day=None)
_plant("wrong number b", "医保", "步青云", "bu qing yun", id_number="110131197909023150", birth_day=None)
# two people of one name and birthday, each with a number
_plant("namesake a", "社保", "佟雪松", "tong xue song", id_number=_number("11013219880314111"))
_plant("namesake b", "医保", "佟雪松", "tong xue song", id_number=_number("11013319880314335"))
# one person: a number of 15 digits beside one of 18, after a move; a name of the same sound; the name's dot and spaces
_plant("old number a", "户籍", "裴文远", "pei wen yuan", id_number="110134880314551", place="110106002")
_plant("old number b", "税务", "裴文远", "pei wen yuan", id_number=_number("11013419880314551"), place="110108003")
_plant("same sound a", "户籍", "房晓伟", "fang xiao wei", id_number=_number("11013519880314591"))
_plant("same sound b", "民政", "房小伟", "fang xiao wei", id_number=_number("11013519880314591"), birth_day=None)
_plant("at home a", "民政", "买买提·艾力", "mai mai ti ai li", **{**_HOME, "phone": "13655550003"})
_plant(
    "at home b", "税务", "买买提 艾力", "maimaitiaili", **{**_HOME, "phone": "136-5555-0003", "address": "88-3-2-401"}
)


@dataclass(frozen=True)
class Linked:
    records: pa.Table
    person: Ints  # of the invented records, which come first
    links: Links

    def place(self, record: str) -> int:
        return self.links.record.index(record).as_py()

    def one_person(self, one: str, other: str) -> bool:
        return bool(self.links.person[self.place(one)] == self.links.person[self.place(other)])


@pytest.fixture(scope="module")
def hard() -> Linked:
    invented, person = invented_records.records(_RECORDS, seed=5)
    planted = pa.Table.from_pylist(_PLANTED, schema=invented.schema)
    records = pa.concat_tables([invented, planted]).combine_chunks()
    return Linked(records, person, link(records, threads=2))


def _quality(label: Ints, person: Ints) -> tuple[float, float]:
    """Precision and recall by pairs of the invented records."""
    label = label[: len(person)]

    def pairs(groups: Ints) -> int:
        sizes = np.unique(groups, return_counts=True)[1]
        return int((sizes * (sizes - 1) // 2).sum())

    both = pairs(label * (int(person.max()) + 1) + person)
    return both / pairs(label), both / pairs(person)


def _answered(hard: Linked) -> Links:
    """After a queue of 2 pairs in 100 records is answered from the truth."""
    queue = hard.links.queue(_RECORDS * 2 // 100)
    asked = list(zip(queue["left_record"].to_pylist(), queue["right_record"].to_pylist(), strict=True))
    truth = {f"R{k:07d}": int(who) for k, who in enumerate(hard.person)}
    return answer(hard.links, {pair: truth.get(pair[0]) == truth.get(pair[1], -1) for pair in asked})


def test_what_is_joined_unasked_is_right(hard: Linked) -> None:
    precision, recall = _quality(hard.links.person, hard.person)
    assert precision >= 0.998
    assert recall >= 0.85


def test_a_short_queue_finds_the_rest(hard: Linked) -> None:
    precision, recall = _quality(_answered(hard).person, hard.person)
    assert precision >= 0.998
    assert recall >= 0.97


def test_the_set_is_hard() -> None:
    records, person = invented_records.records(_RECORDS, seed=5)
    assert records.num_rows == _RECORDS
    assert 0.59 < len(np.unique(person)) / _RECORDS < 0.65
    assert 0.33 < records["id_number"].null_count / _RECORDS < 0.37
    again, same = invented_records.records(_RECORDS, seed=5)
    assert again.equals(records) and np.array_equal(same, person)
    # a sound number alone leaves most pairs unfound
    numbers = np.asarray(
        [n if n and len(n) == 18 else f"none {k}" for k, n in enumerate(records["id_number"].to_pylist())]
    )
    assert _quality(np.unique(numbers, return_inverse=True)[1], person)[1] < 0.45


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("twin a", "twin b"),
        ("numbered twin a", "numbered twin b"),
        ("numbered twin a again", "numbered twin b"),
        ("shared number a", "shared number b"),
        ("shared number a", "shared number c"),
        ("shared number b", "shared number c"),
        ("wrong number a", "wrong number b"),
        ("namesake a", "namesake b"),
    ],
)
def test_two_people_are_not_joined_unasked(hard: Linked, one: str, other: str) -> None:
    assert not hard.one_person(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("old number a", "old number b"),
        ("same sound a", "same sound b"),
        ("at home a", "at home b"),
        ("numbered twin a", "numbered twin a again"),
    ],
)
def test_one_person_is_joined_unasked(hard: Linked, one: str, other: str) -> None:
    assert hard.one_person(one, other)


def test_no_person_has_two_sound_numbers(hard: Linked) -> None:
    number, person = hard.links.number, hard.links.person
    known = np.flatnonzero(number >= 0)
    pairs = np.unique(np.stack([person[known], number[known]]), axis=1)
    assert len(np.unique(pairs[0])) == pairs.shape[1]
    assert len(known) > _RECORDS // 2


def test_each_pair_has_one_band_and_each_question_one_rank(hard: Linked) -> None:
    pairs, person = hard.links.pairs, hard.links.person
    left, right, band, rank = (pairs[name].to_numpy() for name in ("left", "right", "band", "rank"))
    assert (left < right).all()
    assert len(np.unique(left.astype(np.int64) << 32 | right)) == len(left)
    assert np.array_equal(band == Band.AUTOMATIC, person[left] == person[right])
    asked = np.sort(rank[band == Band.REVIEW])
    assert np.array_equal(asked, np.arange(1, len(asked) + 1))
    assert not rank[band != Band.REVIEW].any()
    assert {Band.AUTOMATIC, Band.REVIEW, Band.APART} == set(band.tolist())
    queue = hard.links.queue(100)
    assert queue["rank"].to_pylist() == list(range(1, 101))
    assert queue["left_record"][0].as_py() == hard.records["record"][queue["left"][0].as_py()].as_py()


def test_no_question_of_a_short_queue_is_answered_by_another(hard: Linked) -> None:
    queue = hard.links.queue(300)
    person, parent = hard.links.person, {}

    def root(who: int) -> int:
        return root(parent[who]) if who in parent else who

    for left, right in zip(queue["left"].to_pylist(), queue["right"].to_pylist(), strict=True):
        one, other = root(int(person[left])), root(int(person[right]))
        assert one != other
        parent[one] = other


def test_the_same_records_give_the_same_links(hard: Linked) -> None:
    again = link(hard.records, threads=1)
    assert again.pairs.equals(hard.links.pairs)
    assert np.array_equal(again.person, hard.links.person)


def test_an_answer_joins_and_parts(hard: Linked) -> None:
    said = {
        ("twin a", "twin b"): True,
        ("namesake a", "namesake b"): True,  # whatever the numbers say
        ("old number b", "old number a"): False,
    }
    after = Linked(hard.records, hard.person, answer(hard.links, said))
    assert after.one_person("twin a", "twin b")
    assert after.one_person("namesake a", "namesake b")
    assert not after.one_person("old number a", "old number b")
    assert hard.one_person("old number a", "old number b")  # the links before are as they were
    # what was said holds, is not asked again, and can be said otherwise
    later = answer(after.links, {("twin a", "twin b"): False})
    assert not Linked(hard.records, hard.person, later).one_person("twin a", "twin b")
    assert Linked(hard.records, hard.person, later).one_person("namesake a", "namesake b")
    queue = later.queue(later.pairs.num_rows)
    asked = set(zip(queue["left_record"].to_pylist(), queue["right_record"].to_pylist(), strict=True))
    assert not asked & {*said, *((other, one) for one, other in said)}


def test_the_queue_asks_about_twins(hard: Linked) -> None:
    queue = hard.links.queue(hard.links.pairs.num_rows)
    assert ("twin a", "twin b") in zip(queue["left_record"].to_pylist(), queue["right_record"].to_pylist(), strict=True)


def test_answers_that_cannot_hold_are_refused(hard: Linked) -> None:
    with pytest.raises(ValueError, match="no record nobody"):
        answer(hard.links, {("twin a", "nobody"): True})
    triangle = {("twin a", "twin b"): True, ("twin b", "at home a"): True, ("twin a", "at home a"): False}
    with pytest.raises(ValueError, match="twin a and at home a"):
        answer(hard.links, triangle)


@pytest.mark.parametrize("rows", [0, 1, 2, 40])
def test_few_records(hard: Linked, rows: int) -> None:
    few = link(hard.records.slice(_RECORDS + len(_PLANTED) - rows))
    assert len(few.person) == rows
    if rows == 40:
        place = [few.record.index(name).as_py() for name in ("old number a", "old number b", "shared number a")]
        assert few.person[place[0]] == few.person[place[1]] != few.person[place[2]]


@pytest.mark.parametrize("column", ["id_number", "birth_day", "phone", "source"])
def test_an_empty_column(hard: Linked, column: str) -> None:
    few = hard.records.slice(0, 4_000)
    kind = few.schema.field(column).type
    few = few.set_column(few.column_names.index(column), column, pa.nulls(len(few), kind))
    precision, recall = _quality(link(few).person, hard.person[:4_000])
    assert precision >= 0.98
    assert recall > 0.5


def test_records_that_cannot_be_told_apart_are_refused(hard: Linked) -> None:
    few = hard.records.slice(0, 5)
    with pytest.raises(ValueError, match="columns missing: phone"):
        link(few.drop_columns(["phone"]))
    with pytest.raises(ValueError, match="5 rows"):
        link(pa.concat_tables([few, few]))
