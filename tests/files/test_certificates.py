"""Certificates of people: which forms are taken, and how a number is kept."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.files.certificates import Certificate, fault, normal
from shebao.files.identity import check_digit, from_old

ID = Certificate.IDENTITY_CARD


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(1999, 12, 31)), st.integers(0, 999))
def test_an_old_number_becomes_the_new_one(born: datetime.date, order: int) -> None:
    old = f"110105{born:%y%m%d}{order:03d}"
    new = from_old(old)
    assert new[:17] == f"110105{born:%Y%m%d}{order:03d}"
    assert new[17] == check_digit(new[:17])
    assert normal(ID, f" {old} ") == new
    assert fault(ID, old) is None
    assert fault(ID, new) is None


@pytest.mark.parametrize("old", ["110105491331002", "11010549123100", "1101054912310022", "010105491231002", "x" * 15])
def test_what_is_no_old_number(old: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_old(old)
    found = fault(ID, old)
    assert found is not None
    assert "请" in found[0]


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (ID, "１１０１０５１９４９１２３１００２Ｘ"),
        (ID, "110105 19491231 002x"),
        (Certificate.PASSPORT, "E12345678"),
        (Certificate.PASSPORT, "g1234567"),
        (Certificate.HONG_KONG_MACAO_PERMIT, "H12345678"),
        (Certificate.HONG_KONG_MACAO_PERMIT, "M1234567801"),
        (Certificate.TAIWAN_PERMIT, "12345678"),
        (Certificate.TAIWAN_PERMIT, "1234567801（B）"),
        (Certificate.PERMANENT_RESIDENCE, "USA110100123456"),
        (Certificate.PERMANENT_RESIDENCE, "91101019900101001" + check_digit("91101019900101001")),
        (Certificate.RESIDENCE_PERMIT, "81000019900101001" + check_digit("81000019900101001")),
        (Certificate.SOCIAL_SECURITY_CARD, "10123456789S"),
    ],
)
def test_taken(kind: Certificate, number: str) -> None:
    assert fault(kind, number) is None
    kept = normal(kind, number)
    assert kept == normal(kind, kept)
    assert kept.isascii()
    assert fault(kind, kept) is None


@pytest.mark.parametrize(
    ("kind", "number", "wanted"),
    [
        (ID, "110105194912310021", "check digit"),
        (ID, "", "17 digits"),
        (Certificate.PASSPORT, "ABCDEF", "passport"),
        (Certificate.PASSPORT, "E1234", None),
        (Certificate.PASSPORT, "E123", "letters and digits"),
        (Certificate.HONG_KONG_MACAO_PERMIT, "A12345678", "H or M"),
        (Certificate.TAIWAN_PERMIT, "123456789", "8 digits"),
        (Certificate.RESIDENCE_PERMIT, "11010519491231002X", "810000"),
        (Certificate.RESIDENCE_PERMIT, "810000199001010010", "check digit"),
        (Certificate.PERMANENT_RESIDENCE, "USA11010012345", "3 letters"),
        (Certificate.SOCIAL_SECURITY_CARD, "卡号", "letters and digits"),
    ],
)
def test_refused(kind: Certificate, number: str, wanted: str | None) -> None:
    found = fault(kind, number)
    if wanted is None:
        assert found is None
    else:
        assert found is not None
        assert wanted in found[1]
        assert "请" in found[0]


@given(st.sampled_from(list(Certificate)), st.text(max_size=25))
def test_any_text_is_judged(kind: Certificate, number: str) -> None:
    kept = normal(kind, number)
    assert normal(kind, kept) == kept
    assert (fault(kind, number) is None) == (fault(kind, kept) is None)
