"""Laws of any number of random rules, in four shapes, written three times: for shebao, for NumPy, for Numba.

A rule reads inputs, parameters and the rules shortly before it; its result is a whole number.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from data import GENERATED_FIGURES, GENERATED_INPUTS, GENERATED_OUT

NEAR = 40  # how far back a rule reads
UNREAD = 10  # so many rules may wait to be read
HEAD = '''"""Generated rules."""

from __future__ import annotations

from shebao.rules.declare import Input, Missing, rule
from shebao.rules.kinds import Count
from shebao.rules.language import floor_div, half_up, remainder

INPUTS = [
    Input(f"x{{k}}", Count, f"数{{k}}", f"number {{k}}", 0, 10_000_000, Missing.ROW) for k in range({inputs})
]
'''


@dataclass(frozen=True)
class Made:
    """A rule: its shape, the values a, b, c it reads, the parameters p, q."""

    number: int
    shape: int
    a: str
    b: str
    c: str
    p: str
    q: str

    @property
    def name(self) -> str:
        return f"r{self.number}"

    @property
    def reads(self) -> list[str]:
        """What its shape reads."""
        return {0: "a b c p q", 1: "a b p", 2: "a b c p q", 3: "a b c p"}[self.shape].split()


def made(count: int, seed: int = 5) -> Iterator[Made]:
    """The rules of a law; a law of more rules begins with those of a smaller one.

    The first thing that a rule reads is the oldest rule that nothing reads yet, so the last rules need all others.
    """
    chance = random.Random(seed)
    inputs = [f"x{k}" for k in range(GENERATED_INPUTS)]
    figures = [f"p{k}" for k in range(GENERATED_FIGURES)]
    unread: list[str] = []
    for number in range(count):
        earlier = [f"r{k}" for k in range(max(0, number - NEAR), number)]
        values = chance.sample(earlier + inputs, 3)
        if len(unread) >= UNREAD and unread[0] not in values:
            values[0] = unread[0]
        rule = Made(number, number % 4, *values, *chance.sample(figures, 2))
        unread = [name for name in unread if name not in {getattr(rule, letter) for letter in rule.reads}]
        unread.append(rule.name)
        yield rule


def wanted(count: int) -> list[str]:
    """The results that are kept."""
    return [f"r{k}" for k in range(count - GENERATED_OUT, count)]


# ---------------------------------------------------------------- for shebao
def as_rule(m: Made) -> str:
    a, b, c, p, q = m.a, m.b, m.c, m.p, m.q
    body = {
        0: [f"if {a} > {p}:", f"    return remainder({b}, 100_000_007) + {q}", f"return remainder({c}, 1_000_003)"],
        1: [
            f"part = min(max({a} - {p}, 0), 9_000_000)",
            f"return half_up(part * 8_700, 10_000) + floor_div({b}, 3)",
        ],
        2: [
            f"if {a} <= {p}:",
            f"    return floor_div({b}, 2)",
            f"elif {a} <= {q} * 2:",
            f"    return floor_div({b}, 3) + floor_div({c}, 4)",
            "else:",
            f"    return remainder(max({a}, {c}), 50_000_017)",
        ],
        3: [f"return max(min({a} + {b} - {c}, 80_000_000), -{p})"],
    }[m.shape]
    arguments = ", ".join(f"{getattr(m, letter)}: Count" for letter in m.reads)
    head = f'@rule(zh="第{m.number}条", en="Rule {m.number}", cites="generated")\ndef {m.name}({arguments}) -> Count:\n'
    return head + "".join(f"    {line}\n" for line in body)


def as_module(count: int, folder: Path) -> ModuleType:
    """The law as a module, from a file that is written to the folder."""
    path = folder / f"generated_{count}.py"
    if not path.exists():
        path.write_text("\n\n".join([HEAD.format(inputs=GENERATED_INPUTS), *map(as_rule, made(count))]), "utf8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def parameters(figures: Sequence[int]) -> str:
    """As parameters.yaml has them."""
    common = "kind: count, range: [0, 5000000], doc: generated, confidence: seed"
    return "\n".join(
        f"p{k}: {{zh: 参数{k}, en: parameter {k}, {common}, dated: [{{from: 2000-01-01, value: {value}}}]}}"
        for k, value in enumerate(figures)
    )


# ---------------------------------------------------------------- for NumPy and Numba
def as_numpy(m: Made) -> str:
    """An array for the whole variable; names are keys of v."""
    a, b, c, p, q = (f"v[{name!r}]" for name in (m.a, m.b, m.c, m.p, m.q))
    value = {
        0: f"np.where({a} > {p}, {b} % 100_000_007 + {q}, {c} % 1_000_003)",
        1: f"(2 * np.minimum(np.maximum({a} - {p}, 0), 9_000_000) * 8_700 + 10_000) // 20_000 + {b} // 3",
        2: f"np.where({a} <= {p}, {b} // 2, "
        f"np.where({a} <= {q} * 2, {b} // 3 + {c} // 4, np.maximum({a}, {c}) % 50_000_017))",
        3: f"np.maximum(np.minimum({a} + {b} - {c}, 80_000_000), -{p})",
    }[m.shape]
    return f"    v[{m.name!r}] = {value}\n"


def numpy_text(count: int) -> str:
    """A function `law(v)` that adds an array for each rule."""
    return "import numpy as np\n\n\ndef law(v):\n" + "".join(map(as_numpy, made(count)))


def as_numba(m: Made) -> list[str]:
    """Statements that set the rule's name; names are locals."""
    a, b, c, p, q, r = m.a, m.b, m.c, m.p, m.q, m.name
    return {
        0: [f"{r} = {b} % 100_000_007 + {q} if {a} > {p} else {c} % 1_000_003"],
        1: [
            f"part = min(max({a} - {p}, 0), 9_000_000)",
            f"{r} = (2 * part * 8_700 + 10_000) // 20_000 + {b} // 3",
        ],
        2: [
            f"if {a} <= {p}:",
            f"    {r} = {b} // 2",
            f"elif {a} <= {q} * 2:",
            f"    {r} = {b} // 3 + {c} // 4",
            "else:",
            f"    {r} = max({a}, {c}) % 50_000_017",
        ],
        3: [f"{r} = max(min({a} + {b} - {c}, 80_000_000), -{p})"],
    }[m.shape]


def numba_text(count: int) -> str:
    """`law(x, p, out)`: rule bodies in one serial function over rows, threads in a wrapper; what compiles fastest."""
    lines = [
        "import numba",
        "",
        "ARRAYS = 'void(int64[:,::1], int64[::1], int64[:,::1], int64, int64)'",
        "",
        "",
        "@numba.njit(ARRAYS, nogil=True)",
        "def rows(x, p, out, first, last):",
        *(f"    p{k} = p[{k}]" for k in range(GENERATED_FIGURES)),
        "    for i in range(first, last):",
        *(f"        x{k} = x[{k}, i]" for k in range(GENERATED_INPUTS)),
    ]
    for m in made(count):
        lines += [f"        {line}" for line in as_numba(m)]
    lines += [f"        out[{k}, i] = {name}" for k, name in enumerate(wanted(count))]
    lines += [
        "",
        "",
        "@numba.njit(parallel=True, nogil=True)",
        "def law(x, p, out):",
        "    for k in numba.prange((x.shape[1] + 4095) // 4096):",
        "        rows(x, p, out, k * 4096, min(x.shape[1], k * 4096 + 4096))",
    ]
    return "\n".join(lines) + "\n"
