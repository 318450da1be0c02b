"""HTML built from Python: every text is escaped unless it is markup made here.  The only place that knows markup."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

VOID = frozenset({"br", "hr", "input", "link", "meta", "wbr"})


class Html(str):
    """Markup that is ready: made by `el`, `join` and `text`, never from a text of the law."""

    __slots__ = ()


Child: TypeAlias = "str | int | Iterable[Child] | None"  # None is nothing
Attribute: TypeAlias = "str | int | float | bool | None"  # True stands alone, False and None are left out


def text(child: Child) -> Html:
    """A child as markup: texts escaped, iterables one after the other."""
    if isinstance(child, Html):
        return child
    if child is None:
        return Html()
    if isinstance(child, (str, int)):
        return Html(escape(str(child), quote=False))
    return Html("".join(text(one) for one in child))


def el(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """An element.  `class_` and `for_` are class and for; `aria_label` is aria-label."""
    words = [name]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        words.append(key if value is True else f'{key}="{escape(str(value))}"')
    head = f"<{' '.join(words)}>"
    return Html(head) if name in VOID else Html(f"{head}{text(children)}</{name}>")


def join(between: Child, parts: Iterable[Child]) -> Html:
    """The parts with something between each two."""
    return Html(text(between).join(text(part) for part in parts))


def english(words: Child) -> Html:
    """A text in English, beside a Chinese one."""
    return el("span", words, lang="en", class_="en")


def both(zh: Child, en: Child) -> Html:
    """Chinese, then English smaller."""
    return Html(f"{text(zh)} {english(en)}") if en else text(zh)
