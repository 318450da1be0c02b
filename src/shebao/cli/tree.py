"""The tree of a decision on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table as Grid
from rich.text import Text
from rich.tree import Tree

from shebao.cli.terminal import Lang
from shebao.rules.explain import APPROX_MARK, Node, Table, title

_STYLES = {"variable": "bold", "parameter": "cyan", "history": "green", "input": "green", "members": "green"}


def rendered(nodes: Sequence[Node], lang: Lang) -> RenderableType:
    """One tree for each wanted variable."""
    return Group(*(_grown(node, lang, None) for node in nodes))


def _grown(node: Node, lang: Lang, parent: Tree | None) -> Tree:
    said = title(node, lang.value)
    style = "red" if "refused" in node.marks else "dim" if "shown" in node.marks else _STYLES.get(node.sort, "")
    head = Text(said, style)
    head.highlight_words([APPROX_MARK[lang.value]], "yellow")
    parts: list[RenderableType] = [head, *(Text(note, "dim") for note in node.notes)]
    if node.table:
        parts.append(_table(node.table))
    label = Group(*parts)
    tree = Tree(label, guide_style="dim") if parent is None else parent.add(label)
    for child in node.children:
        _grown(child, lang, tree)
    return tree


def _table(table: Table) -> Grid:
    grid = Grid(*map(escape, table.header), box=box.SIMPLE_HEAD, padding=(0, 1), header_style="dim")
    for k, row in enumerate(table.rows):
        if table.omitted and k == table.cut:
            grid.add_row(f"[dim]… {table.omitted} …[/]")
        grid.add_row(*map(escape, row))
    return grid
