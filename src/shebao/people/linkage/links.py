"""Which records are of one person: those surely so, those to be asked about, and the rest."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.people.linkage import normalise
from shebao.people.linkage.calibrate import calibrated, probability
from shebao.people.linkage.clusters import clusters, components
from shebao.people.linkage.model import Scored, level, score

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class Band(enum.IntEnum):
    """What is done with a pair."""

    AUTOMATIC = 0  # one person
    REVIEW = 1  # somebody has to look
    APART = 2  # two people, as long as nothing more is known


@dataclass(frozen=True)
class Links:
    """What is known of some records.

    record: their names as given.  person, of shape (records,): the place of the first record of the same person.
    pairs: the pairs that have anything in common, in order of left and right, with columns
      left, right   places of the records, left < right
      weight        of the evidence in bits; probability: the same as a share
      linked        whether it joins the two by itself
      band          a code of Band
      rank          in the queue for review from 1, the question that joins most first; 0 for the other bands
      name, number, born, sex, home, source   how they agree: a level of model.COMPARISONS, -1 nothing to compare
    number, of shape (records,): the first 17 digits of a sound identity number, -1 for none.
    said: the answers so far, by places of records (lesser, greater): whether they are of one person.
    review: the least probability at which a pair is asked about.
    """

    record: pa.Array
    person: Ints
    pairs: pa.Table
    number: Ints
    said: Mapping[tuple[int, int], bool]
    review: float

    def queue(self, most: int) -> pa.Table:
        """The first questions for review, with columns left_record, right_record beside those of `pairs`."""
        band, rank = self.pairs["band"].to_numpy(), self.pairs["rank"].to_numpy()
        asked = np.flatnonzero((band == Band.REVIEW) & (rank <= most))
        asked = asked[np.argsort(rank[asked])]
        chosen = self.pairs.take(pa.array(asked))
        for side in ("left", "right"):
            chosen = chosen.append_column(f"{side}_record", self.record.take(chosen[side].combine_chunks()))
        return chosen


def link(records: pa.Table, *, threads: int | None = None, automatic: float = 0.999, review: float = 0.02) -> Links:
    """Finds the records of one person in one or several sources.  The same for the same records.

    records has the columns of normalise.COLUMNS, one row for each: record (its name, unique), source, name, pinyin,
    id_number, birth_day (a date), sex (a number), phone, place (a code), address; any cell but record may be empty.
    automatic: the least probability at which a pair is joined unasked.  review: the least at which it is asked about.
    Raises ValueError for a missing column or a record named twice.
    """
    with duckdb.connect() as connection:
        if threads:
            connection.execute(f"SET threads = {int(threads)}")
        number, sound = normalise.normalise(connection, records)
        scored = score(connection, normalise.TABLE)
    names = records["record"].cast(pa.string()).combine_chunks()
    weight = calibrated(scored)
    probable = probability(weight)
    pairs = pa.table(
        {
            "left": scored.left,
            "right": scored.right,
            "weight": weight,
            "probability": probable,
            "linked": (_certain(scored) | (probable >= automatic)) & ~_barred(scored),
            **scored.levels,
        }
    )
    return _settled(Links(names, np.arange(len(names)), pairs, _codes(number, sound), {}, review))


def answer(links: Links, answers: Mapping[tuple[str, str], bool]) -> Links:
    """The links after somebody has said of pairs of records whether they are of one person.

    Those said to be one are joined, whatever their numbers; those said to be two are kept apart, and what joined them
    is undone where it is weakest.  Earlier answers hold unless said otherwise.  Raises ValueError for an unknown
    record, and for answers that contradict each other.
    """
    named = pa.array([name for pair in answers for name in pair], pa.string())
    found = pc.index_in(named, links.record)
    if found.null_count:
        raise ValueError(f"no record {named.filter(found.is_null())[0]}")
    places = found.to_numpy(False).reshape(-1, 2).tolist()
    said = dict(links.said)
    for (one, other), same in zip(places, answers.values(), strict=True):
        said[min(one, other), max(one, other)] = same
    one_person = [pair for pair, same in said.items() if same]
    together = components(len(links.record), *_sides(one_person))
    for (left, right), same in said.items():
        if not same and together[left] == together[right]:
            raise ValueError(
                f"{links.record[left]} and {links.record[right]} are said to be two, and by others to be one"
            )
    return _settled(replace(links, said=said))


def _settled(links: Links) -> Links:
    """With the persons, bands and ranks that follow from the pairs and the answers."""
    pairs = links.pairs
    left, right = (pairs[side].to_numpy().astype(np.int64) for side in ("left", "right"))
    weight, linked = pairs["weight"].to_numpy(), pairs["linked"].to_numpy()
    yes = _sides([pair for pair, same in links.said.items() if same])
    no = [pair for pair, same in links.said.items() if not same]
    person = clusters(
        links.number,
        np.concatenate([left[linked], yes[0]]),
        np.concatenate([right[linked], yes[1]]),
        np.concatenate([weight[linked], np.full(len(yes[0]), np.inf)]),
        no,
    )
    one, other = person[left], person[right]
    number = _number_of_person(person, links.number)
    two_numbers = (number[one] >= 0) & (number[other] >= 0) & (number[one] != number[other])
    told = pairs["number"].to_numpy() >= 0  # of a pair without numbers, those of others of the same persons count
    open_ = (one != other) & (pairs["probability"].to_numpy() >= links.review) & (told | ~two_numbers)
    open_ &= ~_among(left, right, no)
    asked = np.flatnonzero(open_)
    size = np.bincount(person, minlength=len(person))
    gain = pairs["probability"].to_numpy()[asked] * size[one[asked]] * size[other[asked]]
    rank = np.zeros(len(left), np.int32)
    rank[asked[_order(gain, one[asked], other[asked])]] = np.arange(1, len(asked) + 1)
    band = np.where(one == other, Band.AUTOMATIC, np.where(open_, Band.REVIEW, Band.APART)).astype(np.int8)
    kept = pairs.drop_columns([name for name in ("band", "rank") if name in pairs.column_names])
    return replace(
        links, person=person, pairs=kept.append_column("band", pa.array(band)).append_column("rank", pa.array(rank))
    )


def _order(gain: Floats, one: Ints, other: Ints) -> Ints:
    """Questions by what they gain, first those that no other answer can make superfluous."""
    order = np.argsort(-gain, kind="stable")
    parent: dict[int, int] = {}

    def root(person: int) -> int:
        while (above := parent.get(person, person)) != person:
            parent[person] = parent.get(above, above)
            person = above
        return person

    needed = np.zeros(len(order), np.bool_)
    for k, (a, b) in enumerate(zip(one[order].tolist(), other[order].tolist(), strict=True)):
        a, b = root(a), root(b)
        if a != b:
            parent[max(a, b)] = min(a, b)
            needed[k] = True
    return np.concatenate([order[needed], order[~needed]])


def _certain(scored: Scored) -> Flags:
    """What needs no probability: number and name agree, or name, birthday and home where no number says otherwise."""
    name, number, born, home = (scored.levels[of] for of in ("name", "number", "born", "home"))
    named = name >= level("name", "sound")
    by_number = (number == level("number", "exact")) & named
    at_home = (home >= level("home", "phone")) | (home == level("home", "address"))
    by_name = (name == level("name", "exact")) & (born == level("born", "exact")) & at_home
    found: Flags = by_number | (by_name & (scored.levels["sex"] != level("sex", "other")))
    return found


def _barred(scored: Scored) -> Flags:
    """What is never joined unasked, however probable: two sound numbers; one number with two names, or with two
    birthdays where the name is not quite the same; and who may be twins."""
    name, number, born = (scored.levels[of] for of in ("name", "number", "born"))
    agreed = number >= level("number", "two")
    another = (name >= 0) & (name <= level("name", "surname"))
    variant = (name >= 0) & (name < level("name", "sound"))
    two_birthdays = (born >= 0) & (born <= level("born", "year"))
    twins = variant & (name != level("name", "given")) & (born == level("born", "exact")) & ~agreed
    one_number = agreed & (another | (variant & two_birthdays))
    found: Flags = (number == level("number", "conflict")) | one_number | twins
    return found


def _codes(number: pa.Array, sound: Flags) -> Ints:
    """Of a sound number its first 17 digits, which say all of it; -1 for none."""
    digits = pc.if_else(pa.array(sound), pc.utf8_slice_codeunits(number, 0, 17), None)
    codes: Ints = digits.cast(pa.int64()).fill_null(-1).to_numpy(False)
    return codes


def _number_of_person(person: Ints, number: Ints) -> Ints:
    """By place of a person's first record: the code of a number of theirs, -1 for none."""
    found = np.full(len(person), -1)
    np.maximum.at(found, person, number)
    return found


def _sides(pairs: list[tuple[int, int]]) -> tuple[Ints, Ints]:
    both = np.asarray(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _among(left: Ints, right: Ints, pairs: list[tuple[int, int]]) -> Flags:
    """Which pairs are in a list."""
    one, other = _sides(pairs)
    found: Flags = np.isin(left << 32 | right, one << 32 | other)
    return found
