"""A decision letter to a citizen, as Markdown and as PDF (A4): every amount with its clause and how it came about.

The letter knows no law: who decides fills a `Letter` with names, written values and citations, and gets it rendered.
Values are texts, already written (`money(123456)` is "1,234.56"); nothing in them is taken for markup.
"""

from __future__ import annotations

import datetime
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from shebao.files.identity import masked
from shebao.rules.sections import Sections

__all__ = [
    "REMEDIES",
    "Annex",
    "Explanation",
    "Figure",
    "Item",
    "Letter",
    "Refusal",
    "explained",
    "markdown",
    "pages",
    "pdf",
]

_TEMPLATE = Path(__file__).with_name("letter.typ")
_NUMERALS = "一二三四五六七八九十"
_ATTACHMENT = "附件　核定所依据的事实和计算说明"
_APPROX = "approx"
_CONFIDENCES = {"seed": "规划原文", "source": "已核原文", "known": "已知文号", "approx": "未经核实"}
_WARNING = "本核定用到下列尚未核实的数据，结果仅供参考，核实之前不作为支付依据。"


@dataclass(frozen=True)
class Item:
    """A named value: a fact, a result, or what a calculation took in.

    zh, en: its names.  value: written, without its unit ("1,234.56", "是", "2010-03-05").  unit: "元/月", may be empty.
    total: a result that the others add up to; it is set apart.
    """

    zh: str
    value: str
    unit: str = ""
    en: str = ""
    total: bool = False


@dataclass(frozen=True)
class Figure:
    """A figure of the law that was used: "2010年" of a yearly one, "2010-01-01起" of a dated one.

    value: written with its unit.  confidence: seed, source, known or approx.
    """

    zh: str
    value: str
    period: str
    document: str
    clause: str = ""
    confidence: str = "known"
    note: str = ""


@dataclass(frozen=True)
class Explanation:
    """How one amount came about.  cites: document and clause of the rule.  formula: in the law's own symbols.

    sentences: for people, a paragraph each.  inputs, figures: what went in, in the order of the formula.
    """

    zh: str
    value: str
    cites: str
    unit: str = ""
    en: str = ""
    formula: str = ""
    sentences: Sequence[str] = ()
    inputs: Sequence[Item] = ()
    figures: Sequence[Figure] = ()
    confidence: str = "known"


@dataclass(frozen=True)
class Refusal:
    """What could not be decided, and why."""

    zh: str
    reason_zh: str
    reason_en: str = ""


@dataclass(frozen=True)
class Annex:
    """A table at the end, such as the contribution history.  left: the columns that are not right-aligned, from 0."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    left: Sequence[int] = (0,)
    notes: Sequence[str] = ()


REMEDIES = (
    "对本决定有异议的，可以自收到本告知书之日起，向作出决定的机构申请复查；也可以依法申请行政复议或者提起行政诉讼"
    "（期限和受理机关由发出本告知书的机构填写）。",
)


def explained(found: Sections) -> dict[str, Any]:
    """The parts of a letter that a decision fills, by the letter's own names."""
    return {
        "facts": [Item(*item) for item in found.facts],
        "results": [Item(*item) for item in found.results],
        "explanations": [
            Explanation(
                **{**e._asdict(), "inputs": [Item(*i) for i in e.inputs], "figures": [Figure(*f) for f in e.figures]}
            )
            for e in found.explanations
        ],
        "approximate": [Figure(*figure) for figure in found.approximate],
        "refusals": [Refusal(*refusal) for refusal in found.refusals],
        "annexes": [Annex(*annex) for annex in found.annexes],
    }


@dataclass(frozen=True)
class Letter:
    """A decision letter; empty parts are left out.

    office: who decides, the letterhead.  addressee: without the colon.  id_number: shown masked among the facts.
    opening: paragraphs after the addressee.  approximate: figures that nobody has verified; the letter warns of them.
    remedies: paragraphs on appeal and lawsuit.  signature: lines above the date; the office when empty.  contact: lines
    below it.  Facts and explanations follow the signature as an attachment, and the annexes follow these.
    """

    title: str
    office: str
    addressee: str
    date: datetime.date
    file_number: str = ""
    id_number: str = ""
    opening: Sequence[str] = ()
    facts: Sequence[Item] = ()
    results: Sequence[Item] = ()
    explanations: Sequence[Explanation] = ()
    approximate: Sequence[Figure] = ()
    refusals: Sequence[Refusal] = ()
    remedies: Sequence[str] = ()
    signature: Sequence[str] = ()
    contact: Sequence[str] = ()
    annexes: Sequence[Annex] = ()


def chinese_date(date: datetime.date) -> str:
    """2010年3月5日."""
    return f"{date.year}年{date.month}月{date.day}日"


def _facts(letter: Letter) -> list[Item]:
    """The facts with the masked identity number in front."""
    number = [Item("公民身份号码", masked(letter.id_number))] if letter.id_number else []
    return [*number, *letter.facts]


def _unverified(letter: Letter) -> list[dict[str, str]]:
    """The approximate figures, those of one name together: zh, values with their periods, sources."""
    found: dict[str, list[Figure]] = {}
    for figure in letter.approximate:
        found.setdefault(figure.zh, []).append(figure)
    return [
        {
            "zh": zh,
            "values": "；".join(f"{figure.period} {figure.value}".strip() for figure in figures),
            "sources": "；".join(dict.fromkeys(filter(None, map(_source, figures)))),
        }
        for zh, figures in found.items()
    ]


def _source(figure: Figure) -> str:
    return " ".join(filter(None, (figure.document, figure.clause, figure.note and f"（{figure.note}）")))


# PDF


class _Press:
    """One compiler for all letters: it keeps fonts and template, which makes a letter a matter of milliseconds."""

    def __init__(self) -> None:
        fonts = str(pylopdf_fonts_zh_cn.sans_path().parent)
        self.compiler: Any = typst.Compiler(str(_TEMPLATE), font_paths=[fonts], ignore_system_fonts=True)
        self.lock = threading.Lock()

    def print(self, letter: Letter, form: str, **options: object) -> list[bytes]:
        data = asdict(letter) | {
            "date": chinese_date(letter.date),
            "facts": [asdict(item) for item in _facts(letter)],
            "signature": list(letter.signature) or [letter.office],
            "warning": _WARNING,
            "unverified": _unverified(letter),
            "attachment": _ATTACHMENT,
            "confidences": _CONFIDENCES,
        }
        # the letter's own day, so that the same letter is the same file
        time = datetime.datetime.combine(letter.date, datetime.time(), datetime.UTC)
        with self.lock:
            found = self.compiler.compile(
                format=form, sys_inputs={"letter": json.dumps(data, ensure_ascii=False)}, timestamp=time, **options
            )
        return list(found) if isinstance(found, list) else [found]


@cache
def _press() -> _Press:
    return _Press()


def pdf(letter: Letter) -> bytes:
    """The letter as PDF/A-2u with its fonts embedded: made for the archive, its text can be searched and copied."""
    return _press().print(letter, "pdf", pdf_standards=["a-2u"])[0]


def pages(letter: Letter, ppi: float = 110) -> list[bytes]:
    """The letter as PNG pictures, one a page."""
    return _press().print(letter, "png", ppi=ppi)


# Markdown

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_LIST = re.compile(r"^(\d*)([-+.)])(?=\s|$)")


def _plain(text: str) -> str:
    """A text that Markdown shows as it is, in one line."""
    return _LIST.sub(r"\1\\\2", _MARKUP.sub(r"\\\1", " ".join(text.split())))


def _named(item: Item | Explanation) -> str:
    return _plain(item.zh) + (f" {_plain(item.en)}" if item.en else "")


def _measured(item: Item | Explanation) -> str:
    return _plain(f"{item.value} {item.unit}".strip())


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> list[str]:
    """Cells that are escaped already, as a table with a blank line behind."""
    rule = ["---:" if k in right else "---" for k in range(len(header))]
    return ["| " + " | ".join(cells) + " |" for cells in [header, rule, *rows]] + [""]


def _paragraphs(texts: Sequence[str]) -> list[str]:
    return [line for text in texts for line in (_plain(text), "")]


def _sections(*parts: tuple[str, list[str]]) -> list[str]:
    """Titles and lines of the parts that have any, numbered."""
    there = [part for part in parts if part[1]]
    return [line for k, (title, body) in enumerate(there) for line in (f"## {_NUMERALS[k]}、{title}", "", *body)]


def _figures(figures: Sequence[Figure]) -> list[str]:
    rows = []
    for figure in figures:
        cells = [figure.zh, figure.value, figure.period, _source(figure), _CONFIDENCES.get(figure.confidence, "")]
        rows.append([_plain(cell) for cell in cells])
    return _table(["标准", "数值", "适用期间", "文件与条款", "核对"], rows, [1]) if rows else []


def _explanation(number: int, item: Explanation) -> list[str]:
    numeral = _NUMERALS[number] if number < len(_NUMERALS) else str(number + 1)
    unsure = "（未经核实）" if item.confidence == _APPROX else ""
    lines = [f"### （{numeral}）{_named(item)}：{_measured(item)}", "", f"依据：{_plain(item.cites)}{unsure}", ""]
    if item.formula:
        lines += [f"> {_plain(item.formula)}", ""]
    lines += _paragraphs(item.sentences)
    if item.inputs:
        lines += _table(["计算所用数据", "数值"], [[_named(i), _measured(i)] for i in item.inputs], [1])
    return lines + _figures(item.figures)


def markdown(letter: Letter) -> str:
    """The letter as Markdown, with the same parts in the same order as the PDF."""
    lines = [f"# {_plain(letter.title)}", "", _plain(f"{letter.office}　{letter.file_number}".strip()), ""]
    lines += [f"{_plain(letter.addressee)}：", ""]
    lines += _paragraphs(letter.opening)
    rows = [[_named(i), f"**{_measured(i)}**" if i.total else _measured(i)] for i in letter.results]
    reasons = [
        f"{k}. {_plain(r.zh)}：{_plain(r.reason_zh)}" + (f" ({_plain(r.reason_en)})" if r.reason_en else "")
        for k, r in enumerate(letter.refusals, 1)
    ]
    unsure = [f"- {_plain(u['zh'])}：{_plain(u['values'])}（{_plain(u['sources'])}）" for u in _unverified(letter)]
    lines += _sections(
        ("核定结果", _table(["项目", "结果"], rows, [1]) if rows else []),
        ("未能核定的事项", [*reasons, ""] if reasons else []),
        ("未经核实的数据", [_WARNING, "", *unsure, ""] if unsure else []),
        ("权利告知", _paragraphs(letter.remedies)),
    )
    lines += _paragraphs([*(letter.signature or [letter.office]), chinese_date(letter.date), *letter.contact])
    facts = [[_named(i), _measured(i)] for i in _facts(letter)]
    attached = _sections(
        ("核定所依据的事实", _table(["事实", "内容"], facts, [1]) if facts else []),
        ("计算说明", [line for k, e in enumerate(letter.explanations) for line in _explanation(k, e)]),
    )
    lines += [f"# {_ATTACHMENT}", "", *attached] if attached else []
    for k, annex in enumerate(letter.annexes, 1):
        lines += [f"## 附表{k if len(letter.annexes) > 1 else ''}　{_plain(annex.title)}", ""]
        right = [c for c in range(len(annex.header)) if c not in annex.left]
        cells = [[_plain(cell) for cell in row] for row in annex.rows]
        lines += _table([_plain(cell) for cell in annex.header], cells, right)
        lines += _paragraphs(annex.notes)
    return "\n".join(lines).rstrip() + "\n"
