"""Who is one person when pairs are: components of the pairs, none of them with two persons' numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def components(count: int, left: Ints, right: Ints) -> Ints:
    """Of each of `count` records the least place that it is linked to, over any number of pairs."""
    label = np.arange(count, dtype=np.int64)
    while True:
        one, other = label[left], label[right]
        apart = np.flatnonzero(one != other)
        if not len(apart):
            return label
        one, other = one[apart], other[apart]
        np.minimum.at(label, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(further := label[label], label):
            label = further
        left, right = left[apart], right[apart]


def clusters(numbers: Ints, left: Ints, right: Ints, sure: Floats, barred: Iterable[tuple[int, int]] = ()) -> Ints:
    """Of each record the least place in its cluster.

    numbers, of shape (records,): a code of the sound number, -1 for none.  left, right, sure, of shape (pairs,): the
    pairs to join, and how sure each is; an infinite one is joined whatever the numbers.  barred: places of records
    that are never one person.  Where all pairs would bring two numbers or a barred pair together, the surest are joined
    first and what does not fit is left out.
    """
    label = components(len(numbers), left, right)
    doubtful = _with_two_numbers(label, numbers)
    enemies: dict[int, set[int]] = {}
    for one, other in barred:
        if label[one] == label[other]:
            doubtful[label[one]] = True
            enemies.setdefault(one, set()).add(other)
            enemies.setdefault(other, set()).add(one)
    again = np.flatnonzero(doubtful[label])
    groups = {int(k): _Group({int(k)}, {int(numbers[k])} - {-1}, enemies.get(int(k), set())) for k in again}
    pairs = np.flatnonzero(doubtful[label[left]])
    for k in pairs[np.lexsort((right[pairs], left[pairs], -sure[pairs]))]:
        mine, theirs = groups[int(left[k])], groups[int(right[k])]
        if mine is not theirs and mine.fits(theirs, bool(np.isposinf(sure[k]))):
            mine.take(theirs)
            for member in theirs.members:
                groups[member] = mine
    for place, group in groups.items():
        label[place] = min(group.members)
    return label


@dataclass
class _Group:
    """Records so far taken for one person."""

    members: set[int]
    numbers: set[int]
    enemies: set[int]

    def fits(self, other: _Group, whatever_numbers: bool) -> bool:
        one_number = self.numbers <= other.numbers or other.numbers <= self.numbers
        return (one_number or whatever_numbers) and not self.enemies & other.members

    def take(self, other: _Group) -> None:
        self.members |= other.members
        self.numbers |= other.numbers
        self.enemies |= other.enemies


def _with_two_numbers(label: Ints, numbers: Ints) -> Flags:
    """By label: whether a cluster has records of two numbers."""
    known = np.flatnonzero(numbers >= 0)
    least = np.full(len(label), np.iinfo(np.int64).max)
    greatest = np.full(len(label), -1)
    np.minimum.at(least, label[known], numbers[known])
    np.maximum.at(greatest, label[known], numbers[known])
    found: Flags = greatest > least
    return found & (greatest >= 0)
