"""What the model's weights are worth, learned from the pairs that two sound numbers decide.

The model takes the comparisons as independent.  They are not: twins share birthday, surname, address and telephone at
once.  Where both records have a sound number, it tells one person from two; so each pattern of the other comparisons
shows how often it is right, and the weight of that pattern is corrected for the pairs that lack a number.  A few
numbers are sound and yet not the person's (a relative's, an earlier one); how many is seen where all else agrees.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from shebao.people.linkage.model import Scored, level

_PATTERN = ("name", "born", "sex", "home", "source")
_COARSE = ("name", "born", "home")
_TRUST_COARSE, _TRUST_FINE = 3.0, 1.5  # bits: how far a correction goes without much to show for it

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def calibrated(scored: Scored) -> Floats:
    """The weight of each pair in bits, corrected."""
    number = scored.levels["number"]
    same, other = number == level("number", "exact"), number == level("number", "conflict")
    weight = scored.weight - scored.number_weight
    complete = weight >= scored.least  # below, pairs are here only when their number agrees
    taught = np.flatnonzero((same | other) & complete & ~scored.by_number)
    coarse, fine = _patterns(scored, _COARSE), _patterns(scored, _PATTERN)
    of_fine = np.zeros(fine.max(initial=-1) + 1, np.int64)
    of_fine[fine] = coarse
    told = _told(fine[taught], weight[taught], same[taught], _mistaken(scored, same, other))
    nothing = np.zeros(coarse.max(initial=-1) + 1)
    rough = _corrections(of_fine[told.pattern], told, nothing, _TRUST_COARSE)
    exact = _corrections(told.pattern, told, rough[of_fine], _TRUST_FINE)
    return np.where(complete, scored.weight + exact[fine], scored.weight)


@dataclass(frozen=True)
class _Told:
    """Pairs with two sound numbers, by pattern, weight without these (bits), and whether they are one number.

    pairs: how many.  mistaken: of the pairs of one person, the share that yet has two numbers.
    """

    pattern: Ints
    weight: Floats
    same: Flags
    pairs: Ints
    mistaken: float


def _told(pattern: Ints, weight: Floats, same: Flags, mistaken: float) -> _Told:
    steps = np.round(weight * 16).astype(np.int64)
    least = steps.min(initial=0)
    width = steps.max(initial=0) - least + 1
    key, pairs = np.unique((pattern * width + steps - least) * 2 + same, return_counts=True)
    rest = key // 2
    return _Told(rest // width, (rest % width + least) / 16, key % 2 == 1, pairs, mistaken)


def _mistaken(scored: Scored, same: Flags, other: Flags) -> float:
    """The share of pairs of one person with two sound numbers: those of one name, birthday, telephone and address."""
    alike = np.ones(len(same), np.bool_)
    for name, best in (("name", "exact"), ("born", "exact"), ("home", "phone and address"), ("sex", "same")):
        alike &= scored.levels[name] == level(name, best)
    return float((alike & other).sum() + 1) / float((alike & (same | other)).sum() + 1000)


def probability(weight: Floats) -> Floats:
    """Of a weight in bits."""
    found: Floats = 1 / (1 + np.exp2(-np.clip(weight, -100, 100)))
    return found


def _patterns(scored: Scored, names: tuple[str, ...]) -> Ints:
    """A number from 0 for each combination of levels that occurs."""
    key = np.zeros(len(scored.left), np.int64)
    for name in names:
        key = key * 16 + scored.levels[name] + 1
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def _corrections(pattern: Ints, told: _Told, expected: Floats, trust: float) -> Floats:
    """Bits to add for each pattern: the most likely ones, when they lie around `expected` with deviation `trust`."""
    added, bit = expected.copy(), math.log(2)
    # first as if no number were mistaken: from the other side, a wrong pattern could call all its conflicts mistakes
    for mistaken in (0.0, told.mistaken):
        for _ in range(100):
            found = probability(told.weight + added[pattern])
            one_person = np.where(told.same, 1.0, mistaken * found / (mistaken * found + 1 - found + 1e-12))
            slope = (
                np.bincount(pattern, told.pairs * (one_person - found), len(added)) * bit
                - (added - expected) / trust**2
            )
            curve = np.bincount(pattern, told.pairs * found * (1 - found), len(added)) * bit**2 + 1 / trust**2
            step = np.clip(slope / curve, -3, 3)
            added += step
            if not len(step) or np.abs(step).max() < 1e-4:
                break
    return np.round(added, 3)
