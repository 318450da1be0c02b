"""A decision for people and machines: as a tree with its reasons, as plain text, as JSON.  The letter: sections.py."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from shebao.rules.decide import Decision, Given, ParameterUse, Step, describe
from shebao.rules.formula import in_numbers
from shebao.rules.kinds import FIRST_DAY, LAST_DAY, Kind, date_of
from shebao.rules.parameters import APPROX, Figure, Parameter
from shebao.rules.status import unpack
from shebao.rules.values import display, write

FORMAT = "shebao.decision/1"
APPROX_MARK = {"zh": "〔约〕", "en": "[approx]"}
MOST_ROWS = 8  # of a table in the tree; longer ones are cut in the middle

_WORDS = {
    "zh": {
        "refused": "未决定：",
        "shown": "（见上）",
        "empty": "未填",
        "as": "，按",
        "cites": "依据：",
        "formula": "公式：",
        "in": "代入：",
        "rows": "行",
        "day": "适用",
        "members": "名成员：",
        "figures": "个数值",
        "seed": "规划原文",
        "source": "已核原文",
        "known": "已知文号",
        "approx": "未经核实",
    },
    "en": {
        "refused": "refused: ",
        "shown": " (see above)",
        "empty": "empty",
        "as": ", taken as ",
        "cites": "clause: ",
        "formula": "formula: ",
        "in": "in numbers: ",
        "rows": "rows",
        "day": "as of",
        "members": "members: ",
        "figures": "figures",
        "seed": "from the plan",
        "source": "text seen",
        "known": "document known",
        "approx": "not verified",
    },
}


@dataclass(frozen=True)
class Table:
    """A small table in a tree; `omitted` rows were left out after row `cut`."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cut: int = 0
    omitted: int = 0


@dataclass(frozen=True)
class Node:
    """One thing in the tree of a decision.

    sort: variable, input, default (an empty input), history, members, parameter.  value: written, with its unit; the
    reason where it is refused.  marks: approx, refused, shown (it stands in full further up).  notes: clause, formula,
    source, a line each.
    """

    sort: str
    name: str
    zh: str
    en: str
    value: str
    marks: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    table: Table | None = None
    children: tuple[Node, ...] = ()


# ---------------------------------------------------------------- the tree
def tree(decision: Decision, lang: str = "zh") -> list[Node]:
    """A node for each wanted variable with what it was read from, down to facts and figures; each in full once.

    lang: of values, notes and reasons, "zh" or "en"; names are given in both.
    """
    grower = _Grower(decision, lang)
    return [grower.variable(decision[name]) for name in decision.want]


class _Grower:
    def __init__(self, decision: Decision, lang: str) -> None:
        self.decision, self.lang, self.words = decision, lang, _WORDS[lang]
        self.shown: set[str] = set()

    def variable(self, step: Step) -> Node:
        value = self.reason(step.status) if step.value is None else display(step.kind, step.value, self.lang)
        marks = {"refused"} if step.status else set()
        if step.rule.confidence == APPROX or any(use.approx for use in step.parameters):
            marks.add("approx")
        if step.name in self.shown:
            return Node("variable", step.name, step.zh, step.en, value, frozenset({*marks, "shown"}))
        self.shown.add(step.name)
        children = tuple(self.children(step))
        return Node("variable", step.name, step.zh, step.en, value, frozenset(marks), self.notes(step), None, children)

    def notes(self, step: Step) -> tuple[str, ...]:
        rule, words = step.rule, self.words
        notes = [f"{words['cites']}{rule.cites} [{words[rule.confidence]}]"]
        if rule.dated_by != "benefit_day" and step.day is not None and len(step.variable.versions) > 1:
            notes[0] += f" {words['day']} {date_of(step.day)}"
        if rule.formula:
            notes.append(f"{words['formula']}{rule.formula}")
            numbers = in_numbers(self.decision.law, step)
            if numbers:
                notes.append(f"{words['in']}{numbers} = {display(step.kind, step.value or 0, self.lang)}")
        return tuple(notes)

    def children(self, step: Step) -> Iterator[Node]:
        arguments = step.arguments
        uses = {use.parameter.name: use for use in step.parameters}
        histories: set[str] = set()
        for name in step.read_names:
            if name in self.decision.steps and (name not in arguments or arguments[name].form == "value"):
                yield self.variable(self.decision[name])
            elif name in uses:
                yield self.parameter(uses[name])
            elif name in self.decision.law.inputs:
                given = arguments.get(name) or self.decision.inputs[name]
                history = self.decision.law.inputs[name].history
                if not history:
                    yield self.given(given)
                elif history not in histories:
                    histories.add(history)
                    yield self.history(history)
            elif name in arguments and arguments[name].form == "Members":
                yield self.given(arguments[name])

    def given(self, given: Given) -> Node:
        if given.status:
            value, marks = self.reason(given.status), frozenset({"refused"})
        else:
            value, marks = self.written(given), frozenset()
        sort = "members" if given.form == "Members" else given.source
        return Node(sort, given.name, given.zh, given.en, value, marks)

    def written(self, given: Given) -> str:
        if isinstance(given.value, list):
            values = ["—" if v is None else display(given.kind, v, self.lang) for v in given.value]
            return f"{len(values)} {self.words['members']}{', '.join(values[:MOST_ROWS])}" + " …" * (
                len(values) > MOST_ROWS
            )
        if given.kind.form == "day" and given.value in (FIRST_DAY, LAST_DAY):
            return self.words["empty"]  # also where a record wrote down that it never was
        text = display(given.kind, given.value or 0, self.lang)
        return f"{self.words['empty']}{self.words['as']}{text}" if given.source == "default" else text

    def history(self, history: str) -> Node:
        names = "历史记录", history
        inputs = self.decision.law.inputs
        columns = [given for given in self.decision.inputs.values() if inputs[given.name].history == history]
        first = columns[0]
        if not isinstance(first.value, list):
            return Node("history", history, *names, self.reason(first.status), frozenset({"refused"}))
        value = f"{len(first.value)} {self.words['rows']}"
        if history in self.shown:
            return Node("history", history, *names, value, frozenset({"shown"}))
        self.shown.add(history)
        return Node("history", history, *names, value, table=_cut(*history_table(self.decision, columns, self.lang)))

    def parameter(self, use: ParameterUse) -> Node:
        parameter, figures, lang = use.parameter, use.figures, self.lang
        marks = frozenset({"approx"} if use.approx else ())
        rows = [
            (period(parameter, f, lang), display(parameter.kind, f.value, lang), source(f), self.words[f.confidence])
            for f in figures
        ]
        names = parameter.name, parameter.zh, parameter.en
        if len(figures) == 1:
            when, value, where, sure = rows[0]
            return Node("parameter", *names, value, marks, (f"{when} {where} [{sure}]",))
        header = (
            ("期间", "数值", "文件与条款", "核对") if self.lang == "zh" else ("period", "figure", "document", "sure")
        )
        value = f"{len(rows)} {self.words['figures']}"
        return Node("parameter", *names, value, marks, table=_cut(header, sorted(rows)))

    def reason(self, status: int) -> str:
        zh, en = describe(self.decision.plan, status)
        return self.words["refused"] + (zh if self.lang == "zh" else en)


def history_table(
    decision: Decision, columns: Sequence[Given], lang: str = "zh"
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """(header, rows) of columns of a history, as the case gave them: without columns and cells that it left empty."""
    given = [(c, decision.fact(c.name)) for c in columns]
    given = [(c, fact) for c, fact in given if fact is not None and any(v is not None for v in fact)]
    header = tuple(c.zh if lang == "zh" else c.en for c, _ in given)
    cells = [["" if v is None else display(c.kind, v, lang) for v in fact] for c, fact in given]
    return header, list(zip(*cells, strict=True))


def _cut(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """At most MOST_ROWS rows: the first ones and the last ones."""
    if len(rows) <= MOST_ROWS:
        return Table(header, tuple(rows))
    half = MOST_ROWS // 2
    return Table(header, (*rows[:half], *rows[-half:]), half, len(rows) - 2 * half)


def period(parameter: Parameter, figure: Figure, lang: str = "zh") -> str:
    """When, and for which key or band, a figure holds: 2009年, 2006-01-01起（60 年）."""
    chinese = lang == "zh"
    if parameter.yearly:
        when = f"{figure.start}年" if chinese else str(figure.start)
    elif figure.end >= LAST_DAY:
        when = f"{date_of(figure.start)}起" if chinese else f"from {date_of(figure.start)}"
    else:
        when = f"{date_of(figure.start)}{'至' if chinese else ' to '}{date_of(figure.end)}"
    within = key_of(parameter, figure, lang)
    return (f"{when}（{within}）" if chinese else f"{when} ({within})") if within else when


def key_of(parameter: Parameter, figure: Figure, lang: str = "zh") -> str:
    """The key or band of a figure, for people; empty when it has none."""
    if figure.key is not None and parameter.by is not None:
        return display(parameter.by, figure.key, lang)
    if parameter.bands is None:
        return ""
    low, below = (None if v is None else display(parameter.bands, v, lang) for v in (figure.low, figure.below))
    parts = [f"{low}起" if lang == "zh" else f"from {low}"] if low else []
    parts += [f"{below}以下" if lang == "zh" else f"below {below}"] if below else []
    return ("，" if lang == "zh" else ", ").join(parts)


def source(figure: Figure) -> str:
    """Document and clause of a figure, or where else it comes from."""
    return " ".join(part for part in (figure.doc, figure.clause) if part) or figure.source


# ---------------------------------------------------------------- plain text
def text(nodes: Sequence[Node], lang: str = "zh") -> str:
    """The tree as text with lines, one node under the other."""
    lines: list[str] = []
    for node in nodes:
        _draw(node, "", "", lang, lines)
    return "\n".join(lines) + "\n"


def _draw(node: Node, lead: str, below: str, lang: str, lines: list[str]) -> None:
    lines.append(lead + title(node, lang))
    inner = below + ("│  " if node.children else "   ")
    lines += [inner + note for note in node.notes]
    if node.table:
        lines += [inner + line for line in _drawn(node.table)]
    for k, child in enumerate(node.children):
        last = k == len(node.children) - 1
        _draw(child, below + ("└─ " if last else "├─ "), below + ("   " if last else "│  "), lang, lines)


def title(node: Node, lang: str = "zh") -> str:
    """Names and value of a node, with its marks."""
    names = node.zh if node.zh == node.en else f"{node.zh} {node.en}"
    mark = APPROX_MARK[lang] if "approx" in node.marks else ""
    shown = _WORDS[lang]["shown"] if "shown" in node.marks else ""
    return f"{names} {'' if 'refused' in node.marks else '= '}{node.value}{mark}{shown}"


def _drawn(table: Table) -> list[str]:
    rows = [table.header, *table.rows]
    widths = [max(_width(row[k]) for row in rows) for k in range(len(table.header))]
    lines = [
        "  ".join(cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    if table.omitted:
        lines.insert(1 + table.cut, f"… {table.omitted} …")
    return lines


def _width(cell: str) -> int:
    """Columns in a terminal: what is not Latin takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in cell)


# ---------------------------------------------------------------- JSON
def as_json(decision: Decision) -> dict[str, Any]:
    """The whole decision, for keeping and for other programs: plain dicts, lists, texts, ints and bools.

    Values are given as the integer of the kind (`value`) and as written (`written`: yuan, dates, names of codes).
    `hash` is over everything else, so that a kept decision can be told from another.
    """
    plan = decision.plan
    found: dict[str, Any] = {
        "format": FORMAT,
        "law": decision.fingerprint,
        "on": date_of(decision.on).isoformat(),
        "mode": decision.mode,
        "accepted": sorted(decision.accepted),
        "want": list(decision.want),
        "results": {name: _outcome(decision, decision[name]) for name in decision.want},
        "inputs": {name: _given(decision, given) for name, given in decision.inputs.items()},
        "steps": [_step(decision, step) for step in decision.steps.values()],
        "approximate": [
            {
                "step": step.name,
                "parameter": use.parameter.name,
                "figures": [_figure(use.parameter, f) for f in use.figures],
            }
            for step, use in decision.approx
        ],
        "groups": list(plan.groups),
    }
    canonical = json.dumps(found, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**found, "hash": hashlib.sha256(canonical.encode()).hexdigest()}


def _named(zh: str, en: str, kind: Kind) -> dict[str, Any]:
    return {
        "zh": zh,
        "en": en,
        "kind": kind.name,
        "unit": {"zh": kind.zh, "en": kind.en} if kind.form == "number" else None,
    }


def _outcome(decision: Decision, step: Step) -> dict[str, Any]:
    named = _named(step.zh, step.en, step.kind)
    if step.value is None:
        return {**named, "value": None, "written": None, "refused": _refusal(decision, step.status)}
    return {**named, "value": step.value, "written": write(step.kind, step.value)}


def _refusal(decision: Decision, status: int) -> dict[str, Any]:
    why, _, detail = unpack(status)
    zh, en = describe(decision.plan, status)
    return {"why": why.name, "detail": detail, "zh": zh, "en": en, "status": status}


def _given(decision: Decision, given: Given) -> dict[str, Any]:
    found = {**_named(given.zh, given.en, given.kind), "source": given.source, "read": given.read, "value": given.value}
    if given.status:
        found["refused"] = _refusal(decision, given.status)
    elif isinstance(given.value, list):
        found["written"] = [None if v is None else write(given.kind, v) for v in given.value]
    elif given.value is not None:
        found["written"] = write(given.kind, given.value)
    return found


def _step(decision: Decision, step: Step) -> dict[str, Any]:
    rule = step.rule
    return {
        "name": step.name,
        **_outcome(decision, step),
        "owner": step.variable.owner,
        "read": step.read,
        "rule": {
            "name": rule.name,
            "cites": rule.cites,
            "since": date_of(rule.since).isoformat(),
            "until": date_of(rule.until).isoformat(),
            "dated_by": rule.dated_by,
            "day": None if step.day is None else date_of(step.day).isoformat(),
            "run": step.version is not None,
            "formula": rule.formula,
            "in_numbers": in_numbers(decision.law, step),
            "confidence": rule.confidence,
            "note": rule.note,
            "text": rule.text,
        },
        "arguments": {name: _given(decision, given) for name, given in step.arguments.items()},
        "parameters": [
            {
                "name": use.parameter.name,
                **_named(use.parameter.zh, use.parameter.en, use.parameter.kind),
                "written_in": use.parameter.unit,
                "figures": [_figure(use.parameter, f) for f in use.figures],
            }
            for use in step.parameters
        ],
    }


def _figure(parameter: Parameter, figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = {"value": figure.value, "written": write(parameter.kind, figure.value)}
    if parameter.yearly:
        found["year"] = figure.start
    else:
        found["from"] = date_of(figure.start).isoformat()
        found["to"] = None if figure.end >= LAST_DAY else date_of(figure.end).isoformat()
    if figure.key is not None and parameter.by is not None:
        found["key"] = write(parameter.by, figure.key)
    if parameter.bands is not None:
        low, below = (None if v is None else write(parameter.bands, v) for v in (figure.low, figure.below))
        found |= {"low": low, "below": below}
    details = ("doc", "clause", "source", "confidence", "note")
    return found | {name: getattr(figure, name) for name in details if getattr(figure, name)}
