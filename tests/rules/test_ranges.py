"""What the ranges prove: which checks stay in compiled code, and that those that go were not needed."""

from __future__ import annotations

from itertools import product

import pytest
from laws import agreement, kernel_of, law_of, staying

from shebao.rules.compile import Program
from shebao.rules.kernel import Kernel

FIGURES = """
share: {zh: 表, en: table, kind: count, range: [0, 9], by: count, keys: [0, 10], doc: d, confidence: known, dated: [
  {from: 1900-01-01, values: {0: 5, 1: 4, 2: 3, 3: 2, 4: 1, 5: 0, 6: 1, 7: 2, 8: 3, 9: 4, 10: 5}}]}
by_mask: {zh: 表, en: table, kind: count, range: [0, 9], by: months, keys: [0, 12], doc: d, confidence: known, dated: [
  {from: 1900-01-01, values: {0: 5}}]}
rate: {zh: 率, en: rate, kind: ratio4, unit: percent, range: [0, 20], doc: d, confidence: known, dated: [
  {from: 1900-01-01, value: 8}]}
wage: {zh: 薪, en: wage, kind: fen, unit: yuan, range: [1, 100000], doc: d, confidence: known, yearly: [
  {year: 2000, value: 8}]}
"""
INPUTS = """
class Grade(Code):
    LOW = 1, "低", "low"
    TOP = 2, "高", "top"


INPUTS = [
    Input("x", Count, "x", "x", 0, 10),
    Input("y", Count, "y", "y", 0, 10),
    Input("z", Count, "z", "z", -10, 10),
    Input("one", Count, "o", "o", 1, 10),
    Input("less", Count, "l", "l", -10, -1),
    Input("wide", Count, "w", "w", -(2**63) + 1, 2**63 - 1),
    Input("big", Count, "b", "b", 0, 10**18),
    Input("root", Count, "r", "r", -3 * 10**9, 3 * 10**9),
    Input("amount", Fen, "a", "a", 0, 10**9),
    Input("born", Day, "b", "b"),
    Input("near", Day, "n", "n", 0, 20000),
    Input("in_year", Year, "y", "y"),
    Input("ok", Flag, "o", "o"),
    Input("grade", Grade, "g", "g"),
    Input("mask", MonthMask, "m", "m"),
    Input("h_a", Series[Count], "h", "h", 0, 10**6, history="h", max_length=9),
    Input("h_b", Series[Count], "h", "h", 0, 10**18, history="h", max_length=9),
    Input("g_a", Series[Count], "g", "g", 0, 5, history="g", max_length=9),
]


@helper
def shared(a: int, b: int) -> int:
    return floor_div(a, b)
"""


def text_of(arguments: str, *body: str, result: str = "Count") -> str:
    lines = [f"@law\ndef r({arguments}) -> {result}:", *(f"    {line}" for line in body)]
    return INPUTS + "\n\n" + "\n".join(lines) + "\n"


def checks_of(text: str) -> list[str]:
    law = law_of(text, FIGURES)
    return [check.why for check in Program(law.plan(list(law.variables)), sure=True).run().checks]


NO_CHECKS: list[str] = []
OVERFLOW, ZERO, INDEX, RANGE = ["OVERFLOW"], ["ZERO_DIVISOR"], ["INDEX"], ["RANGE"]
LOOP = "for k in range(len(h_a)):"
CASES: dict[str, tuple[str, list[str]]] = {
    "a small sum": (text_of("x: Count, y: Count", "return x + y - 1"), NO_CHECKS),
    "a sum of large ones": (text_of("wide: Count, x: Count", "return wide + x"), OVERFLOW),
    "a difference of large ones": (text_of("wide: Count, x: Count", "return x - wide"), OVERFLOW),
    "a negation that fits": (text_of("wide: Count", "return -wide"), NO_CHECKS),
    "a product that fits": (text_of("root: Count", "return root * root"), NO_CHECKS),
    "a product that may not": (text_of("root: Count", "return root * root * 2"), OVERFLOW),
    "a product of two signs": (text_of("root: Count, z: Count", "return root * z * 300000000"), NO_CHECKS),
    "a large product of two signs": (text_of("root: Count, z: Count", "return root * z * 310000000"), OVERFLOW),
    "a product, divided": (
        text_of("amount: Fen, rate: Ratio4", "return half_up_to_fen(amount * rate, ONE4)", result="Fen"),
        NO_CHECKS,
    ),
    "a divisor from 1": (text_of("x: Count, one: Count", "return floor_div(x, one)"), NO_CHECKS),
    "a divisor from 0": (text_of("x: Count, y: Count", "return floor_div(x, y)"), ZERO),
    "a divisor of both signs": (text_of("x: Count, z: Count", "return half_up(x, z)"), ZERO),
    "a negative divisor": (text_of("x: Count, less: Count", "return ceil_div(x, less)"), NO_CHECKS),
    "a divisor of 0 only": (text_of("x: Count", "return remainder(x, 0)"), ZERO),
    "the least by -1": (text_of("wide: Count, less: Count", "return floor_div(wide - 1, less)"), ["OVERFLOW"]),
    "a divisor looked at": (
        text_of("x: Count, y: Count", "if y > 0:", "    return half_up(x, y)", "return 0"),
        NO_CHECKS,
    ),
    "a divisor that is not 0": (
        text_of("x: Count, y: Count", "if y == 0:", "    return 0", "return half_up(x, y)"),
        NO_CHECKS,
    ),
    "not 0 by choice": (text_of("x: Count, y: Count", "return half_up(x, y) if y != 0 else 0"), NO_CHECKS),
    "not 0 of both signs": (text_of("x: Count, z: Count", "return half_up(x, z) if z != 0 else 0"), ZERO),
    "0 on this path": (text_of("x: Count, y: Count", "return half_up(x, y) if y == 0 else 0"), ZERO),
    "not 0 by and": (
        text_of("x: Count, y: Count", "return 1 if y > 0 and half_up(x, y) > 1 else 0"),
        NO_CHECKS,
    ),
    "not 0 by or": (text_of("x: Count, y: Count", "return 1 if y == 0 or half_up(x, y) > 1 else 0"), NO_CHECKS),
    "not 0 by not": (text_of("x: Count, y: Count", "return 0 if not y > 0 else half_up(x, y)"), NO_CHECKS),
    "looked at the other way round": (text_of("x: Count, y: Count", "return half_up(x, y) if 0 < y else 0"), NO_CHECKS),
    "looked at beside": (text_of("x: Count, y: Count", "return half_up(x, y) if x > 0 else 0"), ZERO),
    "looked at and set anew": (
        text_of("x: Count, y: Count", "d = y", "if d > 0:", "    d = d - 1", "    return half_up(x, d)", "return 0"),
        ZERO,
    ),
    "at least 1": (text_of("x: Count, y: Count", "return half_up(x, max(y, 1))"), NO_CHECKS),
    "a key within": (text_of("x: Count, share: Table[Count]", "return share[x]"), NO_CHECKS),
    "a key beyond": (text_of("z: Count, share: Table[Count]", "return share[z]"), INDEX),
    "a key that one more leads out": (text_of("x: Count, share: Table[Count]", "return share[x + 1]"), INDEX),
    "a key kept within": (
        text_of("wide: Count, share: Table[Count]", "return share[min(max(wide, 0), 10)]"),
        NO_CHECKS,
    ),
    "a key looked at": (
        text_of("z: Count, share: Table[Count]", "if z < 0 or z > 10:", "    return 0", "return share[z]"),
        NO_CHECKS,
    ),
    "a key looked at on one side": (
        text_of("wide: Count, share: Table[Count]", "if wide < 0:", "    return 0", "return share[wide]"),
        INDEX,
    ),
    "a remainder as a key": (text_of("big: Count, share: Table[Count]", "return share[remainder(big, 11)]"), NO_CHECKS),
    "a remainder with its sign": (text_of("z: Count, share: Table[Count]", "return share[remainder(z, 11)]"), INDEX),
    "months of a mask as a key": (
        text_of("mask: MonthMask, by_mask: Table[Count]", "return by_mask[months_in(mask)]"),
        NO_CHECKS,
    ),
    "a quotient as a key": (text_of("x: Count, share: Table[Count]", "return share[floor_div(x * 7, 7)]"), NO_CHECKS),
    "within, and it is": (text_of("x: Count", "return within(x, 0, 10)"), NO_CHECKS),
    "within, and it may not be": (text_of("x: Count", "return within(x, 0, 9)"), RANGE),
    "within, then used": (text_of("wide: Count", "return within(wide, 0, 10) * 1000"), RANGE),
    "the own history": (text_of("h_a: Series[Count]", "t = 0", LOOP, "    t = h_a[k]", "return t"), NO_CHECKS),
    "another column of it": (
        text_of("h_a: Series[Count], h_b: Series[Count]", "t = 0", LOOP, "    t = h_b[k]", "return t"),
        NO_CHECKS,
    ),
    "another history": (
        text_of("h_a: Series[Count], g_a: Series[Count]", "t = 0", LOOP, "    t = g_a[k]", "return t"),
        INDEX,
    ),
    "the row before": (text_of("h_a: Series[Count]", "t = 0", LOOP, "    t = h_a[k - 1]", "return t"), INDEX),
    "the counter by another name": (
        text_of("h_a: Series[Count]", "t = 0", LOOP, "    j = k", "    t = h_a[j]", "return t"),
        NO_CHECKS,
    ),
    "one of two counters": (
        text_of(
            "h_a: Series[Count], g_a: Series[Count], ok: Flag",
            "t = 0",
            LOOP,
            "    for j in range(len(g_a)):",
            "        t = h_a[k if ok else j]",
            "return t",
        ),
        INDEX,
    ),
    "the last row": (text_of("h_a: Series[Count]", "return h_a[len(h_a) - 1]"), INDEX),
    "a sum over a history": (text_of("h_a: Series[Count]", "t = 0", LOOP, "    t += h_a[k]", "return t"), NO_CHECKS),
    "a large sum over a history": (
        text_of("h_a: Series[Count], h_b: Series[Count]", "t = 0", LOOP, "    t += h_b[k]", "return t"),
        NO_CHECKS,
    ),
    "a sum that is too large": (
        text_of("h_a: Series[Count], h_b: Series[Count]", "t = 0", LOOP, "    t += h_b[k] * 2", "return t"),
        OVERFLOW,
    ),
    "two sums in a turn": (
        text_of("h_a: Series[Count], h_b: Series[Count]", "t = 0", LOOP, "    t += h_b[k] + h_b[k]",
                "return t"),
        OVERFLOW,
    ),
    "down and up": (
        text_of("h_a: Series[Count]", "t = 0", LOOP, "    t -= h_a[k]", "    t += 1", "return half_up(5, 10 + t)"),
        ZERO,
    ),
    "a count of turns": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 0", LOOP, "    t += 1", "return share[t]"),
        NO_CHECKS,
    ),
    "a count of turns, by two": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 0", LOOP, "    t += 2", "return share[t]"),
        INDEX,
    ),
    "a count from 2": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 2", LOOP, "    t += 1", "return share[t]"),
        INDEX,
    ),
    "a count in the turn": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 2", "u = 0", LOOP, "    u += share[t]", "    t += 1",
                "return u"),
        NO_CHECKS,
    ),
    "a count in the turn that leads out": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 3", "u = 0", LOOP, "    u += share[t]", "    t += 1",
                "return u"),
        INDEX,
    ),
    "a count of some turns": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 1", LOOP, "    if h_a[k] > 5:", "        t += 1",
                "return share[t]"),
        NO_CHECKS,
    ),
    "a count set back": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 0", LOOP, "    t += 1", "    if h_a[k] > 5:",
                "        t = 0", "return share[t]"),
        NO_CHECKS,
    ),
    "a count set back further": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 0", LOOP, "    t += 1", "    if h_a[k] > 5:",
                "        t = 2", "return share[t]"),
        INDEX,
    ),
    "turns within turns": (
        text_of("share: Table[Count]", "t = 0", "for j in range(2):", "    for k in range(5):", "        t += 1",
                "return share[t]"),
        NO_CHECKS,
    ),
    "more turns within turns": (
        text_of("share: Table[Count]", "t = 0", "for j in range(3):", "    for k in range(4):", "        t += 1",
                "return share[t]"),
        INDEX,
    ),
    "many turns within turns": (
        text_of("h_a: Series[Count], g_a: Series[Count]", "t = 0", LOOP, "    for j in range(len(g_a)):",
                "        t += g_a[j]", "return t * 20000000000000000"),
        NO_CHECKS,
    ),
    "too many turns within turns": (
        text_of("h_a: Series[Count], g_a: Series[Count]", "t = 0", LOOP, "    for j in range(len(g_a)):",
                "        t += g_a[j]", "return t * 30000000000000000"),
        OVERFLOW,
    ),
    "what grows by itself": (
        text_of("amount: Fen, rate: Ratio4", "total = amount", "for k in range(200):",
                "    total = total + half_up_to_fen(total * rate, ONE4)", "return total", result="Fen"),
        OVERFLOW,
    ),
    "what grows by itself, bounded": (
        text_of("amount: Fen, rate: Ratio4", "total = amount", "for k in range(200):",
                "    total = within(total + half_up_to_fen(total * rate, ONE4), 0, 1000000000000)", "return total",
                result="Fen"),
        RANGE,
    ),
    "one that follows the other": (
        text_of("x: Count, share: Table[Count]", "a = 0", "b = 0", "for k in range(20):", "    a = b",
                "    b = min(b + x, 10)", "return share[a]"),
        NO_CHECKS,
    ),
    "a loop without turns": (text_of("share: Table[Count]", "t = 0", "for k in range(0):", "    t += 99",
                                     "return share[min(t, 10)]"), NO_CHECKS),
    "a counter between": (
        text_of("x: Count, share: Table[Count]", "t = 0", "for k in range(x, 11):", "    t += share[k]", "return t"),
        NO_CHECKS,
    ),
    "a counter that leads out": (
        text_of("x: Count, share: Table[Count]", "t = 0", "for k in range(x, 12):", "    t += share[k]", "return t"),
        INDEX,
    ),
    "a return in a loop": (
        text_of("h_a: Series[Count], share: Table[Count]", "t = 0", LOOP, "    if h_a[k] > 5:",
                "        return share[t]", "    t += 1", "return 0"),
        NO_CHECKS,
    ),
    "a helper where it divides by 1 or more": (text_of("x: Count, one: Count", "return shared(x, one)"), NO_CHECKS),
    "the same helper where it may divide by 0": (text_of("x: Count, y: Count", "return shared(x, y)"), ZERO),
    "the parts of a day": (
        text_of("born: Day", "return day_of_month(born) + number(month_of(born)) + number(year_of(born))"),
        NO_CHECKS,
    ),
    "a day that may lie beyond": (text_of("born: Day", "return number(year_of(born + 1))"), RANGE),
    "a day that is near": (text_of("near: Day", "return number(year_of(near + 1))"), NO_CHECKS),
    "a day as the result": (text_of("born: Day", "return born + 1", result="Day"), RANGE),
    "a near day as the result": (text_of("near: Day", "return near + 1", result="Day"), NO_CHECKS),
    "a year as the result": (text_of("in_year: Year", "return in_year - 1", result="Year"), RANGE),
    "a month as the result": (text_of("born: Day", "return month_of(born) + 1", result="Month"), RANGE),
    "an age": (text_of("born: Day, near: Day", "return number(age_on(born, near))"), RANGE),
    "months between": (text_of("born: Day, near: Day", "return number(months_between(born, near))"), NO_CHECKS),
    "a month of a mask": (text_of("mask: MonthMask, born: Day", "return 1 if has_month(mask, month_of(born)) else 0"),
                          NO_CHECKS),
    "months later": (text_of("near: Day", "return number(year_of(add_months(near, 1)))"), RANGE),
    "a year's figure": (
        text_of("near: Day, wage: Yearly[Fen]", "return wage[year_of(near) - 1]", result="Fen"),
        NO_CHECKS,
    ),
    "codes": (text_of("grade: Grade", "return 1 if grade == Grade.LOW else 2"), NO_CHECKS),
    "a sum of quotients": (
        text_of("h_a: Series[Count]", "q = NO_QUOTIENT", LOOP, "    q = q + quotient(h_a[k], 7)",
                "return half_up_quotient(q, 100, 12)"),
        NO_CHECKS,
    ),
    "a large sum of quotients": (
        text_of("h_a: Series[Count]", "q = NO_QUOTIENT", LOOP, "    q = q + quotient(h_a[k] * 5000, 7)",
                "return half_up_quotient(q, 100, 12)"),
        OVERFLOW,
    ),
    "a quotient by what may be 0": (
        text_of("h_a: Series[Count], y: Count", "q = NO_QUOTIENT", LOOP, "    q = q + quotient(h_a[k], y)",
                "return half_up_quotient(q, 100, 12)"),
        ZERO,
    ),
    "a quotient of a negative number": (
        text_of("z: Count", "return half_up_quotient(quotient(z, 3), 1, 2)"),
        RANGE,
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_checks_that_stay(what: str) -> None:
    text, checks = CASES[what]
    assert checks_of(text) == checks


EDGES = {
    "x": [0, 10],
    "y": [0, 1, 10],
    "z": [-10, -1, 0, 10],
    "one": [1, 10],
    "less": [-10, -1],
    "wide": [-(2**63) + 1, 0, 2**63 - 1],
    "big": [0, 10**18],
    "root": [-3 * 10**9, 3 * 10**9],
    "amount": [0, 10**9],
    "born": [-43829, 11016, 102267],
    "near": [0, 20000],
    "in_year": [1850, 2249],
    "ok": [False, True],
    "grade": [1, 2],
    "mask": [0, 4095],
    "h_a": [[], [10**6] * 9, [0] * 9, [0, 10**6] * 4],
    "g_a": [[], [5] * 9],
}


def test_at_the_ends_of_the_ranges() -> None:
    """All of these rules together, where each fact lies at an end of its range: compiled code agrees with CPython."""
    head = INPUTS
    rules = [text.removeprefix(head).replace("def r(", f"def r{k}(") for k, (text, _) in enumerate(CASES.values())]
    kernel = kernel_of(head + "".join(rules), FIGURES)
    persons = []
    for name, values in EDGES.items():
        for other, others in EDGES.items():
            for value, beside in product(values, others):
                facts = {n: v[0] for n, v in EDGES.items()} | {name: value, other: beside}
                facts["h_b"] = [10**18 if a else 0 for a in facts["h_a"]]  # type: ignore[union-attr]
                persons.append(facts)
    found = agreement(kernel, persons, on=11016)
    assert not found["WRONG"]
    for outcome in ("decided", "OVERFLOW", "ZERO_DIVISOR", "INDEX", "RANGE", "NO_FIGURE"):
        assert found[outcome] > 20, found


def test_a_loop_that_stops_early_or_never_starts() -> None:
    """Growth over no turn, one, and as many as a history may have."""
    text = """
    INPUTS = [
        Input("first", Count, "f", "f", 0, 5),
        Input("last", Count, "l", "l", 0, 20),
        Input("h_a", Series[Count], "h", "h", -9, 9, history="h", max_length=20),
    ]

    @law
    def steps(first: Count, last: Count) -> Count:
        t = 0
        for k in range(first, last):
            t += k
        return t

    @law
    def back(h_a: Series[Count]) -> Count:
        t = 0
        for k in range(len(h_a)):
            t -= h_a[k]
            if h_a[k] == 9:
                return t
        return t
    """
    kernel = kernel_of(text)
    assert staying(kernel) == NO_CHECKS
    persons = [{"first": f, "last": n, "h_a": [f - 9, 5] * (n // 2)} for f in range(6) for n in range(21)]
    persons += [{"first": 0, "last": 20, "h_a": [-9] * 20}, {"first": 0, "last": 20, "h_a": [9] * 20}]
    assert agreement(kernel, persons, on=0) == {"decided": 2 * len(persons)}


def test_a_check_tells_its_rule_and_line() -> None:
    text = text_of("x: Count, y: Count", "a = x", "return floor_div(a, y)")
    kernel: Kernel = kernel_of(text, FIGURES)
    assert staying(kernel) == ZERO
    (check,) = kernel.checks
    assert check.rule.startswith("law_of_text_")
    assert check.rule.endswith(" r")
    assert check.text == "floor_div(a, y)"
    assert check.line == len(("\n" * 4 + text).splitlines())
