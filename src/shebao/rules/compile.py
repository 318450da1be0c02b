"""From checked rules to LLVM IR: each stage of a plan is a function over its owner's rows.

Layout of a call: an array of 8-byte arguments (`Layout`), the same for all stages; a stage function takes the rows
a..b.  A refused value is zero with a status; a refused row (its inputs are not what they are declared to be) refuses
all its variables.  Cold paths leave the row's straight line and come back, so a row without trouble runs without stores
of statuses.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from shebao.rules.check import RuleError, V, of_kind
from shebao.rules.declare import PERSON, Rule
from shebao.rules.graph import Plan, Stage, reads
from shebao.rules.ir import RUNTIME
from shebao.rules.law import LawError, place
from shebao.rules.stagecode import StageCode
from shebao.rules.status import Why

MODULE = 60_000  # characters of IR below which functions share a module


@dataclass(frozen=True)
class StayingCheck:
    """A check that the ranges could not make unnecessary."""

    rule: str
    line: int
    why: str
    text: str


@dataclass
class Layout:
    """The arguments of the stage functions, in order: (role, name)."""

    slots: dict[tuple[str, str], int] = field(default_factory=dict)

    def index(self, role: str, name: str) -> int:
        return self.slots.setdefault((role, name), len(self.slots))


@dataclass(frozen=True)
class Compiled:
    """IR of a plan, in modules, with what a launcher needs."""

    modules: tuple[str, ...]
    layout: Layout
    stages: tuple[Stage, ...]
    stored: dict[str, tuple[str, ...]]  # owner -> names whose values and statuses are written to buffers
    checks: tuple[StayingCheck, ...]


def declared(module: str) -> str:
    """The module without declarations of what it defines itself."""
    lines = module.split("\n")
    defined = {line.split("(")[0].removeprefix("define void ") for line in lines if line.startswith("define void ")}
    kept = []
    for line in lines:
        if line.startswith("declare void ") and line.split("(")[0].removeprefix("declare void ") in defined:
            continue
        kept.append(line)
    return "\n".join(kept)


class Program:
    """Compiles a plan to IR."""

    def __init__(self, plan: Plan, sure: bool = False) -> None:
        """sure: the code may take it that the figures of the run's own day are all known and certain (`Kernel.run`
        looks first), and leaves out the test at each use."""
        self.plan, self.sure = plan, sure
        self.layout = Layout()
        self.known: dict[str, V] = {}
        self.refusing: dict[str, bool] = {}
        self.numbers = {version.rule.function: k for k, version in enumerate(plan.versions)}
        self.kinds = {version.rule.function: version.kind for version in plan.versions}
        self.checks: dict[tuple[str, int, Why], StayingCheck] = {}
        self.crossing = self._crossing()

    def run(self) -> Compiled:
        """Checks and emits all stages.  Raises LawError with file, line and remedy for what is outside the language."""
        texts: list[str] = []
        for k, stage in enumerate(self.plan.stages):
            try:
                texts += StageCode(self, stage).emit(f"stage{k}")
            except RuleError as error:
                raise LawError([str(error)]) from error
        stored = {
            owner: tuple(n for n in self.crossing if self.plan.owner_of(n) == owner)
            for owner in (PERSON, *self.plan.groups)
        }
        modules: list[str] = []
        for text in texts:
            if modules and len(modules[-1]) + len(text) < MODULE:
                modules[-1] += "\n" + text
            else:
                modules.append(RUNTIME + text)
        return Compiled(
            tuple(declared(m) for m in modules), self.layout, self.plan.stages, stored, tuple(self.checks.values())
        )

    def _crossing(self) -> tuple[str, ...]:
        """What is wanted, or read in another stage than its own."""
        home = {v.name: k for k, s in enumerate(self.plan.stages) for v in s.variables}
        found = dict.fromkeys(self.plan.want)
        for k, stage in enumerate(self.plan.stages):
            for name in (n for v in stage.variables for n in reads(v)):
                if name in home and home[name] != k:
                    found[name] = None
                elif name in self.plan.law.inputs:
                    owner = self.plan.law.inputs[name].of
                    if owner != stage.owner:
                        found[name] = None
        return tuple(found)

    def v_of(self, name: str) -> V:
        if name in self.known:
            return self.known[name]
        declared = self.plan.law.inputs[name]
        return of_kind(declared.kind, *declared.range)

    def stays(self, rule: Rule, node: ast.AST, why: Why) -> None:
        if why is Why.EXACT:
            return
        line = getattr(node, "lineno", 0)
        text = ast.unparse(node) if isinstance(node, ast.expr) else rule.name
        self.checks[rule.name, line, why] = StayingCheck(f"{place(rule.function)} {rule.name}", line, why.name, text)
