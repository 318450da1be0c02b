"""Numbers for each person and purpose.

A draw depends on the seed, the purpose and the keys (person, year) alone.  So a person is the same in whatever order,
in whatever batches and beside however many others the city is made, and a new purpose moves none of the old ones.  All
is integer arithmetic: every machine gives the same city.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
_Words = npt.NDArray[np.uint64]

_STEP, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
_HALF = np.uint64(32)


class Draws:
    """The draws of one city.  `keys` are int64 arrays of one shape; draws have that shape."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def _words(self, purpose: str, keys: Sequence[Ints]) -> _Words:
        """64 bits each: the finalizer of splitmix64 over the keys, one after the other."""
        salt = hashlib.blake2b(f"{self.seed}/{purpose}".encode(), digest_size=8).digest()
        words: _Words = np.full(keys[0].shape, int.from_bytes(salt, "little"), np.uint64)
        for key in keys:
            words += (key.astype(np.uint64) + np.uint64(1)) * np.uint64(_STEP)
            words ^= words >> np.uint64(30)
            words *= np.uint64(_FIRST)
            words ^= words >> np.uint64(27)
            words *= np.uint64(_SECOND)
            words ^= words >> np.uint64(31)
        return words

    def below(self, purpose: str, limit: int | Ints, *keys: Ints) -> Ints:
        """Integers from 0 to limit - 1, evenly; `limit` is at most 2**31, and at least 1."""
        high = self._words(purpose, keys) >> _HALF
        drawn: Ints = (high * np.asarray(limit).astype(np.uint64) >> _HALF).astype(np.int64)
        return drawn

    def between(self, purpose: str, low: int | Ints, high: int | Ints, *keys: Ints) -> Ints:
        """Integers from low to high, both included."""
        drawn: Ints = np.asarray(low) + self.below(purpose, np.asarray(high) - np.asarray(low) + 1, *keys)
        return drawn

    def chance(self, purpose: str, permille: int | Ints, *keys: Ints) -> Flags:
        """True in so many of a thousand."""
        drawn: Flags = self.below(purpose, 1000, *keys) < permille
        return drawn

    def pick(self, purpose: str, weights: Sequence[int] | Ints, *keys: Ints) -> Ints:
        """Indexes into the weights, each as often as its weight says.

        weights of shape (choices,), or (rows, choices) with one row of weights for each element.
        """
        sums = np.cumsum(np.asarray(weights, np.int64), axis=-1)
        if sums.ndim == 1:
            return np.searchsorted(sums, self.below(purpose, int(sums[-1]), *keys), side="right").astype(np.int64)
        drawn = self.below(purpose, sums[:, -1], *keys)
        index: Ints = (drawn[:, None] >= sums).sum(axis=1).astype(np.int64)
        return index

    def quantile(self, purpose: str, points: Sequence[int], *keys: Ints) -> Ints:
        """Values of a distribution given by evenly spaced quantiles, from the least to the greatest, linear between."""
        table = np.asarray(points, np.int64)
        place = self.below(purpose, (len(points) - 1) << 16, *keys)
        left, part = place >> 16, place & 0xFFFF
        drawn: Ints = table[left] + ((table[left + 1] - table[left]) * part >> 16)
        return drawn
