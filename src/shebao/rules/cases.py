"""Worked cases: facts with the values that a document, or a calculation by hand, gives for them; run against the law.

Each programme folder has a cases.yaml.  Everything in it is written as people write it: yuan, dates, names of codes.

expect: variables with their values.  benefits: what is paid, with its value; every other benefit of the law is then
expected to be nothing.  then: what happens later, step after step, each with its day, the facts that are new or
changed (members of a group are given again as a whole) and what is expected then.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from shebao.rules.decide import MEMBERS, Decision, decide, describe
from shebao.rules.declare import PERSON, Input
from shebao.rules.graph import Plan
from shebao.rules.kinds import DAY, Kind
from shebao.rules.law import Law
from shebao.rules.rows import MODES
from shebao.rules.status import Why, unpack
from shebao.rules.values import Problem, parse, write
from shebao.rules.yamltext import Document, read_yaml

FILE = "cases.yaml"
_KEYS = ("name", "zh", "on", "source", "working", "mode", "facts", "expect", "benefits", "refused", "then")
_STEP = ("zh", "on", "working", "facts", "expect", "benefits", "refused")
_NEEDED = ("name", "zh", "on", "source", "facts")
_REFUSED = ("why", "subject")

Steps = tuple[str | int, ...]  # keys and indexes from the top of a document


class CaseError(ValueError):
    """A file of cases that cannot be used.  `problems`: every fault, each with file, line, case, key and remedy."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(p.en for p in problems))
        self.problems = tuple(problems)
        self.zh = "\n".join(p.zh for p in problems)
        self.en = str(self)


class Refused(NamedTuple):
    """An expected refusal: the name of a Why, and of what it is about ("" is any)."""

    why: str
    subject: str

    def __str__(self) -> str:
        return f"refused: {self.why} {self.subject}".rstrip()


@dataclass(frozen=True)
class Case:
    """A worked case.  facts, groups, on: as `decide` takes them.  expect: values in the integers of their kinds."""

    name: str
    zh: str
    on: int
    source: str
    working: str
    mode: str
    facts: Mapping[str, object]
    groups: Mapping[str, Mapping[str, object]]
    expect: Mapping[str, int | bool]
    refused: Mapping[str, Refused]
    file: str
    line: int

    @property
    def want(self) -> tuple[str, ...]:
        """The variables about which the case says something."""
        return (*self.expect, *self.refused)


class Failure(NamedTuple):
    """A value of a case that came out otherwise; expected and got in written units."""

    case: Case
    variable: str
    expected: str
    got: str

    def __str__(self) -> str:
        place = f"{self.case.file}:{self.case.line}: {self.case.name}"
        return f"{place}: {self.variable}: expected {self.expected}, got {self.got}"


@dataclass(frozen=True)
class Report:
    """What `check_all` found.  values: how many values were compared.  untold: variables that no case expects."""

    cases: tuple[Case, ...]
    values: int
    failures: tuple[Failure, ...]
    untold: tuple[str, ...]


def load_cases(path: Path, law: Law) -> list[Case]:
    """The cases of a file, or of the cases.yaml of a folder and of all folders in it.  Raises CaseError."""
    files = sorted(path.rglob(FILE)) if path.is_dir() else [path]
    return _load(files, law)


def _load(files: Iterable[Path], law: Law) -> list[Case]:
    cases: list[Case] = []
    problems: list[Problem] = []
    for file in files:
        reader = _Reader(file, law)
        cases += reader.cases()
        problems += reader.problems
    known: dict[str, Case] = {}
    for case in cases:
        if known.setdefault(case.name, case) is not case:
            place = f"{case.file}:{case.line}: {case.name}"
            problems.append(Problem(f"{place}：案例名重复，请改名", f"{place}: the name stands twice; give it another"))
    if problems:
        raise CaseError(problems)
    return cases


def check_case(law: Law, case: Case) -> list[Failure]:
    """What comes out otherwise than the case says; empty when all is as it should be."""
    decision = decide(law, case.facts, on=case.on, want=case.want, mode=case.mode, groups=case.groups, trace=False)
    failures: list[Failure] = []
    for name, value in case.expect.items():
        if decision.status(name) or decision.value(name) != value:
            kind = law.variables[name].kind
            failures.append(Failure(case, name, write(kind, value), _got(decision, name)))
    for name, refused in case.refused.items():
        found = refusal_of(decision.plan, decision.status(name)) if decision.status(name) else None
        if found is None or found.why != refused.why or refused.subject not in ("", found.subject):
            failures.append(Failure(case, name, str(refused), _got(decision, name)))
    return failures


def _got(decision: Decision, name: str) -> str:
    step = decision[name]
    if step.status:
        return f"{refusal_of(decision.plan, step.status)} ({describe(decision.plan, step.status)[1]})"
    return write(step.kind, step.value or 0)


def refusal_of(plan: Plan, status: int) -> Refused:
    """A status that is not 0, by names."""
    why, subject, _ = unpack(status)
    names: Sequence[str] = {
        "input": plan.inputs,
        "parameter": plan.parameters,
        "variable": plan.variables,
        "rule": [rule.variable for rule in plan.rules] if why.of == "rule" else (),
        "reason": plan.reasons,
        "group": plan.groups,
    }[why.of]
    return Refused(why.name, names[subject] if subject < len(names) else "")


def check_all(law: Law) -> Report:
    """Runs the cases of all folders of the law.  Raises CaseError when a file cannot be used."""
    files = [folder / FILE for folder in law.folders.values()]
    cases = _load([file for file in files if file.exists()], law)
    failures = [failure for case in cases for failure in check_case(law, case)]
    told = {name for case in cases for name in case.want}
    untold = tuple(name for name in law.variables if name not in told)
    return Report(tuple(cases), sum(len(case.want) for case in cases), tuple(failures), untold)


def benefits(law: Law) -> list[str]:
    """The variables that are paid to somebody."""
    return [name for name, variable in law.variables.items() if variable.rule.pays]


def load_facts(path: Path, law: Law) -> tuple[Mapping[str, object], Mapping[str, Mapping[str, object]]]:
    """The facts of one person, and of the groups he is in with their members, as in a case.  Raises CaseError."""
    reader = _Reader(path, law)
    try:
        reader.document = read_yaml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reader.fault((), "无法读取", f"cannot be read ({error})")
    except Problem as problem:
        reader.fault((), problem.zh, problem.en)
    facts, groups = reader.facts((), reader.document.tree, ())
    if reader.problems:
        raise CaseError(reader.problems)
    return facts, groups


def _mapping(tree: object) -> dict[str, object]:
    return tree if isinstance(tree, dict) else {}


def _merged(facts: Mapping[str, object], new: Mapping[str, object], groups: Collection[str]) -> dict[str, object]:
    """Facts with the new ones in place of the old; of a group, fact by fact."""
    merged = {**facts, **new}
    for name in groups:
        if name in facts and name in new:
            merged[name] = {**_mapping(facts[name]), **_mapping(new[name])}
    return merged


class _Reader:
    """Reads one file, keeping every fault."""

    def __init__(self, path: Path, law: Law) -> None:
        self.path, self.law = path, law
        self.problems: list[Problem] = []
        self.document = Document(None, None)
        self.case = ""  # the name of the case at hand
        self.inputs = {name: given for name, given in law.inputs.items() if not given.history}
        self.histories: dict[str, dict[str, Input]] = {}
        for given in law.inputs.values():
            if given.history:
                field = given.name.removeprefix(given.history + "_")
                self.histories.setdefault(given.history, {})[field] = given

    def cases(self) -> list[Case]:
        try:
            self.document = read_yaml(self.path.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            self.fault((), "无法读取", f"cannot be read ({error})")
        except Problem as problem:
            self.fault((), problem.zh, problem.en)
        tree = self.document.tree
        if tree is not None and not isinstance(tree, list):
            self.fault((), "应为案例列表", "a list of cases is wanted: - name: ...")
        found: list[Case | None] = []
        for k, body in enumerate(tree if isinstance(tree, list) else []):
            found.append(self.one((k,), body))
            if isinstance(body, dict) and "then" in body:
                found += self.later((k, "then"), body)
        return [case for case in found if case is not None]

    def later(self, path: Steps, before: Mapping[str, object]) -> Iterable[Case | None]:
        """The later steps of a case, each with the facts of those before it."""
        name, facts = before.get("name"), _mapping(before.get("facts"))
        for k, tree in enumerate(self.items(path, before["then"])):
            step = self.mapping((*path, k), tree, _STEP)
            facts = _merged(facts, _mapping(step.get("facts")), self.law.groups)
            common = {key: before.get(key) for key in ("zh", "source", "mode")}
            yield self.one((*path, k), {**common, **step, "name": f"{name}-{k + 2}", "facts": facts})

    def one(self, path: Steps, tree: object) -> Case | None:
        before = len(self.problems)
        self.case = str(tree.get("name") or "") if isinstance(tree, dict) else ""
        body = self.mapping(path, tree, _KEYS)
        for key in _NEEDED:
            if key not in body:
                self.fault((*path, key), f"缺少{key}", f"{key} is missing; add it")
        if not body.get("expect") and not body.get("refused") and "benefits" not in body:
            self.fault(
                path, "应有expect、benefits或refused", "it expects nothing; add `expect`, `benefits` or `refused`"
            )
        on = self.value((*path, "on"), DAY, body.get("on"))
        mode = self.text((*path, "mode"), body.get("mode")) or MODES[0]
        if mode not in MODES:
            self.fault((*path, "mode"), f"应为{'、'.join(MODES)}之一", f"{mode} is no mode; use {' or '.join(MODES)}")
        facts, groups = self.facts((*path, "facts"), body.get("facts"), ())
        expect: dict[str, int | bool] = {}
        for name, written in self.named((*path, "expect"), body.get("expect")).items():
            value = self.value((*path, "expect", name), self.law.variables[name].kind, written)
            if value is not None:
                expect[name] = value
        refused = {
            name: self.refusal((*path, "refused", name), written)
            for name, written in self.named((*path, "refused"), body.get("refused")).items()
        }
        if "benefits" in body:
            there = {PERSON, *groups, *(g.name for g in self.law.groups.values() if g.alone)}
            told = {*expect, *_mapping(body.get("refused"))}
            expect |= {b: 0 for b in benefits(self.law) if self.law.variables[b].owner in there and b not in told}
            for name, written in self.named((*path, "benefits"), body["benefits"]).items():
                value = self.value((*path, "benefits", name), self.law.variables[name].kind, written)
                if value is not None:
                    expect[name] = value
        texts = {key: self.text((*path, key), body.get(key)) for key in ("name", "zh", "source", "working")}
        for name in sorted(set(expect) & set(refused)):
            self.fault((*path, "refused", name), "同时列在expect中", "stands under `expect` too; keep one")
        if len(self.problems) > before or on is None:
            return None
        line = self.document.line(path)
        return Case(
            **texts,
            on=int(on),
            mode=mode,
            facts=facts,
            groups=groups,
            expect=expect,
            refused=refused,
            file=str(self.path),
            line=line,
        )

    # ---- parts of a case
    def facts(
        self, path: Steps, tree: object, known: Collection[str]
    ) -> tuple[dict[str, object], dict[str, Mapping[str, object]]]:
        """The facts, and those of the groups.  known: further keys that may stand there."""
        facts: dict[str, object] = {}
        groups: dict[str, Mapping[str, object]] = {}
        names = [*self.inputs, *self.histories, *self.law.groups, *known]
        for name, written in self.mapping(path, tree, names).items():
            at = (*path, name)
            if name in self.histories:
                facts |= self.history(at, self.histories[name], written)
            elif name in self.law.groups and not known:
                own, _ = self.facts(at, written, (MEMBERS,))
                groups[name] = own
            elif name == MEMBERS and known:
                facts[MEMBERS] = [self.facts((*at, k), one, ())[0] for k, one in enumerate(self.items(at, written))]
            elif name in self.inputs and written is not None:
                value = self.value(at, self.inputs[name].kind, written)
                if value is not None:
                    facts[name] = value
        return facts, groups

    def history(self, path: Steps, columns: Mapping[str, Input], tree: object) -> dict[str, object]:
        """The columns of a history that is written as rows."""
        rows = [self.mapping((*path, k), row, list(columns)) for k, row in enumerate(self.items(path, tree))]
        return {
            given.name: [
                None if row.get(field) is None else self.value((*path, k, field), given.kind, row[field])
                for k, row in enumerate(rows)
            ]
            for field, given in columns.items()
        }

    def refusal(self, path: Steps, tree: object) -> Refused:
        body = {"why": tree} if isinstance(tree, str) else self.mapping(path, tree, _REFUSED)
        why, subject = self.text((*path, "why"), body.get("why")), self.text((*path, "subject"), body.get("subject"))
        if why not in Why.__members__:
            known = ", ".join(Why.__members__)
            self.fault((*path, "why"), f"应为{known}之一", f"{why or 'it'} is no kind of refusal; use one of: {known}")
        elif subject:
            law = self.law
            named: Mapping[str, Collection[str]] = {
                "input": law.inputs,
                "parameter": law.parameters,
                "variable": law.variables,
                "rule": law.variables,
                "reason": law.reasons,
                "group": law.groups,
            }
            self.known((*path, "subject"), subject, named[Why[why].of])
        return Refused(why, subject)

    def named(self, path: Steps, tree: object) -> dict[str, object]:
        """A mapping by variable; other names are faults and left out."""
        body = self.mapping(path, tree) if tree is not None else {}
        return {name: value for name, value in body.items() if self.known((*path, name), name, self.law.variables)}

    # ---- what may stand where
    def mapping(self, path: Steps, tree: object, known: Sequence[str] = ()) -> dict[str, object]:
        if not isinstance(tree, dict):
            self.fault(path, "应为键值映射", "a mapping of names to values is wanted here")
            return {}
        return {n: v for n, v in tree.items() if not known or self.known((*path, n), n, known)}

    def items(self, path: Steps, tree: object) -> list[object]:
        if not isinstance(tree, list):
            self.fault(path, "应为列表", "a list is wanted here")
            return []
        return tree

    def text(self, path: Steps, tree: object) -> str:
        if tree is None or isinstance(tree, str):
            return (tree or "").strip()
        self.fault(path, "应为文本", "text is wanted here")
        return ""

    def value(self, path: Steps, kind: Kind, written: object) -> int | bool | None:
        try:
            return parse(kind, written)
        except Problem as problem:
            self.fault(path, problem.zh, problem.en)
            return None

    def known(self, path: Steps, name: str, names: Collection[str]) -> bool:
        if name in names:
            return True
        near = difflib.get_close_matches(name, names, 1)
        zh = f"；是否指{near[0]}？" if near else f"，可用：{'、'.join(sorted(names)[:20])}"
        en = f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(sorted(names)[:20])}"
        self.fault(path, f"没有{name}{zh}", f"{name} is not known{en}")
        return False

    def fault(self, path: Steps, zh: str, en: str) -> None:
        line = self.document.line(path)
        keys = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path[1:]).lstrip(".")
        place = ": ".join(part for part in (f"{self.path}:{line}", self.case, keys) if part)
        self.problems.append(Problem(f"{place}：{zh}", f"{place}: {en}"))
