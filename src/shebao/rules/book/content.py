"""What the law book is written from: the law arranged by programme, with readers, documents, changes and cases."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from types import FunctionType
from typing import Any, NamedTuple

from shebao.rules import language
from shebao.rules.cases import FILE, Case, Failure, check_case, load_cases
from shebao.rules.declare import Input, Rule
from shebao.rules.figures import APPROX, Figure, Parameter
from shebao.rules.graph import reads
from shebao.rules.kinds import FEN, FIRST_DAY, LAST_DAY, day
from shebao.rules.language import Reason, is_helper
from shebao.rules.law import Law, Variable

_CJK = re.compile(r"[\u3400-\u9fff]")
_NUMBERED = re.compile(r"〔|令第|\d号|法$|法 |条例|细则|决定")


@dataclass(frozen=True)
class Programme:
    """A folder of the law: its names (from the first line of its docstring), text, and what it declares, in order.

    One that declares nothing holds cases of several programmes."""

    package: str
    slug: str
    zh: str
    en: str
    text: str
    variables: tuple[Variable, ...]  # in the order of evaluation
    inputs: tuple[Input, ...]
    parameters: tuple[Parameter, ...]
    cases: tuple[Case, ...]


class Cited(NamedTuple):
    """A document, and the clause of it that is cited."""

    doc: str
    clause: str


class Change(NamedTuple):
    """Something that begins or ends on a day.  what: start, version, end (a variable), figure, year, gap."""

    day: int
    what: str
    programme: Programme
    name: str
    figures: tuple[Figure, ...] = ()


def cited(text: str) -> tuple[Cited, ...]:
    """The documents of a citation: parted by ；, or by 、 before another document; the clause follows a space."""
    found: list[Cited] = []
    held = ""
    for piece in _pieces(text):
        held += piece
        mark = held[-1:] if held[-1:] in "；、" else ""
        if mark == "、" and not _NUMBERED.search(held[:-1]):
            continue  # 市人力社保局、市统计局通知 is one document of two offices
        found.append(_cited(held.removesuffix(mark).strip()))
        held = ""
    if held:
        found.append(_cited(held.rstrip("；、").strip()))
    return tuple(one for one in found if one.doc)


def _pieces(text: str) -> list[str]:
    """The text cut after each ； and 、 that stands outside brackets."""
    pieces, depth = [""], 0
    for letter in text:
        depth += (letter in "（(") - (letter in "）)")
        pieces[-1] += letter
        if letter in "；、" and depth == 0:
            pieces.append("")
    return [piece for piece in pieces if piece]


def _cited(text: str) -> Cited:
    doc, _, clause = text.partition(" ")
    return Cited(doc, clause) if _NUMBERED.search(doc + " ") else Cited(text, "")


def helpers_of(function: FunctionType) -> tuple[FunctionType, ...]:
    """The law's own helpers that a function calls, and those that they call; the language's are not among them."""
    found: dict[FunctionType, None] = {}
    left = [function]
    while left:
        asked = left.pop(0)
        for name in asked.__code__.co_names:
            value = asked.__globals__.get(name)
            if isinstance(value, FunctionType) and is_helper(value) and value.__module__ != language.__name__:
                if value not in found:
                    left.append(value)
                found[value] = None
    return tuple(found)


def _named(rule: Rule, wanted: type[Any]) -> list[Any]:
    """The module's objects of a type that a rule or its helpers name."""
    functions = [_function(rule), *helpers_of(_function(rule))]
    values = [f.__globals__.get(name) for f in functions for name in f.__code__.co_names]
    return [value for value in values if isinstance(value, wanted)]


def _function(rule: Rule) -> FunctionType:
    assert isinstance(rule.function, FunctionType)
    return rule.function


def file_names(names: Iterable[str]) -> dict[str, str]:
    """A file name for each name: plain letters, and different from all others whatever the case of the letters."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_.-]", "-", name).strip(".") or "-"
        candidate, k = plain, 2
        while candidate.lower() in taken:
            candidate, k = f"{plain}-{k}", k + 1
        taken.add(candidate.lower())
        found[name] = candidate
    return found


class Content:
    """The law as the book tells it.  Raises CaseError when a file of cases cannot be used."""

    def __init__(self, law: Law) -> None:
        self.law = law
        self.needs: dict[str, tuple[str, ...]] = {n: tuple(reads(v)) for n, v in law.variables.items()}
        self.needed: dict[str, list[str]] = {}
        for name, needs in self.needs.items():
            for need in needs:
                self.needed.setdefault(need, []).append(name)
        self._homes = _homes(law)
        self.programmes = self._programmes()
        self.order = [v.name for p in self.programmes for v in p.variables]
        self.home = {v.name: p for p in self.programmes for v in p.variables}
        self.home |= {i.name: p for p in self.programmes for i in p.inputs}
        self.home |= {p.name: programme for programme in self.programmes for p in programme.parameters}
        self.cases = [(p, case) for p in self.programmes for case in p.cases]
        self.failures: dict[str, list[Failure]] = {c.name: check_case(law, c) for _, c in self.cases}

    # ---- programmes
    def _programmes(self) -> tuple[Programme, ...]:
        law = self.law
        variables = self._evaluated()
        needs: dict[str, set[str]] = {}
        for name, home in self._homes.items():
            own = needs.setdefault(home, set())
            own |= {self._homes[n] for n in self.needs.get(name, ())} - {home}
        for _ in needs:
            for own in needs.values():
                own |= {far for near in list(own) for far in needs[near]}
        size = {home: sum(h == home for n, h in self._homes.items() if n in law.variables) for home in needs}
        order = sorted(needs, key=lambda home: (len(needs[home] - {home}), -size[home], home))
        order += [home for home, folder in law.folders.items() if home not in needs and (folder / FILE).exists()]
        slugs = file_names(_short(home, order) for home in order)
        found: list[Programme] = []
        for home in order:
            zh, en, body = _names(home)
            folder = law.folders.get(home)
            cases = load_cases(folder / FILE, law) if folder and (folder / FILE).exists() else []
            found.append(
                Programme(
                    home,
                    slugs[_short(home, order)],
                    zh,
                    en,
                    body,
                    tuple(v for v in variables if self._homes[v.name] == home),
                    tuple(i for i in law.inputs.values() if self._homes[i.name] == home),
                    tuple(p for p in law.parameters.values() if self._homes[p.name] == home),
                    tuple(cases),
                )
            )
        return tuple(found)

    def _evaluated(self) -> tuple[Variable, ...]:
        """All variables in an order of evaluation that follows the sources where it can."""

        def stands(name: str) -> tuple[str, int]:
            function = self.law.variables[name].versions[0].rule.function
            return function.__module__, function.__code__.co_firstlineno

        return self.law.plan(sorted(self.law.variables, key=stands)).order

    def results(self, programme: Programme) -> list[str]:
        """What a programme is for: variables that no rule reads, and amounts of money that only such ones read."""
        last = {name for name in self.order if not self.needed.get(name)}
        return [
            v.name
            for v in programme.variables
            if v.name in last or (v.kind == FEN and last.issuperset(self.needed[v.name]))
        ]

    def reaches(self, name: str) -> list[str]:
        """The variables that a name has a part in, in the order of the book."""
        found: set[str] = set()
        left = [name]
        while left:
            for reader in self.needed.get(left.pop(), ()):
                if reader not in found:
                    found.add(reader)
                    left.append(reader)
        return [n for n in self.order if n in found]

    # ---- what refers to what
    @cached_property
    def refuses(self) -> dict[str, list[str]]:
        """By reason: the variables whose rules refuse for it."""
        found: dict[str, list[str]] = {name: [] for name in self.law.reasons}
        for name in self.order:
            for reason in self.reasons(self.law.variables[name]):
                found[reason.name].append(name)
        return found

    def reasons(self, variable: Variable) -> list[Reason]:
        """The reasons for which a variable's own rules may refuse."""
        named = [r for version in variable.versions for r in _named(version.rule, Reason)]
        return list({r.name: r for r in named if r.name in self.law.reasons}.values())

    @cached_property
    def coded(self) -> dict[str, list[str]]:
        """By code class: the inputs, variables and parameters of that kind or key."""
        found: dict[str, list[str]] = {name: [] for name in self.law.codes}
        kinds = [(i.name, i.kind) for i in self.law.inputs.values()]
        kinds += [(n, self.law.variables[n].kind) for n in self.order]
        kinds += [(p.name, kind) for p in self.law.parameters.values() for kind in (p.kind, p.by) if kind]
        for name, kind in kinds:
            if kind.codes is not None and name not in found.setdefault(kind.name, []):
                found[kind.name].append(name)
        return found

    @cached_property
    def documents(self) -> dict[str, list[tuple[str, str]]]:
        """By document: (name of the variable or parameter, clause), newest document first."""
        found: dict[str, dict[tuple[str, str], None]] = {}
        for name in self.order:
            for version in self.law.variables[name].versions:
                for one in cited(version.rule.cites):
                    found.setdefault(one.doc, {})[name, one.clause] = None
        for parameter in self.law.parameters.values():
            for figure in parameter.figures:
                for one in cited(figure.doc):
                    found.setdefault(one.doc, {})[parameter.name, figure.clause or one.clause] = None
        return {doc: list(found[doc]) for doc in sorted(found, key=_by_year)}

    @cached_property
    def expected(self) -> dict[str, list[tuple[Programme, Case]]]:
        """By variable: the cases that say something about it."""
        found: dict[str, list[tuple[Programme, Case]]] = {}
        for programme, case in self.cases:
            for name in case.want:
                found.setdefault(name, []).append((programme, case))
        return found

    # ---- what changed when
    @cached_property
    def changes(self) -> list[Change]:
        """All days on which a rule or a figure begins or ends, in order."""
        found: list[Change] = []
        for programme in self.programmes:
            for variable in programme.variables:
                found += _changes(programme, variable)
            for parameter in programme.parameters:
                found += _figure_changes(programme, parameter)
        return sorted(found, key=lambda c: (c.day, c.what != "year", self.programmes.index(c.programme)))


def gaps(parameter: Parameter) -> list[tuple[int, int]]:
    """The spans (days or years, both ends included) between figures in which a parameter has none at all."""
    found: list[tuple[int, int]] = []
    reach: int | None = None
    for figure in sorted(parameter.figures, key=lambda f: f.start):
        if reach is not None and figure.start > reach + 1:
            found.append((reach + 1, figure.start - 1))
        reach = figure.end if reach is None else max(reach, figure.end)
    return found


def is_approx(law: Law, name: str) -> bool:
    """Whether a variable has an approximate rule, or a parameter an approximate figure; a fact has neither."""
    if name in law.variables:
        return any(v.rule.confidence == APPROX for v in law.variables[name].versions)
    return name in law.parameters and law.parameters[name].has_approx


def approx_figures(parameter: Parameter) -> list[Figure]:
    return [f for f in parameter.figures if f.confidence == APPROX]


def _changes(programme: Programme, variable: Variable) -> list[Change]:
    found: list[Change] = []
    for k, version in enumerate(variable.versions):
        if version.rule.since > FIRST_DAY:
            found.append(Change(version.rule.since, "version" if k else "start", programme, variable.name))
    last = variable.versions[-1].rule.until
    return [*found, Change(last, "end", programme, variable.name)] if last < LAST_DAY else found


def _figure_changes(programme: Programme, parameter: Parameter) -> list[Change]:
    found: list[Change] = []
    starts = sorted({f.start for f in parameter.figures})
    for start in starts:
        figures = tuple(f for f in parameter.figures if f.start == start)
        when = day(f"{start:04d}-01-01") if parameter.yearly else start
        found.append(Change(when, "year" if parameter.yearly else "figure", programme, parameter.name, figures))
    if not parameter.yearly:
        for end in sorted({f.end for f in parameter.figures if f.end < LAST_DAY}):
            if not any(f.start <= end + 1 <= f.end for f in parameter.figures):
                found.append(Change(end, "gap", programme, parameter.name))
    return found


# ---- where things stand
def _homes(law: Law) -> dict[str, str]:
    """By name of a variable, input or parameter: the package of its programme; a module that has no package its own."""
    found = {n: _package(law, v.rule.function.__module__) for n, v in law.variables.items()}
    files = set(law.files)
    for module in list(sys.modules.values()):
        held = getattr(module, "__dict__", {})
        if held.get("__file__") in files:
            for given in held.get("INPUTS", ()):
                found[given.name] = _package(law, module.__name__)
    folders = {PurePosixPath(*folder.parts[-2:]): package for package, folder in law.folders.items()}
    for parameter in law.parameters.values():
        package = folders.get(PurePosixPath(parameter.origin).parent)
        if package is not None:
            found[parameter.name] = package
    readers = {need: name for name, v in law.variables.items() for need in reads(v)}
    for name in (*law.inputs, *law.parameters):
        if name not in found:
            found[name] = found[readers[name]] if name in readers else next(iter(found.values()), "")
    return found


def _package(law: Law, module: str) -> str:
    """The folder of the law in which a module stands."""
    around = [package for package in law.folders if f"{module}.".startswith(f"{package}.")]
    return max(around, key=len, default=module)


def _short(package: str, others: Iterable[str]) -> str:
    """The last part of a package's name, or all of it when another has the same."""
    last = package.rpartition(".")[2]
    return package if sum(other.rpartition(".")[2] == last for other in others) > 1 else last


def _names(package: str) -> tuple[str, str, str]:
    """(Chinese name, what it is about, further text) of a package, from its docstring: 名称: what it decides."""
    doc = getattr(sys.modules.get(package), "__doc__", "") or ""
    first, _, rest = doc.strip().partition("\n")
    zh, colon, en = first.partition(":")
    if not colon or not _CJK.search(zh):
        zh, en = package.rpartition(".")[2], first
    return zh.strip(), en.strip(), rest.strip()


def names_of(package: str) -> tuple[str, str]:
    """(Chinese name, what it is about) of a package that holds programmes."""
    return _names(package)[:2]


def _by_year(doc: str) -> tuple[int, str]:
    year = re.search(r"[〔（(](\d{4})", doc)
    return (-int(year[1]) if year else 0, doc)


def title_of(law: Law, name: str) -> tuple[str, str]:
    """(Chinese, English) name of a variable, an input or a parameter."""
    tables: tuple[Mapping[str, Any], ...] = (law.variables, law.inputs, law.parameters)
    for table in tables:
        if name in table:
            return table[name].zh, table[name].en
    raise KeyError(name)
