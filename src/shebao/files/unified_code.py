"""Codes of organisations: the unified social credit code (GB 32100) and the organisation code before it (GB 11714)."""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from shebao.files.cells import Fault

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(3**k % 31 for k in range(17))
_FORM = re.compile(f"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}", re.ASCII)
_OLD = re.compile(r"[0-9A-Z]{8}-?[0-9X]", re.ASCII)
_OLD_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def check_character(first: str) -> str:
    """The eighteenth character for the first seventeen.  Raises ValueError when these are not of the alphabet."""
    if len(first) != 17 or not set(first) <= _VALUE.keys():
        raise ValueError("17 characters of the alphabet are needed")
    return ALPHABET[-sum(w * _VALUE[c] for w, c in zip(_WEIGHTS, first, strict=True)) % 31]


def old_check_character(first: str) -> str:
    """The ninth character of an organisation code for its first eight (GB 11714).  Raises ValueError."""
    if not re.fullmatch(r"[0-9A-Z]{8}", first, re.ASCII):
        raise ValueError("8 digits or capital letters are needed")
    total = sum(w * int(c, 36) for w, c in zip(_OLD_WEIGHTS, first, strict=True))
    return "0123456789X"[-total % 11]


def normal(code: str) -> str:
    """The code as it is kept: capital letters, no spaces, no hyphen."""
    return "".join(code.split()).upper().replace("-", "")


def fault(code: str) -> Fault | None:
    """What is wrong with a unified code (18) or an organisation code (9, with or without hyphen), with the remedy."""
    code = normal(code)
    if len(code) == 9 and _OLD.fullmatch(code):
        sound = code[8] == old_check_character(code[:8])
    elif _FORM.fullmatch(code):
        sound = code[17] == check_character(code[:17])
    elif re.search("[IOSVZ]", code) and len(code) == 18:
        return (
            "含有不使用的字母I、O、S、V、Z，请核对是否应为1、0、5、U、2",
            "has one of the letters I, O, S, V, Z, which are not used; look whether 1, 0, 5, U or 2 was meant",
        )
    else:
        return (
            "应为18位统一社会信用代码（或9位组织机构代码），请对照登记证书填写",
            "is no unified code of 18 characters (or organisation code of 9); copy it from the certificate",
        )
    if sound:
        return None
    return (
        "与校验码不符，请对照登记证书核对各位字符",
        "does not fit its check character; compare every character with the certificate",
    )


def suspects(codes: pa.Array) -> npt.NDArray[np.int64]:
    """The indexes of the cells, but for nulls, that hold no sound unified code of 18 characters."""
    if not (pa.types.is_string(codes.type) or pa.types.is_large_string(codes.type)):
        return np.flatnonzero(codes.is_valid().to_numpy(zero_copy_only=False)).astype(np.int64)
    long = pc.equal(pc.binary_length(codes), 18).fill_null(False)
    suspect: npt.NDArray[np.bool_] = pc.and_not(codes.is_valid(), long).to_numpy(zero_copy_only=False).copy()
    places = np.flatnonzero(long.to_numpy(zero_copy_only=False))
    if len(places):
        text = codes.filter(long).cast(pa.binary()).cast(pa.binary(18))
        start = text.offset * 18
        values = _VALUES[np.frombuffer(text.buffers()[1], np.uint8)[start : start + 18 * len(text)].reshape(-1, 18)]
        sound = (values >= 0).all(axis=1) & (values[:, 2:8] <= 9).all(axis=1)
        sound &= (values @ np.asarray([*_WEIGHTS, 1], np.int64)) % 31 == 0
        suspect[places] = ~sound
    return np.flatnonzero(suspect).astype(np.int64)


_VALUES = np.full(256, -1, np.int64)
for _character, _value in _VALUE.items():
    _VALUES[ord(_character)] = _value
