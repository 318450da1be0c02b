"""A reform: other figures, other rules, laid over the law from a YAML file without touching it.

```yaml
name: 提高计发比例
parameters:                # as in the law's parameters.yaml, only what changes; see parameters.overlay
  rate:
    dated: [{from: 2026-01-01, value: 0.13}]
rules: rules_2026.py       # Python in the rule language, beside this file; or a list of such files
```

A rule of the reform takes the law's place over the days from its `since` to its `until`; on other days the law's own
versions hold.  It may bring variables, inputs, reasons, codes and helpers of its own.  Where only figures change, the
compiled rules are the law's.  Its files are run as Python: read a reform only from someone you would run a program of.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from shebao.rules import parameters as parameter_files
from shebao.rules.declare import Group, Input, Rule
from shebao.rules.kernel import Kernel, cache_key
from shebao.rules.kinds import Code
from shebao.rules.language import Reason, is_helper
from shebao.rules.law import Law, LawError, Variable, Version, read_signature
from shebao.rules.values import Problem
from shebao.rules.yamltext import read_yaml

KEYS = ("name", "note", "parameters", "rules")


@dataclass(frozen=True)
class Source:
    """The files of a reform, as texts that can be sent to another machine.  rules: text by path."""

    path: str
    text: str
    rules: tuple[tuple[str, str], ...] = ()

    @property
    def identity(self) -> str:
        """A hash over all of it."""
        return hashlib.sha256(repr((self.text, self.rules)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Reform:
    """A law under a reform.  parameters, variables: the names of what it changes or brings."""

    name: str
    law: Law
    parameters: tuple[str, ...]
    variables: tuple[str, ...]
    source: Source


def load(law: Law, path: Path | str) -> Reform:
    """The law under the reform of a YAML file.  Raises LawError and ParameterError with every fault."""
    return apply(law, read(Path(path)))


def read(path: Path) -> Source:
    """A reform's files.  Raises LawError."""
    text = _text(path)
    top = _top(path, text)
    named = top.get("rules") or []
    files = [named] if isinstance(named, str) else named
    if not isinstance(files, list) or not all(isinstance(f, str) for f in files):
        raise LawError([f"{path}: rules: the name of a Python file, or a list of them, is wanted here"])
    return Source(str(path), text, tuple((str(path.parent / f), _text(path.parent / f)) for f in files))


def apply(law: Law, source: Source) -> Reform:
    """The law under a reform.  Raises LawError and ParameterError with every fault."""
    path = Path(source.path)
    top = _top(path, source.text)
    parameters = dict(law.parameters)
    if "parameters" in top:
        parameters = parameter_files.overlay(law.parameters, source.text, source.path)
    modules = [_module(file, text) for file, text in source.rules]
    reformed = _overlaid(replace(law, parameters=parameters), modules) if modules else law.with_parameters(parameters)
    changed = tuple(n for n, p in parameters.items() if p is not law.parameters[n])
    new = tuple(n for n, v in reformed.variables.items() if v is not law.variables.get(n))
    return Reform(str(top.get("name") or path.stem), reformed, changed, new, source)


def under(kernel: Kernel, law: Law) -> Kernel:
    """The kernel of the same variables under another law: the same machine code where only figures differ."""
    plan = law.plan(kernel.plan.want)
    if cache_key(plan, sure=False) != cache_key(kernel.plan, sure=False):
        return Kernel(plan, kernel.cache)
    shared = copy.copy(kernel)
    shared.plan = plan
    return shared


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise LawError([f"{path}: {error.strerror}; check the path"]) from None
    except UnicodeDecodeError:
        raise LawError([f"{path}: this is no UTF-8 text; save it so"]) from None


def _top(path: Path, text: str) -> Mapping[str, Any]:
    try:
        tree = read_yaml(text).tree
    except Problem as problem:
        raise LawError([f"{path}: {problem.en}"]) from None
    if not isinstance(tree, dict) or not ("parameters" in tree or "rules" in tree):
        raise LawError([f"{path}: a reform has `parameters:` or `rules:` on top"])
    faults = [f"{path}: {key} is not known; a reform has {', '.join(KEYS)}" for key in tree if key not in KEYS]
    if faults:
        raise LawError(faults)
    return tree


@lru_cache(maxsize=64)
def _module(file: str, text: str) -> ModuleType:
    """The module of a rule file, made once."""
    module = ModuleType(f"reform.{Path(file).stem}")
    module.__file__ = file
    try:
        exec(compile(text, file, "exec"), vars(module))
    except SyntaxError as error:
        raise LawError([f"{file}:{error.lineno}: {error.msg}"]) from None
    except Exception as error:  # whatever the file does
        raise LawError([f"{file}: it cannot be run: {type(error).__name__}: {error}"]) from error
    for value in vars(module).values():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            setattr(value, "__source_text__", text)
    return module


# ---------------------------------------------------------------- rules
def _helpers_taken(law: Law, modules: Iterable[ModuleType]) -> list[str]:
    """A line for each helper named as one that the law's rules call: who wrote it may think that it takes its place."""
    homes = {
        id(v.rule.function.__globals__): v.rule.function.__globals__ for x in law.variables.values() for v in x.versions
    }
    ours = {name for home in homes.values() for name, value in home.items() if is_helper(value)}
    return [
        f"{module.__file__}: the law has a helper {name} already; give it another name"
        for module in modules
        for name, value in vars(module).items()
        if is_helper(value) and value.__module__ == module.__name__ and name in ours
    ]


def _overlaid(law: Law, modules: Iterable[ModuleType]) -> Law:
    """The law with the modules' declarations in it."""
    faults = _helpers_taken(law, modules)
    rules: dict[str, list[Version]] = {}
    inputs: dict[str, Input] = dict(law.inputs)
    groups: dict[str, Group] = dict(law.groups)
    reasons: dict[str, Reason] = dict(law.reasons)
    codes: dict[str, type[Code]] = dict(law.codes)
    for module in modules:
        for value in list(vars(module).values()):
            declared = getattr(value, "__rule__", None)
            if isinstance(declared, Rule) and value.__module__ == module.__name__:
                try:
                    rules.setdefault(declared.variable, []).append(read_signature(declared))
                except (TypeError, NameError) as error:
                    faults.append(f"{_where(value)}: {declared.variable}: {error}")
            elif isinstance(value, Group):
                _declared(module, groups, value.name, value, "group", faults)
            elif isinstance(value, Reason):
                _declared(module, reasons, value.name, value, "reason", faults)
            elif isinstance(value, type) and issubclass(value, Code) and value is not Code:
                _declared(module, codes, value.__name__, value, "code", faults)
        for given in vars(module).get("INPUTS", ()):
            _declared(module, inputs, given.name, given, "input", faults)
    variables = dict(law.variables)
    for name, versions in rules.items():
        old = law.variables[name].versions if name in law.variables else ()
        variables[name] = _reformed(name, old, versions, faults)
    for name in sorted(set(rules) & (set(inputs) | set(law.parameters))):
        faults.append(f"{name} is an input or a parameter of the law; give the reform's variable another name")
    for name in sorted((set(inputs) - set(law.inputs)) & (set(law.variables) | set(law.parameters))):
        faults.append(f"{name} is a variable or a parameter of the law; give the reform's input another name")
    variables, reasons = dict(sorted(variables.items())), dict(sorted(reasons.items()))
    found = replace(law, variables=variables, inputs=inputs, groups=groups, reasons=reasons, codes=codes)
    found._check_wiring(faults)
    if faults:
        raise LawError(faults)
    return found


def _declared(module: ModuleType, held: dict[str, Any], name: str, value: Any, what: str, faults: list[str]) -> None:
    """Takes in what a module declares; what it imports from the law is there already."""
    if held.setdefault(name, value) is not value:
        faults.append(f"{module.__file__}: the law has {what} {name} already; import it or give it another name")


def _where(function: Callable[..., Any]) -> str:
    return f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}"


def _reformed(name: str, old: Iterable[Version], new: list[Version], faults: list[str]) -> Variable:
    """The variable with the new versions, and the old ones on the days that these leave."""
    new = sorted(new, key=lambda v: v.rule.since)
    for a, b in pairwise(new):
        if b.rule.since <= a.rule.until:
            faults.append(
                f"{_where(b.rule.function)}: {name}: {b.dates} overlaps {a.dates}; set until= of the older one"
            )
    versions = list(new)
    for version in old:
        start, pieces = version.rule.since, []
        for other in new:
            if other.rule.until < start or other.rule.since > version.rule.until:
                continue
            if other.rule.since > start:
                pieces.append((start, other.rule.since - 1))
            start = other.rule.until + 1
        if start <= version.rule.until:
            pieces.append((start, version.rule.until))
        versions += [_piece(version, since, until, k > 0) for k, (since, until) in enumerate(pieces)]
    versions.sort(key=lambda v: v.rule.since)
    for a, b in pairwise(versions):
        if (a.kind, a.rule.of, a.rule.dated_by) != (b.kind, b.rule.of, b.rule.dated_by):
            place = _where((b if b in new else a).rule.function)
            faults.append(f"{place}: {name}: it differs from the law's in kind, owner or dated_by; give it the same")
        elif b.rule.since > a.rule.until + 1:
            place = _where((b if b in new else a).rule.function)
            faults.append(f"{place}: {name}: no version between {a.dates} and {b.dates}; close the hole")
    return Variable(name, tuple(versions))


def _piece(version: Version, since: int, until: int, again: bool) -> Version:
    """A version over a part of its days.  again: another part has its function, and each has its own."""
    if (since, until) == (version.rule.since, version.rule.until):
        return version
    function = version.rule.function
    if again and isinstance(function, FunctionType):
        own = FunctionType(function.__code__, function.__globals__, function.__name__)
        own.__annotations__, own.__doc__, own.__module__ = (
            function.__annotations__,
            function.__doc__,
            function.__module__,
        )
        if hasattr(function, "__source_text__"):
            setattr(own, "__source_text__", getattr(function, "__source_text__"))
        function = own
    return replace(version, rule=replace(version.rule, function=function, since=since, until=until))
