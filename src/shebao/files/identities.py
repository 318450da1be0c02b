"""Identity numbers by the column: which of a million need a closer look."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_WEIGHTS = np.asarray([2**k % 11 for k in range(17, -1, -1)], np.int64)
_X = ord("X") - ord("0")


def suspects(numbers: pa.Array) -> npt.NDArray[np.int64]:
    """The indexes of the cells that `identity.fault` may find a fault in; all others are sound or empty."""
    if not (pa.types.is_string(numbers.type) or pa.types.is_large_string(numbers.type)):
        return np.arange(len(numbers))
    long = pc.equal(pc.binary_length(numbers), 18).fill_null(False)
    suspect = pc.and_not(numbers.is_valid(), long).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(long)
    if len(places):
        text = numbers.filter(long).cast(pa.binary()).cast(pa.binary(18))
        start = text.offset * 18
        digits = np.frombuffer(text.buffers()[1], np.uint8)[start : start + 18 * len(text)].reshape(-1, 18) - ord("0")
        suspect[places] = ~_sound(digits.astype(np.int64))
    return np.flatnonzero(suspect)


def _sound(digits: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether 17 digits and a check digit (an X is `_X`) form a number with a day of the calendar from 1900 to 2099."""
    sound = (digits[:, :17] <= 9).all(axis=1) & (digits[:, 0] > 0) & ((digits[:, 17] <= 9) | (digits[:, 17] == _X))
    value = np.where(digits == _X, 10, digits)
    sound &= (value @ _WEIGHTS) % 11 == 1
    year = digits[:, 6:10] @ np.asarray([1000, 100, 10, 1])
    month = digits[:, 10] * 10 + digits[:, 11]
    day = digits[:, 12] * 10 + digits[:, 13]
    sound &= (year >= 1900) & (year < 2100) & (month >= 1) & (month <= 12) & (day >= 1)
    first = np.where(sound, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    length = (first + 1).astype("datetime64[D]") - first.astype("datetime64[D]")
    found: npt.NDArray[np.bool_] = sound & (day <= length.astype(np.int64))
    return found
