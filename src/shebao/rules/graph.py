"""The plan of a computation: which variables, in which order, cut into stages at the borders of groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shebao.rules.declare import BENEFIT_DAY, PERSON, Rule
from shebao.rules.law import Law, LawError, Variable, Version


@dataclass(frozen=True)
class Stage:
    """Variables of one owner that are computed in one pass over its rows.

    The owner's first stage admits its rows: looks whether the inputs are what they are declared to be.
    """

    number: int
    owner: str
    variables: tuple[Variable, ...]
    admits: bool


@dataclass(frozen=True)
class Plan:
    """What has to be computed for the wanted variables.

    The lists give the subjects of a status their numbers: `inputs`, `parameters`, `variables` (names, in the order of
    evaluation), `rules` (all versions of the variables in that order), `reasons`, `groups`.
    """

    law: Law
    want: tuple[str, ...]
    order: tuple[Variable, ...]
    stages: tuple[Stage, ...]
    inputs: tuple[str, ...]
    parameters: tuple[str, ...]
    reasons: tuple[str, ...]
    groups: tuple[str, ...]

    @classmethod
    def of(cls, law: Law, want: Sequence[str]) -> Plan:
        unknown = [w for w in want if w not in law.variables]
        if unknown:
            raise LawError([f"{w} is no variable of the law{law.nearest(w)}" for w in unknown])
        order = _order(law, want)
        inputs = dict.fromkeys(n for v in order for n in reads(v) if n in law.inputs)
        parameters = dict.fromkeys(n for v in order for n in reads(v) if n in law.parameters)
        owners = {v.owner for v in order} | {law.inputs[n].of for n in inputs}
        return cls(
            law,
            tuple(dict.fromkeys(want)),
            order,
            _stages(law, order, want),
            tuple(inputs),
            tuple(parameters),
            tuple(law.reasons),
            tuple(sorted(owners - {PERSON})),
        )

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(v.name for v in self.order)

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(version.rule for version in self.versions)

    @property
    def versions(self) -> tuple[Version, ...]:
        return tuple(version for variable in self.order for version in variable.versions)

    def owner_of(self, name: str) -> str:
        """PERSON or a group's name, of a variable or an input."""
        return self.law.inputs[name].of if name in self.law.inputs else self.law.variables[name].owner


def reads(variable: Variable) -> list[str]:
    """All names that the variable's versions read, their dating days first."""
    names = dict.fromkeys(v.rule.dated_by for v in variable.versions)
    names |= dict.fromkeys(a.name for v in variable.versions for a in v.arguments)
    names.pop(BENEFIT_DAY, None)
    return list(names)


def _order(law: Law, want: Sequence[str]) -> tuple[Variable, ...]:
    """Depth first, without recursion; a cycle is an error that names its variables."""
    done: dict[str, Variable] = {}
    for wanted in want:
        path: list[str] = []
        stack: list[tuple[str, bool]] = [(wanted, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                path.pop()
                done[name] = law.variables[name]
            elif name not in done:
                if name in path:
                    circle = [*path[path.index(name) :], name]
                    raise LawError([f"these variables need each other: {' -> '.join(circle)}; cut the circle"])
                path.append(name)
                stack.append((name, True))
                needs = [n for n in reads(law.variables[name]) if n in law.variables]
                stack += [(n, False) for n in reversed(needs)]
    return tuple(done.values())


def _stages(law: Law, order: Sequence[Variable], want: Sequence[str]) -> tuple[Stage, ...]:
    """What reads another owner's value comes one stage after it; the rest stays together.

    An owner whose inputs others read has a stage 0, if only to admit its rows.  A variable is computed as late as those
    that read it allow, beside them, so that few values cross from stage to stage.
    """
    number: dict[str, int] = {}
    keys: set[tuple[int, str]] = set()
    for variable in order:
        stage = 0
        for name in reads(variable):
            owner = law.inputs[name].of if name in law.inputs else None
            if owner is not None and owner != variable.owner:
                keys.add((0, owner))
                stage = max(stage, 1)
            elif name in law.variables:
                stage = max(stage, number[name] + int(law.variables[name].owner != variable.owner))
        number[variable.name] = stage
    latest: dict[str, int] = {w: number[w] for w in want}
    for variable in reversed(order):
        number[variable.name] = latest.get(variable.name, number[variable.name])
        keys.add((number[variable.name], variable.owner))
        for name in reads(variable):
            if name in law.variables:
                limit = number[variable.name] - int(law.variables[name].owner != variable.owner)
                latest[name] = min(latest.get(name, limit), limit)
    stages: list[Stage] = []
    for k, owner in sorted(keys, key=lambda key: (key[0], key[1] != PERSON, key[1])):
        variables = tuple(v for v in order if (number[v.name], v.owner) == (k, owner))
        stages.append(Stage(k, owner, variables, all(s.owner != owner for s in stages)))
    return tuple(stages)
