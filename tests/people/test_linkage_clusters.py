"""From pairs to persons, on random pairs beside the plainest way."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shebao.people.linkage.clusters import clusters, components

_RECORDS = 12
_pairs = st.lists(st.tuples(st.integers(0, _RECORDS - 1), st.integers(0, _RECORDS - 1)), max_size=20)


def _sides(pairs: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    both = np.asarray(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _plainly(pairs: list[tuple[int, int]]) -> list[int]:
    label = list(range(_RECORDS))
    for _ in range(_RECORDS):
        for one, other in pairs:
            label[one] = label[other] = min(label[one], label[other])
    return label


@given(_pairs)
def test_components(pairs: list[tuple[int, int]]) -> None:
    assert components(_RECORDS, *_sides(pairs)).tolist() == _plainly(pairs)


@given(_pairs, st.lists(st.integers(-1, 2), min_size=_RECORDS, max_size=_RECORDS), _pairs, st.data())
def test_clusters(
    pairs: list[tuple[int, int]], numbers: list[int], barred: list[tuple[int, int]], data: st.DataObject
) -> None:
    barred = [(one, other) for one, other in barred if one != other][:4]
    sure = np.asarray(data.draw(st.lists(st.integers(0, 5), min_size=len(pairs), max_size=len(pairs))), np.float64)
    found = clusters(np.asarray(numbers), *_sides(pairs), sure, barred)
    assert all(found[one] != found[other] for one, other in barred)
    for label in set(found.tolist()):
        members = np.flatnonzero(found == label)
        assert members[0] == label
        assert len({numbers[k] for k in members} - {-1}) <= 1
    # nothing is joined that no pair joins, and what could be joined is
    whole = _plainly(pairs)
    assert all(whole[k] == whole[found[k]] for k in range(_RECORDS))
    for one, other in pairs:
        if found[one] == found[other]:
            continue
        both = np.flatnonzero((found == found[one]) | (found == found[other]))
        two_numbers = len({numbers[k] for k in both} - {-1}) > 1
        assert two_numbers or any(a in both and b in both for a, b in barred)


def test_the_surest_pair_decides_between_two_numbers() -> None:
    numbers = np.asarray([7, -1, 8])
    left, right = np.asarray([0, 1]), np.asarray([1, 2])
    assert clusters(numbers, left, right, np.asarray([3.0, 5.0])).tolist() == [0, 1, 1]
    assert clusters(numbers, left, right, np.asarray([5.0, 3.0])).tolist() == [0, 0, 2]
    assert clusters(numbers, left, right, np.asarray([5.0, np.inf])).tolist() == [0, 1, 1]
    assert clusters(numbers, left, right, np.asarray([np.inf, np.inf])).tolist() == [0, 0, 0]
    assert clusters(numbers, left, right, np.asarray([5.0, 3.0]), [(0, 1)]).tolist() == [0, 1, 1]
