"""Laws written as text and facts as frames: what the tests of the engine share.

`law_of` makes a law of a few rules; `frame_of` the arrays of facts, without the Arrow adapter; `agreement` runs a plan
compiled and in CPython and counts the values by outcome.
"""

from __future__ import annotations

import textwrap
import types
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import numpy as np

from shebao.rules import parameters
from shebao.rules.declare import PERSON, Input, Missing
from shebao.rules.kernel import Frame, Kernel, Membership, Result, encoded
from shebao.rules.kinds import INT64_MAX, INT64_MIN, Code
from shebao.rules.law import Law, LawError
from shebao.rules.rows import Evaluated, evaluate
from shebao.rules.status import Refused, Why, unpack

Facts = Mapping[str, Any]
HEAD = """from __future__ import annotations
from shebao.rules.declare import Group, Input, Missing, Reason, refuse, rule
from shebao.rules.kinds import *
from shebao.rules.language import *
"""
RULE = '@rule(zh="z", en="e", cites="c")\n'
_NUMBER = count()


def law_of(text: str, figures: str = "") -> Law:
    """The law of rules written as text, with parameters written as YAML.

    Before the text stand the imports; `@law` is short for a rule's decorator without anything of interest.  Raises
    LawError.
    """
    text = HEAD + textwrap.dedent(text).replace("@law\n", RULE)
    name = f"law_of_text_{next(_NUMBER)}"
    module = types.ModuleType(name)
    exec(compile(text, name, "exec"), vars(module))
    for value in vars(module).values():
        if isinstance(value, types.FunctionType) and value.__module__ == name:
            setattr(value, "__source_text__", text)
    codes = {n: c for n, c in vars(module).items() if isinstance(c, type) and issubclass(c, Code)}
    return Law.of([module], parameters.load(textwrap.dedent(figures), codes) if figures else {})


def kernel_of(text: str, figures: str = "") -> Kernel:
    """Compiled code of all variables of such a law."""
    law = law_of(text, figures)
    return Kernel(law.plan(list(law.variables)))


def fault_of(text: str, figures: str = "") -> str:
    """What is said of a law that cannot be used; empty when it can."""
    try:
        kernel_of(text, figures).variant(True)
    except LawError as error:
        return str(error)
    return ""


def line_of(text: str, mark: str = "# here") -> int:
    """The line of a law's text, with its imports, that bears the mark."""
    lines = (HEAD + textwrap.dedent(text)).split("\n")
    return next(k for k, line in enumerate(lines, 1) if line.endswith(mark))


def staying(kernel: Kernel) -> list[str]:
    """The checks that stay, in the order of the rules: the outcome that each looks for."""
    return [check.why for check in kernel.checks]


def frame_of(law: Law, owner: str, rows: Sequence[Facts]) -> Frame:
    """The facts of an owner's rows; what stands for an empty cell is put there."""
    frame = Frame(len(rows))
    histories: dict[str, list[Input]] = {}
    for given in law.inputs.values():
        if given.of == owner and given.history:
            histories.setdefault(given.history, []).append(given)
        elif given.of == owner:
            cells = [_cell(given, facts.get(given.name)) for facts in rows]
            if given.kind.form == "flag":
                frame.scalars[given.name] = np.array([-128 if c == INT64_MIN else c for c in cells], np.int8)
            else:
                frame.scalars[given.name] = np.array(cells, np.int64)
    for history, columns in histories.items():
        needed = [c for c in columns if isinstance(c.missing, Missing)] or columns
        marks, lengths = [], []
        elements: dict[str, list[int]] = {c.name: [] for c in columns}
        for facts in rows:
            base = facts.get(needed[0].name)
            length = 0 if base is None else len(base)
            given_lengths = {len(facts[c.name]) for c in columns if facts.get(c.name) is not None} | {length}
            unlike = any((facts.get(c.name) is None) != (base is None) for c in needed)
            marks.append(2 if unlike or len(given_lengths) > 1 else int(base is not None))
            lengths.append(length if marks[-1] == 1 else 0)
            for c in columns:
                column = facts.get(c.name)
                elements[c.name] += [_cell(c, None if column is None else column[k]) for k in range(lengths[-1])]
        frame.offsets[history] = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        frame.present[history] = np.array(marks, np.int8)
        frame.series |= {name: np.array(column, np.int64) for name, column in elements.items()}
    return frame


def _cell(given: Input, value: Any) -> int:
    if value is None:
        return INT64_MIN if isinstance(given.missing, Missing) else int(given.missing)
    if given.kind.codes is not None and value not in list(given.kind.codes):
        return INT64_MAX
    return int(value)


def agreement(
    kernel: Kernel,
    persons: Sequence[Facts],
    groups: Mapping[str, Sequence[Facts]] | None = None,
    membership: Mapping[str, Sequence[int | None]] | None = None,
    *,
    on: int,
    mode: str = "marked",
    accepted: Sequence[str] = (),
) -> Counter[str]:
    """How many values compiled code and CPython agree on, by outcome; EXACT for what compiled code leaves to CPython.

    Raises AssertionError for the first value or status that differs.
    """
    groups, membership = groups or {}, membership or {}
    frames = {PERSON: frame_of(kernel.plan.law, PERSON, persons)}
    frames |= {g: frame_of(kernel.plan.law, g, rows) for g, rows in groups.items()}
    members = {
        g: Membership.of(np.array([-1 if row is None else row for row in rows], np.int64), len(groups[g]))
        for g, rows in membership.items()
    }
    figures = encoded(kernel.plan, strict=mode == "strict", accepted=accepted)
    got = kernel.run(frames, members, figures, on)
    want = evaluate(kernel.plan, persons, groups, membership, on=on, mode=mode, accepted=frozenset(accepted))
    return compared(want, got, kernel.plan.want)


def compared(want: Evaluated, got: Result, names: Sequence[str]) -> Counter[str]:
    """The values of two evaluations by outcome.  Raises AssertionError for the first that differs."""
    found: Counter[str] = Counter()
    for name in names:
        values, statuses = want.values[name], want.statuses[name]
        rows = zip(values, statuses, got.values[name].tolist(), got.statuses[name].tolist(), strict=False)
        for row, (value, status, other, other_status) in enumerate(rows):
            if other_status and unpack(other_status)[0] is Why.EXACT:
                found["EXACT"] += 1
                continue
            same = (int(value), status) == (other, other_status)
            assert same, (name, row, told(value, status), "compiled:", told(other, other_status))
            found[outcome(status)] += 1
    return found


def outcome(status: int) -> str:
    """The name of the refusal, or "decided"."""
    return unpack(status)[0].name if status else "decided"


def told(value: int, status: int) -> str:
    """A value or its refusal, for messages."""
    return " ".join(map(str, unpack(status))) if status else str(value)


def refusal(run: Callable[[], object]) -> Why | None:
    """Why a function of the language refuses; None when it gives a value."""
    try:
        run()
    except Refused as refused:
        return unpack(refused.status)[0]
    return None
