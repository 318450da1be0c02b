"""进门审核: what is looked at before a line counts.  Rules as data, each with its reason and how grave it is.

A clear fault refuses the line; a suspicion lets it pass and stays with it, for those who audit bills.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from shebao.law.city.facts import Sex

FEN = 10_000  # millionths of a yuan to a fen


class Severity(IntEnum):
    """sev_deg: 1 明确违规, 2 高度可疑, 3 轻度可疑."""

    CLEAR = 1
    HIGHLY_SUSPECT = 2
    SUSPECT = 3


@dataclass(frozen=True, slots=True)
class Item:
    """An item of the catalogue as it holds on a day; see models.CatalogueItem for units."""

    code: str
    kind: int
    name: str
    item_class: int
    first_share: int
    price_limit: int
    sex: int | None
    age_from: int | None
    age_to: int | None
    day_quantity: int | None


@dataclass(frozen=True, slots=True)
class Charge:
    """A line to be looked at.  item: None where the catalogue has none; matched: whether the institution's code is
    matched with it; days: for which it is given; repeated: a like line of the visit is there already."""

    item: Item | None
    code: str
    own_code: str
    matched: bool
    day: date
    quantity: int  # 1/10000
    price: int  # millionths of a yuan
    amount: int
    days: int
    sex: int
    birth_day: date
    repeated: bool

    @property
    def age(self) -> int:
        """Full years on the line's day."""
        born, on = self.birth_day, self.day
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.  meets: whether a line breaks it; zh, en: the reason, filled from the line by `format`."""

    code: str
    name: str
    severity: Severity
    zh: str
    en: str
    meets: Callable[[Charge], bool]


def _item(test: Callable[[Charge, Item], bool]) -> Callable[[Charge], bool]:
    """A rule that needs the item."""
    return lambda charge: charge.item is not None and test(charge, charge.item)


def _of_age(charge: Charge, item: Item) -> bool:
    above = item.age_from is None or charge.age >= item.age_from
    return above and (item.age_to is None or charge.age <= item.age_to)


RULES: Sequence[Rule] = (
    Rule(
        "M01",
        "目录未收载",
        Severity.CLEAR,
        "医疗目录编码[{code}]当日不在医保目录内，请核对编码或日期",
        "{code} is not in the catalogue on that day; look at code and day",
        lambda charge: charge.item is None,
    ),
    Rule(
        "M02",
        "目录未对照",
        Severity.CLEAR,
        "机构目录编码[{own_code}]未与[{code}]对照，请先上传对照（3301）",
        "{own_code} is not matched with {code}; match it first (3301)",
        _item(lambda charge, item: not charge.matched),
    ),
    Rule(
        "S01",
        "限性别",
        Severity.CLEAR,
        "项目[{code}]与患者性别不符",
        "{code} is not for a patient of this sex",
        _item(lambda charge, item: item.sex is not None and charge.sex in set(Sex) and item.sex != charge.sex),
    ),
    Rule(
        "A01",
        "限年龄",
        Severity.CLEAR,
        "项目[{code}]与患者年龄{age}岁不符",
        "{code} is not for a patient of {age}",
        _item(lambda charge, item: not _of_age(charge, item)),
    ),
    Rule(
        "D01",
        "重复收费",
        Severity.HIGHLY_SUSPECT,
        "同一时间有相同项目[{code}]的明细，疑似重复收费",
        "there is a like line of {code} at the same time",
        lambda charge: charge.repeated,
    ),
    Rule(
        "Q01",
        "超量",
        Severity.HIGHLY_SUSPECT,
        "项目[{code}]数量超过{days}日用量上限",
        "more of {code} than is for {days} days",
        _item(lambda charge, item: item.day_quantity is not None and charge.quantity > item.day_quantity * charge.days),
    ),
    Rule(
        "P01",
        "超限价",
        Severity.SUSPECT,
        "项目[{code}]单价超过限价，超出部分由个人负担",
        "the price of {code} is above its ceiling; the patient bears what is above",
        _item(lambda charge, item: 0 < item.price_limit * FEN < charge.price),
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a line breaks, with the reason."""

    rule: Rule
    zh: str
    en: str


def look(charge: Charge) -> list[Finding]:
    """All that is found, in the order of the rules."""
    found = []
    for rule in RULES:
        if rule.meets(charge):
            told = {"code": charge.code, "own_code": charge.own_code, "age": charge.age, "days": charge.days}
            found.append(Finding(rule, rule.zh.format(**told), rule.en.format(**told)))
    return found
