"""A law: the rules, inputs, groups, codes and parameters of a package, read once and checked for names and dates."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import pkgutil
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

from shebao.rules import parameters as parameter_files
from shebao.rules.declare import BENEFIT_DAY, PERSON, Group, Input, Rule
from shebao.rules.kinds import DAY, Code, Kind, date_of, read_annotation
from shebao.rules.language import Reason
from shebao.rules.parameters import Parameter

if typing.TYPE_CHECKING:
    from shebao.rules.graph import Plan


class LawError(Exception):
    """A law that cannot be used.  `problems` has one line for each fault, with place and remedy."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


def place(function: Callable[..., Any]) -> str:
    """module:line of a rule, for messages."""
    return f"{function.__module__}:{function.__code__.co_firstlineno}"


@dataclass(frozen=True)
class Argument:
    """One argument of a rule: the name it is wired by, its form (value, Series, Yearly ...) and its kind."""

    name: str
    form: str
    kind: Kind


@dataclass(frozen=True)
class Version:
    """One dated version of a variable: the declared rule and its signature."""

    rule: Rule
    arguments: tuple[Argument, ...]
    kind: Kind

    @property
    def dates(self) -> str:
        return f"{date_of(self.rule.since)}..{date_of(self.rule.until)}"


@dataclass(frozen=True)
class Variable:
    """What rules compute: a name with one version or several, that follow each other in time."""

    name: str
    versions: tuple[Version, ...]

    @property
    def rule(self) -> Rule:
        """The newest version's rule: its names stand for the variable."""
        return self.versions[-1].rule

    @property
    def kind(self) -> Kind:
        return self.versions[-1].kind

    @property
    def owner(self) -> str:
        return self.rule.of

    @property
    def dated_by(self) -> str:
        return self.rule.dated_by

    @property
    def zh(self) -> str:
        return self.rule.zh

    @property
    def en(self) -> str:
        return self.rule.en

    def version_on(self, day: int) -> int | None:
        """The index of the version in force on a day."""
        for k, version in enumerate(self.versions):
            if version.rule.since <= day <= version.rule.until:
                return k
        return None


def read_signature(rule: Rule) -> Version:
    """The version of a rule, from its annotations.  Raises TypeError with the remedy."""
    function = rule.function
    hints = typing.get_type_hints(function, include_extras=True)
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    if code.co_kwonlyargcount or function.__defaults__ or code.co_flags & 0x0C:
        raise TypeError("a rule takes plain arguments only, without defaults")
    missing = [n for n in (*names, "return") if n not in hints]
    if missing:
        raise TypeError(f"annotate {', '.join(missing)} with a kind")
    form, kind = read_annotation(hints["return"])
    if form != "value":
        raise TypeError("a rule returns one value, not a series or table")
    return Version(rule, tuple(Argument(n, *read_annotation(hints[n])) for n in names), kind)


@dataclass(frozen=True)
class Law:
    """Everything that rules, runs and books read.  Immutable; `reformed` makes another."""

    variables: Mapping[str, Variable]
    inputs: Mapping[str, Input]
    parameters: Mapping[str, Parameter]
    groups: Mapping[str, Group]
    reasons: Mapping[str, Reason]
    codes: Mapping[str, type[Code]]
    folders: Mapping[str, Path] = field(default_factory=dict)  # package of a programme -> its folder
    files: tuple[str, ...] = ()  # the sources of its modules

    @classmethod
    def load(cls, package: str) -> Law:
        """The law of a package: its modules, and the parameters.yaml of each of its folders.  Raises LawError."""
        root = importlib.import_module(package)
        modules = [root]
        for found in sorted(pkgutil.walk_packages(root.__path__, package + "."), key=lambda m: m.name):
            modules.append(importlib.import_module(found.name))
        folders = {m.__name__: Path(str(m.__file__)).parent for m in modules if hasattr(m, "__path__")}
        codes = _codes(modules)
        problems: list[str] = []
        parameters: dict[str, Parameter] = {}
        for folder in folders.values():
            path = folder / "parameters.yaml"
            if path.exists():
                try:
                    loaded = parameter_files.load(path, codes)
                except parameter_files.ParameterError as error:
                    problems += str(error).splitlines()
                    continue
                for name in sorted(set(loaded) & set(parameters)):
                    problems.append(f"{path}: {name} stands in {parameters[name].origin} already; keep one")
                parameters |= loaded
        return cls.of(modules, parameters, folders, problems)

    @classmethod
    def of(
        cls,
        modules: Iterable[ModuleType],
        parameters: Mapping[str, Parameter],
        folders: Mapping[str, Path] | None = None,
        problems: Iterable[str] = (),
    ) -> Law:
        """The law of modules that are loaded already; for tests and benchmarks too."""
        modules = list(modules)
        faults = list(problems)
        rules: dict[str, list[Version]] = {}
        inputs: dict[str, Input] = {}
        groups: dict[str, Group] = {}
        reasons: dict[str, Reason] = {}
        for module in modules:
            for value in list(vars(module).values()):
                declared = getattr(value, "__rule__", None)
                if isinstance(declared, Rule) and value.__module__ == module.__name__:
                    try:
                        rules.setdefault(declared.variable, []).append(read_signature(declared))
                    except (TypeError, NameError) as error:
                        faults.append(f"{place(value)}: {declared.variable}: {error}")
                elif isinstance(value, Group):
                    groups[value.name] = value
                elif isinstance(value, Reason) and reasons.setdefault(value.name, value) is not value:
                    faults.append(f"{module.__name__}: reason {value.name} is declared twice; give it another name")
            for given in vars(module).get("INPUTS", ()):
                if inputs.setdefault(given.name, given) is not given:
                    faults.append(f"{module.__name__}: input {given.name} is declared twice; keep one")
        variables = {name: _variable(name, versions, faults) for name, versions in sorted(rules.items())}
        for name in sorted((set(variables) & set(inputs)) | ((set(variables) | set(inputs)) & set(parameters))):
            faults.append(f"{name} names two of: a variable, an input, a parameter; rename one")
        law = cls(
            variables,
            inputs,
            dict(parameters),
            groups,
            dict(sorted(reasons.items())),
            _codes(modules),
            folders or {},
            tuple(sorted(str(m.__file__) for m in modules if getattr(m, "__file__", None))),
        )
        law._check_wiring(faults)
        if faults:
            raise LawError(faults)
        return law

    def plan(self, want: Sequence[str], given: Sequence[str] = ()) -> Plan:
        """What has to be computed, in order, for the wanted variables.  Raises LawError on unknown names and cycles.

        given: variables that are inputs of this plan, decided elsewhere; see `given`.
        """
        from shebao.rules.graph import Plan

        return Plan.of(self.given(given), want)

    def given(self, names: Sequence[str]) -> Law:
        """The law with variables as facts: a record gives their values, an empty cell refuses what reads it.

        Raises LawError for what is no variable.
        """
        unknown = [n for n in names if n not in self.variables]
        if unknown:
            raise LawError([f"{n} is no variable of the law{self.nearest(n)}" for n in unknown])
        if not names:
            return self
        facts = {n: _fact(self.variables[n]) for n in names}
        variables = {n: v for n, v in self.variables.items() if n not in facts}
        return replace(self, variables=variables, inputs={**self.inputs, **facts})

    def nearest(self, name: str) -> str:
        """ "; did you mean ...?" for a name that nothing has."""
        near = difflib.get_close_matches(name, [*self.variables, *self.inputs, *self.parameters], 1)
        return f"; did you mean {near[0]}?" if near else ""

    def with_parameters(self, parameters: Mapping[str, Parameter]) -> Law:
        """The same rules under other figures."""
        return replace(self, parameters=dict(parameters))

    @cached_property
    def fingerprint(self) -> str:
        """Hash over all that decisions depend on: the rules' sources and every figure."""
        digest = hashlib.sha256(self.sources.encode())
        for name in sorted(self.parameters):
            digest.update(repr((name, self.parameters[name].figures)).encode())
        return digest.hexdigest()[:16]

    @cached_property
    def sources(self) -> str:
        """Hash over the sources of the law's modules, without figures."""
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(Path(file).read_bytes())
        for variable in self.variables.values():
            for version in variable.versions:
                digest.update(str(getattr(version.rule.function, "__source_text__", "")).encode())
        return digest.hexdigest()

    def _check_wiring(self, faults: list[str]) -> None:
        owners: dict[str, str] = {}
        for given in self.inputs.values():
            if given.of != PERSON and given.of not in self.groups:
                faults.append(f"input {given.name}: of={given.of!r} names no group; declare it with Group(...)")
            if given.history and owners.setdefault(given.history, given.of) != given.of:
                faults.append(f"input {given.name}: the history {given.history} is of two owners; name one differently")
        for variable in self.variables.values():
            for version in variable.versions:
                where = f"{place(version.rule.function)}: {variable.name}"
                for argument in version.arguments:
                    fault = self._argument_fault(version.rule, argument)
                    if fault:
                        faults.append(f"{where}: {fault}")
                fault = self._dating_fault(version.rule)
                if fault:
                    faults.append(f"{where}: dated_by={version.rule.dated_by!r} {fault}")
                if version.rule.of != PERSON and version.rule.of not in self.groups:
                    faults.append(f"{where}: of={version.rule.of!r} names no group; declare it with Group(...)")

    def _dating_fault(self, rule: Rule) -> str:
        name = rule.dated_by
        source: Input | Variable | None = self.inputs.get(name) or self.variables.get(name)
        if name == BENEFIT_DAY:
            return ""
        if source is None or source.kind != DAY:
            return f"names no input or variable of kind Day{self.nearest(name)}"
        if isinstance(source, Input) and source.form != "value":
            return "is a history; one day dates a rule"
        owner = source.of if isinstance(source, Input) else source.owner
        if rule.of not in (PERSON, owner):
            return f"is of a {owner}; a rule of a {rule.of} is dated by its own day"
        return ""

    def _argument_fault(self, rule: Rule, argument: Argument) -> str:
        name, form, kind = argument.name, argument.form, argument.kind
        if name == BENEFIT_DAY:
            return "" if (form, kind) == ("value", DAY) else f"{name} is a Day"
        if name in self.parameters:
            return _parameter_fault(self.parameters[name], form, kind)
        source: Input | Variable | None = self.inputs.get(name) or self.variables.get(name)
        if source is None:
            return f"argument {name} names no variable, input or parameter{self.nearest(name)}"
        owner = source.of if isinstance(source, Input) else source.owner
        wanted = source.form if isinstance(source, Input) else "value"
        if rule.of != PERSON and owner == PERSON:
            if wanted != "value":
                return f"{name} is a history of a person; a rule of a {rule.of} takes Members of plain values only"
            wanted = "Members"
        elif owner not in (rule.of, PERSON) and rule.of != PERSON:
            return f"{name} belongs to a {owner}; a rule of a {rule.of} cannot read it"
        elif owner != rule.of and wanted != "value":
            return f"{name} is a history of a {owner}; only its own rules read it"
        if form != wanted:
            return (
                f"{name} is read as {form}; annotate it as {'a plain kind' if wanted == 'value' else wanted + '[...]'}"
            )
        if kind != source.kind:
            return f"{name} is {source.kind}, annotated as {kind}"
        return ""


def _fact(variable: Variable) -> Input:
    """The input that stands for a variable decided elsewhere."""
    annotation = variable.kind.codes or typing.Annotated[int, variable.kind]
    return Input(variable.name, annotation, variable.zh, variable.en, of=variable.owner, note="decided elsewhere")


def _codes(modules: Iterable[ModuleType]) -> dict[str, type[Code]]:
    found = [
        v for m in modules for v in vars(m).values() if isinstance(v, type) and issubclass(v, Code) and v is not Code
    ]
    return {codes.__name__: codes for codes in found}


def _variable(name: str, versions: list[Version], faults: list[str]) -> Variable:
    """The variable of its versions, in the order of their dates; overlaps and holes are faults."""
    versions = sorted(versions, key=lambda v: v.rule.since)
    for a, b in pairwise(versions):
        where = f"{place(b.rule.function)}: {name}"
        if b.rule.since <= a.rule.until:
            faults.append(f"{where}: {b.dates} overlaps {a.dates} of {a.rule.name}; set until= of the older one")
        elif b.rule.since > a.rule.until + 1:
            faults.append(f"{where}: no version between {a.dates} and {b.dates}; close the hole with since= or until=")
        if (a.kind, a.rule.of, a.rule.dated_by) != (b.kind, b.rule.of, b.rule.dated_by):
            faults.append(f"{where}: the versions differ in kind, owner or dated_by; give them one")
    return Variable(name, tuple(versions))


def _parameter_fault(parameter: Parameter, form: str, kind: Kind) -> str:
    key = "Bands" if parameter.bands is not None else "Table" if parameter.by is not None else ""
    forms = {"Yearly" + key} if parameter.axis == "yearly" else {key or "value", "Dated" + key}
    if form not in forms:
        wanted = " or ".join("a plain kind" if f == "value" else f"{f}[...]" for f in sorted(forms))
        return f"parameter {parameter.name} is read as {form}; annotate it as {wanted}"
    if kind != parameter.kind:
        return f"parameter {parameter.name} is {parameter.kind}, annotated as {kind}"
    return ""
