"""The decision letter: nothing of it is lost, nothing in it is taken for markup, in Markdown and in print."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from sample_letter import LETTER

from shebao.files.letter import Explanation, Figure, Item, Letter, _press, markdown, pages, pdf

HOSTILE = [
    "#panic(1)",
    '"quoted" \\ back',
    "$x$ *bold* _it_ `code`",
    "@ref <label> // gone",
    "| a | b |",
    "- item",
    "1. item",
    "> quoted",
    "<script>alert(1)</script>",
    "[a](b) ~~c~~ &amp; \\*",
    "#" * 7,
]
MINIMAL = Letter("告知书", "某某中心", "张三", datetime.date(2010, 3, 5))


def texts(value: Any) -> Iterator[str]:
    """Every text of a letter."""
    if isinstance(value, str):
        if value:
            yield value
    elif is_dataclass(value):
        for part in fields(value):
            if part.name not in ("confidence", "id_number"):
                yield from texts(getattr(value, part.name))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part)


def read(source: str) -> str:
    """The text that Markdown shows, without any white space."""
    rendered = MarkdownIt("commonmark").enable("table").render(source)
    return squeezed(html.unescape(re.sub(r"<[^>]*>", "", rendered)))


def squeezed(text: str) -> str:
    return "".join(text.split())


def printed(letter: Letter) -> str:
    """The text of the printed letter's flow (letterhead, grids and footer are not in it), without any white space."""
    found = _press().print(letter, "html")[0].decode()
    return squeezed(html.unescape(re.sub(r"<[^>]*>", "", found)))


def test_markdown_has_every_text() -> None:
    found = read(markdown(LETTER))
    assert not [text for text in texts(LETTER) if squeezed(text) not in found]
    for wanted in (
        "110105********002X",
        "2010年4月30日",
        "（未经核实）",
        "已核原文",
        "结果仅供参考",
        "（一）基础养老金",
    ):
        assert wanted in found
    assert "11010519500305002X" not in found


def test_markdown_right_aligns_amounts() -> None:
    assert "| 项目 | 结果 |\n| --- | ---: |\n| 基础养老金 Basic pension | 1,513.33 元/月 |" in markdown(LETTER)


def test_print_has_every_text_of_its_flow() -> None:
    found = printed(LETTER)
    for part in (LETTER.opening, LETTER.results, LETTER.remedies, LETTER.refusals, LETTER.annexes):
        assert not [text for text in texts(part) if squeezed(text) not in found]
    for explanation in LETTER.explanations:
        for text in texts([explanation.cites, explanation.formula, explanation.sentences, explanation.figures]):
            assert squeezed(text) in found
    for wanted in ("一、核定结果", "二、未能核定的事项", "四、权利告知", "二、计算说明", "未经核实", "结果仅供参考"):
        assert wanted in found


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_never_markup(text: str) -> None:
    letter = replace(
        MINIMAL,
        title=text,
        opening=[text],
        results=[Item(text, text, text, text)],
        explanations=[
            Explanation(text, text, text, formula=text, sentences=[text], figures=[Figure(text, text, text, text)])
        ],
        remedies=[text],
    )
    assert read(markdown(letter)).count(squeezed(text)) == 16
    assert printed(letter).count(squeezed(text)) >= 12


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn", "Z"]), min_size=1, max_size=20))
def test_markdown_shows_any_text(text: str) -> None:
    assert squeezed(text) in read(markdown(replace(MINIMAL, opening=[text], results=[Item(text, text)])))


def test_parts_that_are_empty_are_left_out() -> None:
    assert markdown(MINIMAL) == "# 告知书\n\n某某中心\n\n张三：\n\n某某中心\n\n2010年3月5日\n"
    assert len(pages(MINIMAL)) == 1
    assert "一、" not in printed(MINIMAL)


def test_sections_are_numbered_by_what_is_there() -> None:
    letter = replace(LETTER, results=(), refusals=(), id_number="", facts=())
    for text in (markdown(letter), printed(letter)):
        assert "一、未经核实的数据" in text
        assert "二、权利告知" in text
        assert "一、计算说明" in text


def test_approximate_figures_of_one_name_stand_together() -> None:
    figure = LETTER.approximate[0]
    letter = replace(MINIMAL, approximate=[figure, replace(figure, period="2010年", value="2.75%")])
    wanted = "账户记账利率：2009年2.25%；2010年2.75%"
    assert wanted in read(markdown(letter))
    assert wanted in printed(letter)


def test_pdf() -> None:
    found = pdf(LETTER)
    assert found.startswith(b"%PDF-1.7")
    assert found.rstrip().endswith(b"%%EOF")
    assert b"NotoSerifSC" in found
    assert b"NotoSansSC" in found
    assert b"pdfaid:part>2" in found.replace(b" ", b"")
    assert pdf(LETTER) == found, "the same letter is the same file"
    assert pdf(replace(LETTER, addressee="李四")) != found


def test_a_long_letter_runs_over_pages() -> None:
    rows = [[f"{year}", "1,234.56"] for year in range(1850, 2000)]
    long = replace(LETTER, annexes=[replace(LETTER.annexes[0], header=["年度", "金额"], rows=rows)])
    shown = pages(long, 30)
    assert len(shown) > len(pages(LETTER, 30)) >= 3
    assert all(page.startswith(b"\x89PNG") for page in shown)
