"""缴费单号: the month, the bill's number in ten digits, and a check digit (ISO 7064, MOD 11,10)."""

from __future__ import annotations

from datetime import date

_DIGITS = 10


def check_digit(digits: str) -> str:
    """The digit that follows; any one wrong digit and any two neighbours changed about are noticed (but for a few)."""
    product = _DIGITS
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def bill_number(month: date, bill_id: int) -> str:
    """17 digits.  Raises ValueError past 9,999,999,999 bills."""
    if not 0 < bill_id < 10**_DIGITS:
        raise ValueError(f"no bill has the number {bill_id}")
    digits = f"{month:%Y%m}{bill_id:0{_DIGITS}d}"
    return digits + check_digit(digits)


def is_bill_number(text: str) -> bool:
    """Whether a text is a number that a bill may have."""
    return len(text) == 17 and text.isascii() and text.isdigit() and check_digit(text[:-1]) == text[-1]
