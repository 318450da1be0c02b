"""A variable between what it needs and what needs it, as SVG."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from shebao.rules.book.content import title_of
from shebao.rules.book.frame import Page
from shebao.rules.book.html import Child, Html, el

BOX, GAP, ROW, HIGH = 216, 64, 36, 28
FIT = 28  # widths of a letter in a box; a Chinese character takes two


def neighbours(page: Page, name: str, needs: Sequence[str], needed: Sequence[str]) -> Html:
    """Three columns: what is needed, the thing itself, what needs it; each box leads to its page."""
    rows = max(len(needs), len(needed), 1)
    height = rows * ROW + 8
    left, middle, right = 0, BOX + GAP if needs else 0, (2 if needs else 1) * (BOX + GAP)
    width = right + BOX if needed else middle + BOX
    centre = height // 2
    lines: list[Child] = []
    boxes: list[Child] = []
    for column, names, tail, head in (
        (left, needs, left + BOX, middle),
        (right, needed, middle + BOX, right),
    ):
        bend = (tail + head) // 2
        for k, one in enumerate(names):
            at = centre + (2 * k + 1 - len(names)) * ROW // 2
            start, end = (at, centre) if head == middle else (centre, at)
            boxes.append(_box(page, one, column, at))
            lines.append(el("path", d=f"M{tail} {start}C{bend} {start} {bend} {end} {head} {end}"))
    zh = title_of(page.site.law, name)[0]
    return el(
        "div",
        el(
            "svg",
            el("title", f"{zh}：所需与被需", id="graph-title"),
            el("g", lines, class_="edges"),
            boxes,
            _box(page, name, middle, centre, own=True),
            viewBox=f"-2 -2 {width + 4} {height + 4}",
            style=f"width:{width + 4}px",
            role="group",
            aria_labelledby="graph-title",
            class_="graph",
        ),
        class_="wide",
    )


def _box(page: Page, name: str, x: int, y: int, own: bool = False) -> Html:
    """A variable has round corners, a fact is a pill, a parameter is square."""
    law = page.site.law
    what = "variable" if name in law.variables else "input" if name in law.inputs else "parameter"
    zh, en = title_of(law, name)
    corner = {"variable": 6, "input": HIGH // 2, "parameter": 0}[what]
    box: list[Child] = [
        el("title", f"{zh} {en} ({name})"),
        el("rect", x=x, y=y - HIGH // 2, width=BOX, height=HIGH, rx=corner),
        el("text", _fitted(zh), x=x + BOX // 2, y=y, dy="0.35em"),
    ]
    if own:
        return el("g", box, class_="box own")
    return el("a", box, href=page.to(page.site.of(name)), class_=f"box {what}")


def _fitted(words: str) -> str:
    """As much of the words as fits into a box."""
    width = 0
    for k, letter in enumerate(words):
        width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > FIT:
            return words[: k - 1] + "…"
    return words
