"""The source of a rule as it is shown: coloured, and each name linked to what it stands for."""

from __future__ import annotations

import io
import keyword
import linecache
import tokenize
from enum import EnumMeta
from types import FunctionType

from shebao.rules.book.frame import Page
from shebao.rules.book.html import Child, Html, el
from shebao.rules.declare import BENEFIT_DAY
from shebao.rules.kinds import Code
from shebao.rules.language import Reason
from shebao.rules.source import definition

LANGUAGE = "shebao.rules.language"


def source(function: FunctionType) -> str:
    """The text of a function from its `def` on.  Raises TypeError when there is none."""
    node = definition(function)
    text = getattr(function, "__source_text__", None)
    if text is None:
        text = "".join(linecache.getlines(function.__code__.co_filename, function.__globals__))
    return "\n".join(text.split("\n")[node.lineno - 1 : node.end_lineno])


def helper_id(helper: FunctionType) -> str:
    """Where a helper stands on the page of a rule that calls it."""
    return f"helper-{helper.__module__}.{helper.__name__}"


def listing(page: Page, function: FunctionType, label: str) -> Html:
    """The source of a rule or helper.  Arguments of a rule lead to their pages, other names to what they are."""
    lines = source(function).split("\n")
    parts: list[Child] = []
    row, column = 1, 0
    before = ""
    for token in tokenize.generate_tokens(io.StringIO("\n".join(lines)).readline):
        if token.type in (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER):
            continue
        while row < token.start[0]:
            parts.append(lines[row - 1][column:] + "\n")
            row, column = row + 1, 0
        parts.append(lines[row - 1][column : token.start[1]])
        parts.append(_token(page, function, token, before))
        row, column = token.end
        before = token.string
    return el("pre", el("code", parts), class_="code", tabindex="0", role="region", aria_label=label)


def _token(page: Page, function: FunctionType, token: tokenize.TokenInfo, before: str) -> Child:
    word = token.string
    if token.type == tokenize.COMMENT:
        return el("span", word, class_="c")
    if token.type == tokenize.STRING:
        return el("span", word, class_="s")
    if token.type == tokenize.NUMBER:
        return el("span", word, class_="n")
    if token.type != tokenize.NAME:
        return word
    if keyword.iskeyword(word):
        return el("span", word, class_="k")
    if before == ".":
        return word
    if before == "def":
        return el("span", word, class_="d")
    return _name(page, function, word)


def _name(page: Page, function: FunctionType, word: str) -> Child:
    code, law = function.__code__, page.site.law
    rule = hasattr(function, "__rule__")
    if word in code.co_varnames[: code.co_argcount]:
        if rule and word == BENEFIT_DAY:
            return page.a(f"language.html#{BENEFIT_DAY}", word)
        if rule and (word in law.variables or word in law.inputs or word in law.parameters):
            return page.a(page.site.of(word), word, title=_zh(page, word))
        return word
    if word in code.co_varnames:
        return word
    value = function.__globals__.get(word)
    if isinstance(value, Reason) and value.name in law.reasons:
        return page.a(f"reasons.html#reason-{value.name}", word, title=value.zh)
    if isinstance(value, EnumMeta) and issubclass(value, Code) and value.__name__ in law.codes:
        return page.a(f"codes.html#code-{value.__name__}", word)
    if isinstance(value, FunctionType):
        if value.__module__ == LANGUAGE:
            return page.a(f"language.html#{value.__name__}", word, class_="f")
        return page.a(f"{page.path}#{helper_id(value)}", word, class_="f")
    if isinstance(value, int) and not isinstance(value, bool):
        return el("span", word, class_="n", title=f"= {int(value):,}")
    return word


def _zh(page: Page, name: str) -> str:
    law = page.site.law
    found = law.variables.get(name) or law.inputs.get(name) or law.parameters.get(name)
    return found.zh if found else ""
