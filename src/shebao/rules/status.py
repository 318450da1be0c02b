"""What can keep a value from being decided, as one int64: 0 is decided, else code | subject << 8 | detail << 32."""

from __future__ import annotations

import enum


class Refused(Exception):
    """Raised while a rule runs in CPython: the value cannot be decided.  `status` says what and why."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class RowRefused(Refused):
    """An input of the row is not what its declaration says: nothing of the row is decided."""


class Why(enum.IntEnum):
    """The code of a refusal.  The subject is an index into one of the plan's lists, named by `of`."""

    def __new__(cls, value: int, of: str = "", zh: str = "", en: str = "") -> Why:
        member = int.__new__(cls, value)
        member._value_ = value
        member.of, member.zh, member.en = of, zh, en
        return member

    of: str
    zh: str
    en: str

    MISSING = 1, "input", "缺少{subject}", "{subject} is missing"
    INVALID = 2, "input", "{subject}的值超出允许范围或类型不符", "{subject} is outside its range or of the wrong type"
    NO_FIGURE = 3, "parameter", "缺少参数{subject}（{detail}）", "the figure {subject} for {detail} is not known"
    APPROX = (
        4,
        "parameter",
        "参数{subject}（{detail}）未经核实",
        "the figure {subject} for {detail} is only approximate",
    )
    NO_RULE = 5, "variable", "{subject}在该日期没有有效规定", "no rule for {subject} is in force on that day"
    REASON = 6, "reason", "{subject}", "{subject}"
    OVERFLOW = 7, "rule", "计算{subject}时数值溢出", "overflow in {subject}"
    ZERO_DIVISOR = 8, "rule", "计算{subject}时除数为零", "zero divisor in {subject}"
    INDEX = 9, "rule", "计算{subject}时查表越界（{detail}）", "key {detail} outside a table or history in {subject}"
    RANGE = 10, "rule", "计算{subject}时数值超出规定范围", "a value outside its stated range in {subject}"
    NO_GROUP = 11, "group", "不属于任何{subject}", "not a member of any {subject}"
    EXACT = 12, "rule", "{subject}须精确计算", "{subject} needs exact arithmetic"  # never leaves the engine


def status(why: Why, subject: int, detail: int = 0) -> int:
    """Packed status.  The detail (a year, a day, a key) is kept modulo 2**31."""
    return int(why) | subject << 8 | (detail & 0x7FFFFFFF) << 32


def unpack(packed: int) -> tuple[Why, int, int]:
    """(why, subject, detail); the detail keeps its sign over 31 bits."""
    detail = packed >> 32 & 0x7FFFFFFF
    return Why(packed & 0xFF), packed >> 8 & 0xFFFFFF, detail - (1 << 31) if detail >= 1 << 30 else detail
