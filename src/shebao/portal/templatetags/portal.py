"""What templates say and how they write values: one word for a thing in each language, money, days, masks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from django import template
from django.db import models

from shebao.assessment.models import Difference
from shebao.cases.letters import why
from shebao.cases.models import Batch, Certification, Measure, Origin, Verb
from shebao.contributions.models import Bill, Declaration, Membership
from shebao.files import identity
from shebao.files.declaration.fields import BY_NAME
from shebao.law import the_law
from shebao.law.insurance.contributions.facts import Insurance
from shebao.law.precedence.exclusions import Exclusion
from shebao.medical.models import CatalogueItem, Compared, Institution
from shebao.medical.models import Difference as Late
from shebao.people.codes import EventKind, HouseholdKind, IdentifierKind, Role, StatusKind, WorkKind
from shebao.rules.values import money as written

register = template.Library()
UNITS = {
    "yuan": "元",
    "units": "套",
    "households": "户",
    "beds": "张",
    "places": "个",
    "persons per 10 000": "人／万名老人",
    "person": "人",
    "warehouses": "个",
    "years": "年",
    "centre": "个",
    "centres": "个",
}
MEANINGS = {
    Difference.Kind.GAP: ("按法规应享受，但没有核定也没有发放", "the law gives it, but nothing is awarded or paid"),
    Difference.Kind.EXIT: ("正在发放，但按法规已不应享受", "it is paid, but the law gives it no more"),
    Difference.Kind.ADJUSTMENT: ("应享受的金额与核定的不同", "the law gives another amount than was decided"),
    Difference.Kind.DUPLICATE: (
        "同时享受两项互相排斥的待遇，或一人有两份档案",
        "two that exclude each other, or one person twice",
    ),
    Difference.Kind.ARREARS: ("已过月份少发的，应当补发", "too little for a month that is over; it is owed"),
    Difference.Kind.OVERPAYMENT: (
        "已过月份多发的，告知本人后追回",
        "too much for a month that is over; recovered after a notice",
    ),
    Difference.Kind.UNDECIDED: (
        "缺少事实或数值，现在不能核定",
        "a fact or figure is missing; it cannot be decided now",
    ),
    Difference.Kind.EXPIRING: ("依据即将到期，需要更新", "what it rests on lapses soon"),
}
PARTS = {  # of a bill and of a year, as the tables name them
    "total": ("总费用", "Total"),
    "pool": ("基本医疗保险统筹基金", "Insurance pool"),
    "large": ("大额医疗互助资金", "Large-expense fund"),
    "supplement": ("退休人员统一补充医疗保险", "Retirees' supplement"),
    "catastrophic": ("城乡居民大病保险", "Residents' catastrophic supplement"),
    "assistance": ("医疗救助", "Medical assistance"),
    "account": ("个人账户", "Personal account"),
    "cash": ("个人现金", "Cash"),
    "deductible": ("起付线以内", "Below the deductible"),
    "own_ratio": ("按比例个人负担", "Own ratio"),
    "above_cap": ("超过封顶线", "Above the cap"),
    "first_share": ("乙类先行自付", "First share of class B"),
    "over_limit": ("超过限价", "Above the price limit"),
    "own_paid": ("目录外全自费", "Outside the catalogue"),
    "year_outpatient_eligible": ("门诊累计（医保范围内）", "Outpatient, in the scope of insurance"),
    "year_outpatient_paid": ("门诊累计已报销", "Paid by the funds for outpatient care"),
    "year_pool_paid": ("住院、特殊病统筹基金已付", "Paid by the pool for stays and special diseases"),
    "year_large_paid": ("住院、特殊病封顶线以上已付", "Paid above the pool's cap"),
    "year_own_share": ("自付一累计", "Own share within the scope"),
    "year_catastrophic_paid": ("大病保险已付", "Paid by the catastrophic supplement"),
    "aid_outpatient": ("门诊医疗救助", "Assistance for outpatient care"),
    "aid_inpatient": ("住院医疗救助", "Assistance for stays"),
    "aid_serious": ("重大疾病医疗救助", "Assistance for serious illness"),
}
MATCHES = {  # states of a match
    "matched": ("已对照", "matched"),
    "undone": ("已撤销", "undone"),
    "over": ("已到期", "over"),
    "later": ("尚未生效", "not in force yet"),
    "gone": ("目录已停用，请重新对照", "no more in the catalogue; match it anew"),
}
INSURANCES = {"310": ("职工医保", "employees"), "390": ("居民医保", "residents"), "": ("全部险种", "all")}
CODES: dict[str, type[models.IntegerChoices]] = {
    "difference": Difference.Kind,
    "origin": Origin,
    "verb": Verb,
    "batch": Batch.State,
    "measure": Measure.Kind,
    "reason": Measure.Reason,
    "way": Certification.Way,
    "bill": Bill.Kind,
    "declaration": Declaration.State,
    "scheme": Membership.Scheme,
    "event": EventKind,
    "identifier": IdentifierKind,
    "role": Role,
    "status": StatusKind,
    "work": WorkKind,
    "household": HouseholdKind,
    "institution": Institution.State,
    "level": Institution.Level,
    "item": CatalogueItem.Kind,
    "compared": Compared.Kind,
    "late": Late.State,
}


@register.simple_tag(takes_context=True)
def say(context: dict[str, Any], zh: str, en: str) -> str:
    """The text in the language of the page."""
    return en if context.get("lang") == "en" else zh


@register.simple_tag(takes_context=True)
def code(context: dict[str, Any], table: str, value: int | None) -> str:
    """The name of a code of the record: its Chinese label, or its English name."""
    if value is None:
        return "—"
    found = CODES[table](value)
    return found.name.replace("_", " ").lower() if context.get("lang") == "en" else str(found.label)


@register.simple_tag(takes_context=True)
def law_code(context: dict[str, Any], value: Enum | int | None) -> str:
    """The name of a code of the law."""
    if value is None:
        return "—"
    return str(getattr(value, "en" if context.get("lang") == "en" else "zh"))


@register.simple_tag(takes_context=True)
def insurance(context: dict[str, Any], value: int) -> str:
    """The name of an insurance by its number."""
    return law_code(context, Insurance(value))


@register.simple_tag(takes_context=True)
def branches(context: dict[str, Any], first: int, after: int) -> str:
    """The names of insurances from one to before another."""
    names = (insurance(context, k) for k in range(first, after))
    return ", ".join(names) if context.get("lang") == "en" else "、".join(names)


@register.simple_tag(takes_context=True)
def variable(context: dict[str, Any], name: str) -> str:
    """The name of one of the law's variables."""
    found = the_law().variables.get(name)
    if found is None:
        return name
    return found.en if context.get("lang") == "en" else found.zh


@register.simple_tag(takes_context=True)
def part(context: dict[str, Any], name: str) -> str:
    """What a part of a bill, or a sum of a year, is called."""
    return say(context, *PARTS[name])


@register.simple_tag(takes_context=True)
def match_state(context: dict[str, Any], name: str) -> str:
    """How a match stands."""
    return say(context, *MATCHES[name])


@register.simple_tag(takes_context=True)
def insurance_type(context: dict[str, Any], code: str) -> str:
    """The insurance that a message names (insutype)."""
    return say(context, *INSURANCES.get(code, (code, code)))


@register.simple_tag(takes_context=True)
def cause(context: dict[str, Any], given: str) -> str:
    """Why something differs, in words."""
    if context.get("lang") != "en":
        return why(given)
    kind, _, names = given.partition(":")
    if kind == "input":
        inputs = the_law().inputs
        return "changed or corrected: " + ", ".join(inputs[n].en for n in names.split(",") if n in inputs)
    if kind == "excluded":
        return f"excluded by: {Exclusion[names.upper()].en}"
    if kind == "event":
        return names.replace("_", " ")
    words = {
        "members": "the family's members changed",
        "day": "age, a term or a standard changed",
        "award": "the earlier decision was not the law's",
        "merged": "two records are one person",
        "applied": "first decision",
    }
    return words.get(kind, "application")


@register.simple_tag(takes_context=True)
def declaration_field(context: dict[str, Any], name: str) -> str:
    """The name of a column of a declaration, as its header has it."""
    found = BY_NAME.get(name)
    if found is None:
        return {"month": say(context, "申报月份", "month")}.get(name, name)
    return found.en if context.get("lang") == "en" else found.zh


@register.filter
def money(fen: int | None) -> str:
    """1,234.56; a dash where it is not known."""
    return "—" if fen is None else written(fen)


@register.filter
def tenthousandths(number: int) -> str:
    """A quantity in ten-thousandths as written: 1.5."""
    return f"{Decimal(number) / 10_000:f}"


@register.filter
def percent(share: int) -> str:
    """A share in ten-thousandths: 8%."""
    return f"{Decimal(share) / 100:f}%"


@register.filter
def price(millionths: int) -> str:
    """A price in millionths of a yuan, with at least two places: 38.50."""
    whole, rest = divmod(millionths, 1_000_000)
    return f"{whole:,}.{f'{rest:06}'.rstrip('0').ljust(2, '0')}"


@register.filter
def count(number: int | str | None) -> str:
    """1,234; text that is no whole number stays."""
    text = str(number)
    return f"{int(text):,}" if text.lstrip("-").isdigit() else text


@register.simple_tag(takes_context=True)
def meanings(context: dict[str, Any]) -> list[tuple[str, str]]:
    """What each kind of difference is, in words."""
    return [(code(context, "difference", int(kind)), say(context, *words)) for kind, words in MEANINGS.items()]


@register.simple_tag(takes_context=True)
def unit(context: dict[str, Any], name: str) -> str:
    """A unit of the plan."""
    return name if context.get("lang") == "en" else UNITS.get(name, name)


@register.filter
def month(day: date | None) -> str:
    """2014-01."""
    return f"{day:%Y-%m}" if day else ""


@register.filter
def day(value: date | None) -> str:
    """2014-01-31; a dash for none."""
    return f"{value:%Y-%m-%d}" if value else "—"


@register.filter
def masked(number: str) -> str:
    """An identity number without its middle."""
    return identity.masked(number) if number else "—"


@register.filter
def tail(number: str) -> str:
    """The last four of a bank account."""
    return f"****{number[-4:]}" if number else "—"


@register.filter
def at(table: dict[Any, Any], key: Any) -> Any:
    """What a table has for a key."""
    return table.get(key)
