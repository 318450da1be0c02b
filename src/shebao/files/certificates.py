"""Certificates that say who somebody is: identity card, passports, permits, the social-security card.

Only the identity number and those made like it have a check digit; of the others no more than the form is known.
"""

from __future__ import annotations

import re

from shebao.files import identity
from shebao.files.cells import Fault
from shebao.rules.kinds import Code, kind_of_code


class Certificate(Code):
    """证件类型"""

    IDENTITY_CARD = 1, "居民身份证", "resident identity card"
    PASSPORT = 2, "护照", "passport"
    HONG_KONG_MACAO_PERMIT = 3, "港澳居民来往内地通行证", "mainland travel permit for Hong Kong and Macao residents"
    TAIWAN_PERMIT = 4, "台湾居民来往大陆通行证", "mainland travel permit for Taiwan residents"
    PERMANENT_RESIDENCE = 5, "外国人永久居留身份证", "foreign permanent resident identity card"
    RESIDENCE_PERMIT = 6, "港澳台居民居住证", "residence permit for Hong Kong, Macao and Taiwan residents"
    SOCIAL_SECURITY_CARD = 7, "社会保障卡", "social-security card"


CERTIFICATE = kind_of_code(Certificate)
# What people write in a form besides the names above.
ALSO = {
    "身份证": Certificate.IDENTITY_CARD,
    "居民身份证（户口簿）": Certificate.IDENTITY_CARD,
    "identity card": Certificate.IDENTITY_CARD,
    "外国护照": Certificate.PASSPORT,
    "中国护照": Certificate.PASSPORT,
    "港澳通行证": Certificate.HONG_KONG_MACAO_PERMIT,
    "回乡证": Certificate.HONG_KONG_MACAO_PERMIT,
    "台胞证": Certificate.TAIWAN_PERMIT,
    "外国人永久居留证": Certificate.PERMANENT_RESIDENCE,
    "社保卡": Certificate.SOCIAL_SECURITY_CARD,
}

_FORMS: dict[Certificate, tuple[str, str, str]] = {  # pattern, and what is wanted
    Certificate.PASSPORT: (r"(?=.*[0-9])[A-Z0-9]{5,20}", "5至20位字母和数字", "5 to 20 letters and digits"),
    Certificate.HONG_KONG_MACAO_PERMIT: (
        r"[HM][0-9]{8}(?:[0-9]{2})?",
        "H或M加8位数字（旧版10位）",
        "H or M and 8 digits (10 on old ones)",
    ),
    Certificate.TAIWAN_PERMIT: (
        r"[0-9]{8}|[0-9]{10}(?:\([A-Z0-9]{1,2}\)|[A-Z])?",
        "8位数字，旧版为10位数字加括号内签发次数",
        "8 digits; old ones have 10 and a letter in brackets",
    ),
    Certificate.PERMANENT_RESIDENCE: (
        r"[A-Z]{3}[0-9]{12}|9[0-9]{16}[0-9X]",
        "3个字母加12位数字，新版为9开头的18位",
        "3 letters and 12 digits; new ones have 18 that begin with 9",
    ),
    Certificate.RESIDENCE_PERMIT: (
        r"8[1-3]0000[0-9]{11}[0-9X]",
        "810000、820000或830000开头的18位",
        "18 characters that begin with 810000, 820000 or 830000",
    ),
    Certificate.SOCIAL_SECURITY_CARD: (r"[A-Z0-9]{5,32}", "5至32位字母和数字", "5 to 32 letters and digits"),
}
_PATTERNS = {kind: re.compile(form[0], re.ASCII) for kind, form in _FORMS.items()}
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}  # full-width forms of ASCII


def normal(kind: Certificate, number: str) -> str:
    """The number as it is kept: capital half-width letters, no spaces, an old identity number with 18 characters.

    An old number that is none stays as it is, for `fault` to tell.
    """
    number = "".join(number.translate(_WIDE).split()).upper()
    if kind is Certificate.IDENTITY_CARD and len(number) == 15:
        try:
            return identity.from_old(number)
        except ValueError:
            return number
    return number


def fault(kind: Certificate, number: str) -> Fault | None:
    """What is wrong with the number of a certificate, with the remedy; None when nothing is known to be."""
    number = normal(kind, number)
    if kind is Certificate.IDENTITY_CARD:
        return _card_fault(number)
    _, zh, en = _FORMS[kind]
    if not _PATTERNS[kind].fullmatch(number):
        return f"不是{kind.zh}号码，应为{zh}，请对照证件核对", f"is no number of a {kind.en}: wanted {en}; compare it"
    if len(number) == 18 and kind in (Certificate.PERMANENT_RESIDENCE, Certificate.RESIDENCE_PERMIT):
        return _card_fault(number)
    return None


def _card_fault(number: str) -> Fault | None:
    if re.fullmatch(r"[0-9]{15}", number, re.ASCII):
        return (
            "15位旧号码的第7至12位不是有效日期，请对照证件核对，或填写18位号码",
            "has no date of the calendar in digits 7 to 12 of an old number; compare it, or give the 18-digit one",
        )
    found = identity.fault(number)
    if found and "请" not in found[0]:
        return f"{found[0]}，请对照证件核对", f"{found[1]}; compare it with the card"
    return found
