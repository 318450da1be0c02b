"""Numbers with a check digit: of persons' certificates and of organisations, by the column."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shebao.files import certificates, identity, unified_code
from shebao.files.certificates import Certificate
from shebao.files.identities import suspects
from shebao.people.codes import OF_CERTIFICATE

Say = Callable[[int, str, object, str, str], None]


def identities(arrays: dict[str, pa.Array], say: Say) -> None:
    """Certificates become identifiers of people; sex and day of birth are taken from an identity card, or compared."""
    numbers, kinds = arrays["id_number"], np.asarray(pc.fill_null(arrays["id_kind"], 0)).astype(np.int64)
    cards = kinds == Certificate.IDENTITY_CARD
    looked = ~cards & (kinds > 0)
    looked[suspects(numbers)] = True
    looked &= np.asarray(numbers.is_valid())
    changed: dict[int, str | None] = {}
    for k in np.flatnonzero(looked).tolist():
        if not kinds[k]:
            continue
        kind, number = Certificate(int(kinds[k])), numbers[k].as_py()
        kept = certificates.normal(kind, number)
        fault = certificates.fault(kind, kept)
        if kind not in OF_CERTIFICATE:
            fault = (
                f"暂不接管{kind.zh}号码，请改填通行证号码",
                f"is of a {kind.en}, which is not taken over; give the number of the travel permit",
            )
        if fault:
            say(k, "id_number", identity.masked(number), *fault)
        changed[k] = None if fault else kept
    numbers = _changed(numbers, changed)
    arrays["id_number"] = numbers
    codes = np.zeros(max(map(int, Certificate)) + 1, np.int16)
    for certificate, of in OF_CERTIFICATE.items():
        codes[int(certificate)] = int(of)
    own = np.asarray(numbers.is_valid())
    arrays["id_kind"] = pa.array(codes[kinds], mask=~own)
    _vitals(arrays, cards & own, say)


def _changed(numbers: pa.Array, changed: dict[int, str | None]) -> pa.Array:
    if not changed:
        return numbers
    mask = np.zeros(len(numbers), np.bool_)
    mask[list(changed)] = True
    return pc.replace_with_mask(numbers, pa.array(mask), pa.array([changed[k] for k in sorted(changed)], pa.string()))


def _vitals(arrays: dict[str, pa.Array], cards: np.ndarray[tuple[int], np.dtype[np.bool_]], say: Say) -> None:
    """What the identity card says of birth and sex."""
    card = pa.array(cards)
    numbers = pc.if_else(card, arrays["id_number"], pa.scalar("000000200001010000", pa.string()))
    days = pc.strptime(pc.utf8_slice_codeunits(numbers, 6, 14), "%Y%m%d", "s").cast(pa.date32())
    sexes = pc.subtract(2, pc.bit_wise_and(pc.utf8_slice_codeunits(numbers, 16, 17).cast(pa.int64()), 1))
    for name, said, what in (
        (
            "birth_day",
            days,
            ("与证件号码中的出生日期不符，请核对", "is not the day of birth in the identity number; check both"),
        ),
        ("sex", sexes, ("与证件号码中的性别不符，请核对", "is not the sex in the identity number; check both")),
    ):
        given = arrays[name]
        wrong = pc.and_(card, pc.fill_null(pc.not_equal(given, said), False))
        for k in np.flatnonzero(wrong.to_numpy(zero_copy_only=False)).tolist():
            say(k, name, given[k].as_py(), *what)
        arrays[name] = pc.if_else(pc.and_(card, pc.is_null(given)), said, given)
        for k in np.flatnonzero(arrays[name].is_null().to_numpy(zero_copy_only=False)).tolist():
            if arrays["id_number"][k].as_py() is None or not cards[k]:
                say(
                    k,
                    name,
                    None,
                    "没有有效的居民身份证号码，须填写此项",
                    "is needed where there is no sound number of an identity card; fill it in",
                )
    dead = pc.less(arrays["death_day"], arrays["birth_day"])
    for k in np.flatnonzero(pc.fill_null(dead, False).to_numpy(zero_copy_only=False)).tolist():
        say(k, "death_day", arrays["death_day"][k].as_py(), "早于出生日期，请更正", "is before the birth; correct it")
    unborn = pc.fill_null(pc.greater(arrays["birth_day"], pa.scalar(date.today(), pa.date32())), False)
    for k in np.flatnonzero(unborn.to_numpy(zero_copy_only=False)).tolist():
        say(k, "birth_day", arrays["birth_day"][k].as_py(), "晚于今天，请更正", "is in the future; correct it")


def organisations(arrays: dict[str, pa.Array], say: Say) -> None:
    """Unified codes; an organisation without a key of its own is named by its code."""
    codes = arrays["code"]
    changed: dict[int, str | None] = {}
    for k in unified_code.suspects(codes).tolist():
        code = codes[k].as_py()
        fault = unified_code.fault(code)
        kept = unified_code.normal(code)
        if fault is None and len(kept) != 18:
            fault = (
                "应为18位统一社会信用代码，旧机构代码请换取新码",
                "is an old code; give the unified one of 18 characters",
            )
        if fault:
            say(k, "code", code, *fault)
        changed[k] = None if fault else kept
    arrays["code"] = _changed(codes, changed)
    key = arrays["organisation"]
    arrays["organisation"] = pc.if_else(pc.is_null(key), arrays["code"], key)
    for k in np.flatnonzero(arrays["organisation"].is_null().to_numpy(zero_copy_only=False)).tolist():
        if k not in changed:
            say(
                k,
                "organisation",
                None,
                "单位编号和统一社会信用代码至少填一项",
                "has neither a key nor a code; give one of them",
            )
