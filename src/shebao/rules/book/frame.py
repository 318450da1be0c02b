"""Where each page of the book stands, links between pages, and the frame around a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from importlib import metadata
from urllib.parse import quote

from shebao.rules.book.content import Content, Programme, cited, file_names, title_of
from shebao.rules.book.html import Child, Html, both, el, english, join
from shebao.rules.cases import Case
from shebao.rules.declare import BENEFIT_DAY, PERSON
from shebao.rules.figures import APPROX
from shebao.rules.kinds import FIRST_DAY, LAST_DAY, Kind, date_of

TITLE = "法规手册", "The law book"
_CJK = re.compile(r"[\u3400-\u9fff]")
_POINT = re.compile(r"\n(?=[\u3400-\u9fff]{1,4}：)")  # 谁：, 多少： at the start of a line
NAVIGATION = (
    ("index.html", "首页", "Home"),
    ("overview.html", "待遇一览", "Who gets what"),
    ("parameters.html", "参数", "Parameters"),
    ("inputs.html", "事实", "Facts"),
    ("documents.html", "文件", "Documents"),
    ("calendar.html", "变更", "Changes"),
    ("approximate.html", "待核实", "To verify"),
    ("reasons.html", "拒算原因", "Refusals"),
    ("names.html", "索引", "Index"),
    ("language.html", "怎样读", "How to read"),
)
CONFIDENCE = {
    "seed": ("规划原文", "in the city's plan itself"),
    "source": ("已核原文", "read in a text that was found"),
    "known": ("已知文号", "known, with the document's number; the text was not at hand"),
    APPROX: ("未经核实", "approximate, to be verified; strict use refuses it unless somebody accepted it"),
}
KINDS = {
    "fen": ("金额（元）", "money, in yuan to the fen"),
    "months": ("月数", "months"),
    "years": ("年数", "years"),
    "days": ("天数", "days"),
    "count": ("数目", "number"),
    "ratio4": ("比率（4位小数）", "ratio, 4 decimals"),
    "ratio6": ("比率（6位小数）", "ratio, 6 decimals"),
    "day": ("日期", "day"),
    "year": ("年度", "calendar year"),
    "month": ("月份", "month of the year"),
    "flag": ("是否", "yes or no"),
    "mask": ("月份标记", "months of a year"),
}
APPROX_MARK = el("span", "〔约〕", class_="approx", title="约值，待核实 approximate, to be verified")


class Site:
    """The paths of all pages."""

    def __init__(self, content: Content) -> None:
        self.content, self.law = content, content.law
        self._variables = file_names(content.law.variables)
        self._parameters = file_names(content.law.parameters)
        keys = {(p.slug, c.name): f"{p.slug}.{c.name}" for p, c in content.cases}
        files = file_names(keys.values())
        self._cases = {key: files[name] for key, name in keys.items()}

    def of(self, name: str) -> str:
        """The page of a variable, an input or a parameter."""
        if name in self._variables:
            return f"variables/{self._variables[name]}.html"
        if name in self._parameters:
            return f"parameters/{self._parameters[name]}.html"
        return f"inputs.html#input-{name}"

    def has(self, name: str) -> bool:
        """Whether a name is that of a variable, an input or a parameter."""
        return name in self._variables or name in self._parameters or name in self.law.inputs

    def table(self, parameter: str) -> str:
        """The figures of a parameter as a file of text."""
        return f"parameters/{self._parameters[parameter]}.csv"

    def programme(self, programme: Programme) -> str:
        return f"programmes/{programme.slug}.html"

    def case(self, programme: Programme, case: Case) -> str:
        return f"cases/{self._cases[programme.slug, case.name]}.html"

    @cached_property
    def version(self) -> str:
        try:
            return metadata.version("shebao")
        except metadata.PackageNotFoundError:
            return ""


def document_id(doc: str) -> str:
    return "doc-" + "".join("_" if letter.isspace() else letter for letter in doc)


@dataclass(frozen=True)
class Page:
    """One page being written: its path in the book, from which links are relative."""

    site: Site
    path: str

    @property
    def root(self) -> str:
        return "../" * self.path.count("/")

    def to(self, target: str) -> str:
        """The address of a page of the book, seen from this page."""
        page, mark, anchor = target.partition("#")
        if page == self.path and mark:
            page = ""
        return (self.root if page else "") + quote(page) + mark + quote(anchor)

    def a(self, target: str, *words: Child, **attributes: str) -> Html:
        return el("a", *words, href=self.to(target), **attributes)

    def name(self, name: str, with_english: bool = True) -> Html:
        """A variable, input or parameter by its names, linked; benefit_day too."""
        if name == BENEFIT_DAY:
            link = self.a(f"language.html#{BENEFIT_DAY}", "待遇日期")
            return both(link, "Day of the benefit") if with_english else link
        zh, en = title_of(self.site.law, name)
        return both(self.a(self.site.of(name), zh), en if with_english else "")

    def names(self, names: list[str] | tuple[str, ...]) -> Html:
        """Several of them in a line, in Chinese."""
        return join("、", [self.name(name, with_english=False) for name in names]) if names else el("span", "—")

    def cites(self, text: str) -> Html:
        """A citation, each document linked to what else comes from it."""
        known = self.site.content.documents
        parts: list[Child] = []
        for one in cited(text):
            link = self.a(f"documents.html#{document_id(one.doc)}", one.doc) if one.doc in known else one.doc
            parts.append([link, f" {one.clause}" if one.clause else ""])
        return join("；", parts)

    def kind(self, kind: Kind, with_english: bool = True) -> Html:
        """What a value is."""
        zh, en = KINDS.get(kind.name, (kind.zh or kind.name, kind.en))
        words: Child = zh
        if kind.codes is not None:
            words, en = ["代码 ", self.a(f"codes.html#code-{kind.name}", kind.name)], "one of a list"
        return both(words, en if with_english else "")

    def prose(self, words: str) -> Html:
        """A text of the law: its paragraphs; `names` between backticks lead to their pages.

        In a Chinese paragraph 谁：, 多少： and the like begin a paragraph of their own, and lines join without a space.
        """
        paragraphs: list[Child] = []
        for one in _POINT.sub("\n\n", words).split("\n\n"):
            chinese = bool(_CJK.search(one))
            parts: list[Child] = [*(one.replace("\n", "") if chinese else one).split("`")]
            for k in range(1, len(parts) - 1, 2):
                name = str(parts[k])
                parts[k] = el("code", self.a(self.site.of(name), name) if self.site.has(name) else name)
            paragraphs.append(el("p", parts, lang=None if chinese else "en") if one.strip() else None)
        return join("", paragraphs)

    def owner(self, owner: str) -> Html:
        group = self.site.law.groups.get(owner)
        return both("个人", "person") if owner == PERSON or group is None else both(group.zh, group.en)

    def confidence(self, confidence: str) -> Html:
        zh, en = CONFIDENCE.get(confidence, (confidence, ""))
        return el("span", zh, class_="approx" if confidence == APPROX else None, title=en)

    def written(self, title: tuple[str, str], *body: Child, above: Child = None) -> Html:
        """The whole page.  title: Chinese and English; above: what stands over the heading."""
        law = self.site.law
        head = el(
            "head",
            el("meta", charset="utf-8"),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="generator", content=f"shebao {self.site.version}".strip()),
            el("title", f"{title[0]} · {TITLE[0]}" if title != TITLE else f"{TITLE[0]} {TITLE[1]}"),
            el("link", rel="stylesheet", href=self.to("assets/book.css")),
            el("script", src=self.to("assets/names.js"), defer=True),
            el("script", src=self.to("assets/book.js"), defer=True),
        )
        here = self.path.partition("#")[0]
        links = [
            el("li", el("a", both(zh, en), href=self.to(path), aria_current="page" if path == here else None))
            for path, zh, en in NAVIGATION
        ]
        search = el(
            "form",
            el("label", both("检索", "Search"), for_="search"),
            el(
                "input",
                type="search",
                id="search",
                name="q",
                autocomplete="off",
                placeholder="名称、英文、文号　按 / 键",
                role="combobox",
                aria_expanded="false",
                aria_controls="found",
                aria_autocomplete="list",
            ),
            el("ul", id="found", role="listbox", hidden=True, aria_label="检索结果 Results"),
            el("p", id="told", class_="unseen", role="status"),
            action=self.to("names.html"),
            role="search",
        )
        facts = (
            f"{len(law.variables)} 个变量，{len(law.parameters)} 个参数，{len(law.inputs)} 项事实，"
            f"{len(self.site.content.cases)} 个算例"
        )
        foot = el(
            "footer",
            el("p", "法规指纹 ", english("Fingerprint of the law"), " ", el("code", law.fingerprint), "　", facts),
            el(
                "p",
                f"由 shebao {self.site.version} 从规则和参数生成。同一法规生成同一手册。 ".replace("  ", " "),
                english("Generated from the rules and parameters; the same law gives the same book."),
            ),
        )
        body_ = el(
            "body",
            el("a", both("跳到正文", "Skip to the text"), href="#text", class_="skip"),
            el(
                "header",
                el("p", el("a", both(*TITLE), href=self.to("index.html")), class_="book"),
                search,
                el("nav", el("ul", links), aria_label="手册 Book"),
            ),
            el("main", above, el("h1", both(*title)), *body, id="text"),
            foot,
            data_root=self.root,
        )
        return Html("<!DOCTYPE html>\n" + el("html", head, body_, lang="zh-Hans") + "\n")


def table(head: list[Child], rows: list[list[Child]], label: str, *, numbers: tuple[int, ...] = ()) -> Html:
    """A table that scrolls sideways by itself.  numbers: the columns that are set to the right."""
    marks = ["number" if k in numbers else None for k in range(len(head))]
    body = el(
        "table",
        el("thead", el("tr", [el("th", h, scope="col", class_=m) for h, m in zip(head, marks, strict=True)])),
        el("tbody", [el("tr", [el("td", c, class_=m) for c, m in zip(r, marks, strict=True)]) for r in rows]),
    )
    return el("div", body, class_="wide", tabindex="0", role="region", aria_label=label)


def facts(rows: list[tuple[Child, Child]]) -> Html:
    """Names with what they are; rows without anything are left out."""
    return el("dl", [[el("dt", name), el("dd", value)] for name, value in rows if value], class_="facts")


def section(anchor: str, zh: str, en: str, *body: Child, level: str = "h2") -> Html:
    return el("section", el(level, both(zh, en)), *body, id=anchor)


def span(since: int, until: int, yearly: bool = False) -> str:
    """From a day to a day, or of years, as written: 2006-01-01 至 2018-12-31; open ends said."""
    if yearly:
        return f"{since}年" if since == until else f"{since}—{until}年"
    start = "" if since <= FIRST_DAY else date_of(since).isoformat()
    end = "" if until >= LAST_DAY else date_of(until).isoformat()
    if start and end:
        return f"{start} 至 {end}"
    return f"{start} 起" if start else f"至 {end}" if end else "不限"
