"""Random laws: compiled code against CPython, values and statuses, row by row.

`compare(seed, rows)` makes a law of random rules over persons and a kind of group, with parameters that have holes and
approximate figures, and facts at the edges of their ranges and beyond; it runs both and counts the values compared.
"""

from __future__ import annotations

import random
import types
from collections import Counter
from typing import Any

import numpy as np

from shebao.rules import parameters
from shebao.rules.kernel import Frame, Kernel, Membership, encoded
from shebao.rules.kinds import INT64_MIN, day
from shebao.rules.law import Law, LawError
from shebao.rules.rows import evaluate
from shebao.rules.status import Why, unpack

HEAD = """
from __future__ import annotations
from shebao.rules.declare import Group, Input, Missing, Reason, refuse, rule
from shebao.rules.kinds import *
from shebao.rules.language import *

class Grade(Code):
    LOW = 1, "低", "low"
    MID = 2, "中", "mid"
    TOP = 4, "高", "top"

HOUSE = Group("house", "户", "house", max_members=4)
NOT_SO = Reason("NOT_SO", "不行", "not so")
NOT_THUS = Reason("NOT_THUS", "不可", "not thus")

@helper
def taper(x: int, low: int, high: int) -> int:
    if x <= low:
        return 0
    if x >= high and high > low:
        return high - low
    return x - low

@helper
def in_summer(of: Day) -> Flag:
    month = month_of(of)
    return month >= 6 and month <= 8

@helper
def total_of(values: Series[Count], years: Series[Year], from_year: Year) -> Count:
    total = 0
    for k in range(len(values)):
        if years[k] >= from_year:
            total += within(values[k], -1000, 100000000)
    return total

"""
FIGURES = """
p: {zh: 数, en: scalar, kind: count, range: [-100, 100000], doc: d, confidence: known, dated: [
  {from: 1990-01-01, to: 1999-12-31, value: 7}, {from: 2001-01-01, value: 120, confidence: approx},
  {from: 2005-03-01, value: -3}, {from: 2012-01-01, value: 0}]}
t: {zh: 表, en: table, kind: count, range: [0, 5000], by: count, keys: [-2, 5], doc: d, confidence: source, dated: [
  {from: 1995-01-01, values: {-2: 5, 0: 17, 1: 0, 2: 999, 5: 12}},
  {from: 2006-07-01, confidence: approx, values: {-2: 1, -1: 2, 0: 3, 1: 4, 2: 5, 3: 6, 4: 7, 5: 8}}]}
g: {zh: 级, en: by grade, kind: count, range: [0, 5000], by: Grade, doc: d, confidence: source, dated: [
  {from: 1900-01-01, values: {low: 5, top: 70}}]}
b: {zh: 档, en: bands, kind: count, range: [0, 5000], bands: count, doc: d, confidence: source, yearly: [
  {year: 1999, bands: [{below: 0, value: 3}, {below: 10, value: 5}, {value: 100}]},
  {year: 2001, confidence: approx, bands: [{below: 1000, value: 1}, {value: 2}]}]}
y: {zh: 年, en: yearly, kind: count, range: [-9, 9000000], doc: d, confidence: source, yearly: [{year: 1998, value: 4},
  {year: 1999, value: -9}, {year: 2000, value: 0, confidence: approx}, {year: 2001, value: 8999999}]}
"""
RANGES = [(0, 100), (0, 10**11), (-50, 50), (INT64_MIN + 1, 2**63 - 1), (1, 12), (-(10**6), 10**6), (0, 2**62)]
Names = dict[str, list[str]]


class Writer:
    """Writes random statements of the language.  `names` are those set: n numbers, f flags, d days, y years."""

    def __init__(self, r: random.Random) -> None:
        self.r = r
        self.counter = 0

    def pick(self, *choices: str) -> str:
        return self.r.choice(choices)

    def literal(self) -> str:
        r = self.r
        value = r.choice([0, 1, 2, 3, 7, 10, 12, 100, 10_000, 2**31, 10**9, r.randrange(1000), r.randrange(2**62)])
        return f"-{value}" if r.random() < 0.1 else str(value)

    def n(self, names: Names, depth: int) -> str:
        """An expression that is a plain number."""
        r = self.r
        if depth <= 0 or r.random() < 0.15:
            return r.choice(names["n"]) if names["n"] and r.random() < 0.75 else self.literal()

        def sub() -> str:
            return self.n(names, depth - 1)

        choices: list[str] = [f"({sub()} {self.pick('+', '-', '*')} {sub()})"] * 4
        name = self.pick("floor_div", "ceil_div", "half_up", "remainder", "half_up_to_jiao", "up_to_yuan")
        choices += [f"{name}({sub()}, {self.pick(sub(), self.literal(), self.literal())})"] * 3
        choices += [f"{self.pick('min', 'max')}({sub()}, {sub()})", f"taper({sub()}, {sub()}, {self.literal()})"]
        choices += [f"({sub()} if {self.f(names, depth - 1)} else {sub()})", f"(-{sub()})"]
        choices += [f"within({sub()}, -5, {self.pick('4', '100000')})"]
        small = f"min(max({sub()}, {self.pick('0', '-100')}), {self.pick('100', '1000')})"  # ties, and both signs
        choices += [f"half_up({small}, {self.pick('2', '10', '-4')})", f"half_up_to_jiao({small}, 1)"]
        choices += [f"{self.pick('floor_div', 'ceil_div', 'remainder')}({small} - 50, {self.pick('3', '7', '-7')})"]
        for name in r.sample(names["n"], min(len(names["n"]), 2)):
            sign, other = self.pick("!=", "!=", ">", "=="), self.pick("0", "0", "1", "-50")
            choices.append(f"(floor_div({sub()}, {name} - {self.pick('0', '1')}) if {name} {sign} {other} else 3)")
            choices.append(f"{self.pick('floor_div', 'half_up', 'remainder')}({name}, {self.pick('3', '1000')})")
            wide = f"min(max({name}, 0), 3000000000) * 3000000000"
            choices.append(f"({wide} + {self.pick(wide, sub())})")
        if names["d"]:
            a, b = self.d(names, depth - 1), self.d(names, depth - 1)
            of = self.pick("months_between", "age_on")
            choices += [
                f"number({of}({a}, {b}))",
                f"number({a} - {b})",
                f"day_of_month({a})",
                f"number(month_index({a}))",
            ]
            choices += [f"number(year_of({a}))", f"number(month_of({a}) - {self.pick('0', '3')})"]
            choices.append(f"number(add_months({a}, {self.pick('1', '12', '-3', '18')}) - {a})")
        choices += [f"number(months_in({m}))" for m in names["m"]]
        for container in names["s"]:
            index = self.pick(*names["k"], *names["k"], f"remainder({sub()}, 9)") if names["k"] else sub()
            if "turns" in names["n"] and r.random() < 0.3:
                index = "turns"
            choices += [f"{container}[{index}]", f"len({container})"]
        for view, kind in names["v"]:  # type: ignore[misc]
            key = self.pick(f"min(max({sub()}, -2), 5)", f"remainder({sub()}, 7)", sub())
            if r.random() < 0.3:
                key = f"remainder(max({sub()}, 0), {self.pick('3', '5')}) * {self.pick('2', '3')}"
            if "turns" in names["n"] and r.random() < 0.4:
                key = "turns"
            if kind == "t":
                choices.append(f"{view}[{key}]")
            elif kind == "b":
                choices.append(f"{view}[{self.y(names, depth - 1)}, {sub()}]")
            elif kind == "y":
                choices.append(f"{view}[{self.y(names, depth - 1)}]")
            elif kind == "dp" and names["d"]:
                choices.append(f"{view}[{self.d(names, depth - 1)}]")
            elif kind == "g" and names["c"]:
                choices.append(f"{view}[{r.choice(names['c'])}]")
        if "h_a" in names["s"]:
            choices.append(f"total_of(h_a, h_y, {self.y(names, 0)})")
            choices.append(
                f"number(consecutive_months_before(h_y, h_m, {self.d(names, 0)}))" if names["d"] else "len(h_a)"
            )
        return r.choice(choices)

    def d(self, names: Names, depth: int) -> str:
        """An expression that is a day."""
        base = self.r.choice(names["d"])
        if depth <= 0 or self.r.random() < 0.5:
            return base
        return self.pick(
            f"add_months({base}, as_months({self.n(names, depth - 1)}))",
            f"({base} + as_days({self.n(names, depth - 1)}))",
            f"make_day({self.y(names, 0)}, {self.pick('2', '12')}, {self.pick('29', '31', '1')})",
            f"day_of_index(month_index({base}) {self.pick('+', '-')} {self.pick('1', '13')})",
            f"max({base}, {self.r.choice(names['d'])})",
        )

    def y(self, names: Names, depth: int) -> str:
        choices = [*names["y"], self.pick("1998", "1999", "2000", "2001", "2002")]
        if names["d"]:
            choices.append(f"year_of({self.r.choice(names['d'])})")
        if depth > 0:
            choices.append(f"as_year({self.n(names, depth - 1)})")
            choices += [f"({name} - 1)" for name in names["y"]]
        return self.r.choice(choices)

    def f(self, names: Names, depth: int) -> str:
        """A condition."""
        r, sign = self.r, self.pick("<", "<=", ">", ">=", "==", "!=")
        k = r.randrange(9)
        if depth <= 0 or k < 3:
            return f"({self.n(names, depth - 1)} {sign} {self.n(names, depth - 1)})"
        if k == 3:
            return f"({self.f(names, depth - 1)} {self.pick('and', 'or')} {self.f(names, depth - 1)})"
        if k == 4:
            return f"(not {self.f(names, depth - 1)})"
        if k == 5 and names["c"]:
            return f"{r.choice(names['c'])} {self.pick('==', '!=')} Grade.{self.pick('LOW', 'MID', 'TOP')}"
        if k == 6 and names["d"]:
            return self.pick(
                f"in_summer({self.d(names, depth - 1)})", f"({self.d(names, depth - 1)} {sign} {self.d(names, 0)})"
            )
        if k == 7 and names["m"]:
            return f"has_month({r.choice(names['m'])}, {self.pick('1', '7', '12')})"
        return r.choice(names["f"]) if names["f"] else "True"

    def block(self, names: Names, depth: int, indent: int) -> str:
        r, pad, out = self.r, "    " * indent, []
        if names["k"] and r.random() < 0.5:  # a counter that outgrows what one turn shows
            out.append(f"{pad}turns += {self.pick('1', '2', names['k'][0])}")
        for _ in range(r.randint(1, 3)):
            k, v = r.randrange(9), r.choice(["u", "w"])
            if k < 3 or depth <= 0:
                out.append(f"{pad}{v} {self.pick('=', '=', '+=', '-=')} {self.n(names, 2)}")
            elif k < 5:
                out.append(f"{pad}if {self.f(names, 2)}:\n{self.block(names, depth - 1, indent + 1)}")
                if r.random() < 0.5:
                    out.append(f"{pad}else:\n{self.block(names, depth - 1, indent + 1)}")
            elif k == 5:
                act = f"return {self.n(names, 2)}" if r.random() < 0.7 else f"refuse({self.pick('NOT_SO', 'NOT_THUS')})"
                out.append(f"{pad}if {self.f(names, 1)}:\n{pad}    {act}")
            elif k in (6, 7) and not names["k"]:
                self.counter += 1
                j = f"j{self.counter}"
                inner = {**names, "n": [*names["n"], j], "k": [j]}
                over = f"len({r.choice(names['s'])})" if names["s"] else self.pick("3", "9", "1, 5")
                out.append(f"{pad}for {j} in range({over}):\n{self.block(inner, depth - 1, indent + 1)}")
            elif not names["k"] and r.random() < 0.5:
                out.append(self.counting(names, pad))
            elif names["s"] and not names["k"] and "h_a" in names["s"]:
                out.append(self.quotients(pad))
            else:
                out.append(f"{pad}{v} = {self.n(names, 3)}")
        return "\n".join(out)

    def counting(self, names: Names, pad: str) -> str:
        """A loop that only counts, so that the ranges have to say how far."""
        self.counter += 1
        over = self.pick("3", "5", "6", "len(h_a)" if names["s"] else "9")
        lines = [
            "turns = 0",
            f"for j{self.counter} in range({over}):",
            f"    if {self.pick('True', self.f(names, 1))}:",
        ]
        lines.append(f"        turns += {self.pick('1', '2', f'j{self.counter}')}")
        tables = [f"{view}[turns]" for view, kind in names["v"] if kind == "t"]  # type: ignore[misc]
        lines.append(f"u = {self.pick(*tables, *tables, 'turns * 2305843009213693951')}")
        return "\n".join(pad + line for line in lines)

    def quotients(self, pad: str) -> str:
        self.counter += 1
        q, j = f"q{self.counter}", f"j{self.counter}"
        over = self.pick("3", "max(h_a[0], 1)", "7", "12", "max(w, 0)")
        term = self.pick(f"h_a[{j}]", f"max(h_a[{j}], 0)")
        return (
            f"{pad}{q} = NO_QUOTIENT\n{pad}for {j} in range(len(h_a)):\n"
            f"{pad}    {q} = {q} + quotient({term}, {self.pick('3', '7', '16')})\n"
            f"{pad}u = half_up_quotient({q}, {self.pick('1', '100', '10000')}, {over})"
        )


class RandomLaw:
    """The text of a law, and facts for it."""

    def __init__(self, seed: int) -> None:
        self.r = r = random.Random(seed)
        self.ranges = {f"x{k}": r.choice(RANGES) for k in range(5)}
        self.history_range = r.choice([(0, 10**9), (-100, 100), (INT64_MIN + 1, 2**63 - 1), (0, 10**5)])
        missing = ["Missing.ROW", "Missing.USE", "0"]
        self.missing = {x: r.choice(missing if lo <= 0 <= hi else missing[:2]) for x, (lo, hi) in self.ranges.items()}
        self.missing |= {n: r.choice(["Missing.ROW", "Missing.USE"]) for n in ("d0", "d1", "c0", "m0", "e0")}
        self.missing |= {"b0": r.choice(["Missing.USE", "False"]), "h": r.choice(["Missing.ROW", "Missing.USE", "0"])}
        self.text = self.write()

    def write(self) -> str:
        m = self.missing
        inputs = [f'Input("{x}", Count, "{x}", "{x}", {lo}, {hi}, {m[x]})' for x, (lo, hi) in self.ranges.items()]
        lo, hi = self.history_range
        inputs += [
            f'Input("d0", Day, "d0", "d0", missing={m["d0"]})',
            f'Input("d1", Day, "d1", "d1", {day("1990-01-01")}, {day("2015-12-31")}, {m["d1"]})',
            f'Input("b0", Flag, "b0", "b0", missing={m["b0"]})',
            f'Input("c0", Grade, "c0", "c0", missing={m["c0"]})',
            f'Input("m0", MonthMask, "m0", "m0", missing={m["m0"]})',
            f'Input("e0", Count, "e0", "e0", 0, 1000, {m["e0"]}, of="house")',
            f'Input("h_a", Series[Count], "h", "h", {lo}, {hi}, {m["h"]}, history="h", max_length=9)',
            f'Input("h_y", Series[Year], "h", "h", 1990, 2005, {m["h"]}, history="h", max_length=9)',
            f'Input("h_m", Series[MonthMask], "h", "h", missing={m["h"]}, history="h", max_length=9)',
        ]
        persons, houses = {f"x{k}": "n" for k in range(5)} | {"b0": "f"}, {"e0": "n"}
        rules = []
        for j in range(self.r.randint(3, 6)):
            rules.append(self.rule(f"r{j}", persons, houses if j > 2 else {}))
            if j == 2 and "r2_old" not in rules[-1]:
                rules.append(self.house_rule("s0", persons))
                houses["s0"] = "n"
            if j == 4:
                rules.append(self.house_rule("s1", persons))
                houses["s1"] = "n"
        return HEAD + "INPUTS = [\n    " + ",\n    ".join(inputs) + ",\n]\n" + "\n".join(rules)

    def rule(self, name: str, persons: dict[str, str], houses: dict[str, str]) -> str:
        r = self.r
        kind = r.choice("nnnnfd")
        dated = r.choice(["", "", ', dated_by="d0"', ', dated_by="d1"'])
        text = ""
        cuts = r.choice([[("1850-01-01", "2249-12-31")], [("1995-01-01", "2004-02-29"), ("2004-03-01", "2014-12-31")]])
        for k, (since, until) in enumerate(cuts):
            args, names = self.arguments(persons, houses)
            writer = Writer(r)
            head = f'@rule(zh="z", en="e", cites="c", since="{since}", until="{until}", variable="{name}"{dated})\n'
            annotation = {"n": "Count", "f": "Flag", "d": "Day"}[kind]
            head += f"def {name}_{k}({', '.join(args)}) -> {annotation}:\n"
            if kind == "d" and names["d"]:
                body = f"    return {writer.d(names, 3)}\n"
            elif kind == "f":
                body = f"    return {writer.f(names, 4)}\n"
            else:
                kind = "n"
                head = head.replace("-> Day", "-> Count")
                both = {**names, "n": [*names["n"], "u", "w", "turns"]}
                body = f"    u = {writer.n(names, 2)}\n    w = {self.r.choice(['0', '5'])}\n    turns = 0\n"
                body += writer.block(both, 2, 1) + f"\n    return {writer.n(both, 2)}\n"
            text += "\n" + head + body
        persons[name] = kind
        return text

    def arguments(self, persons: dict[str, str], houses: dict[str, str]) -> tuple[list[str], Any]:
        r = self.r
        names: dict[str, Any] = {k: [] for k in "nfdycmskv"}
        used = r.sample(list(persons), min(4, len(persons))) + r.sample(list(houses), min(1, len(houses)))
        kinds = persons | houses
        args = []
        for a in used:
            names[kinds[a]].append(a)
            args.append(f"{a}: {({'n': 'Count', 'f': 'Flag', 'd': 'Day'})[kinds[a]]}")
        for a, kind, annotation in (
            ("d0", "d", "Day"),
            ("benefit_day", "d", "Day"),
            ("c0", "c", "Grade"),
            ("m0", "m", "MonthMask"),
        ):
            if r.random() < 0.5:
                names[kind].append(a)
                args.append(f"{a}: {annotation}")
        if r.random() < 0.5:
            names["s"] += ["h_a"]
            args += ["h_a: Series[Count]", "h_y: Series[Year]", "h_m: Series[MonthMask]"]
        if r.random() < 0.6:
            form = r.choice(["Count", "Dated[Count]"])
            args.append(f"p: {form}")
            if form == "Count":
                names["n"].append("p")
            else:
                names["v"].append(("p", "dp"))
        views = (
            ("t", "t", "Table[Count]"),
            ("t", "", ""),
            ("b", "b", "YearlyBands[Count]"),
            ("y", "y", "Yearly[Count]"),
            ("g", "g", "Table[Count]"),
        )
        for a, kind, annotation in views:
            if kind and r.random() < 0.4:
                args.append(f"{a}: {annotation}")
                names["v"].append((a, kind))
        return args, names

    def house_rule(self, name: str, persons: dict[str, str]) -> str:
        numbers = [p for p, kind in persons.items() if kind == "n"]
        a = self.r.choice(numbers)
        return f"""
@rule(zh="z", en="e", cites="c", of=HOUSE)
def {name}({a}: Members[Count], e0: Count) -> Count:
    total = {self.r.choice(["0", "e0"])}
    for k in range(len({a})):
        if {a}[k] > {self.r.choice(["0", "-1000", "10"])}:
            total += {a}[k]
    return total + {self.r.choice(["0", "e0", f"len({a})"])}
"""

    def value(self, lo: int, hi: int) -> int:
        r = self.r
        k = r.random()
        edges = [lo, hi, *(v for v in (0, 1, -1, 2**31) if lo <= v <= hi)]
        if k < 0.25:
            return r.choice(edges)
        if k < 0.6 and lo <= 1000 and hi >= -1000:
            return r.randint(max(lo, -1000), min(hi, 1000))
        return r.randint(lo, hi)

    def person(self) -> dict[str, Any]:
        r = self.r
        facts: dict[str, Any] = {x: self.value(*span) for x, span in self.ranges.items()}
        facts["d0"] = r.choice(
            [
                day("2000-02-29"),
                day("2005-02-28"),
                day("2004-03-01"),
                day("2003-01-31"),
                day("2003-12-30"),
                r.randint(*_days(1985, 2020)),
                r.randint(*_days(1850, 2249)),
            ]
        )
        facts["d1"] = r.choice([day("1995-01-01"), day("1994-12-31"), r.randint(*_days(1990, 2015))])
        facts |= {"b0": r.random() < 0.5, "c0": r.choice([1, 2, 4]), "m0": r.randrange(4096)}
        length = r.choice([0, 1, 3, 9, r.randrange(10)])
        facts["h_a"] = [self.value(*self.history_range) for _ in range(length)]
        facts["h_y"] = [r.randint(1990, 2005) for _ in range(length)]
        facts["h_m"] = [r.choice([4095, 4095, r.randrange(4096)]) for _ in range(length)]
        if r.random() < 0.25:
            self.spoil(facts)
        return facts

    def spoil(self, facts: dict[str, Any]) -> None:
        r = self.r
        name = r.choice(list(facts))
        if name.startswith("h_"):
            column = facts[name]
            how = r.randrange(4)
            if how == 0:
                facts |= {"h_a": None, "h_y": None, "h_m": None}
            elif how == 1:
                column.append(1)
            elif column:
                column[r.randrange(len(column))] = None if how == 2 else 4096 if name == "h_m" else 1849
        elif r.random() < 0.6:
            facts[name] = None
        elif name in self.ranges and self.ranges[name][0] > INT64_MIN + 1:
            facts[name] = self.ranges[name][0] - 1
        elif name in ("c0", "m0"):
            facts[name] = 4097


def _days(first: int, last: int) -> tuple[int, int]:
    return day(f"{first}-01-01"), day(f"{last}-12-31")


def load(made: RandomLaw) -> Law:
    """The law of a random text.  Raises LawError for what the checker refuses."""
    module = types.ModuleType("random_law")
    exec(compile(made.text, "<random law>", "exec"), module.__dict__)
    for value in list(vars(module).values()):
        if isinstance(value, types.FunctionType) and value.__globals__ is module.__dict__:
            value.__source_text__ = made.text  # type: ignore[attr-defined]
            value.__module__ = "random_law"
    return Law.of([module], parameters.load(FIGURES, {"Grade": module.Grade}))  # type: ignore[attr-defined]


def frames(law: Law, persons: list[dict[str, Any]], houses: list[dict[str, Any]]) -> dict[str, Frame]:
    """The facts as arrays; independent of the Arrow adapter."""
    out = {"person": Frame(len(persons)), "house": Frame(len(houses))}
    for name, given in law.inputs.items():
        rows = persons if given.of == "person" else houses
        frame = out[given.of]
        default = INT64_MIN if not isinstance(given.missing, int) else int(given.missing)
        if not given.history:
            column = [default if f.get(name) is None else int(f[name]) for f in rows]
            if given.kind.form == "flag":
                frame.scalars[name] = np.array([-128 if v == INT64_MIN else v for v in column], np.int8)
            else:
                frame.scalars[name] = np.array(column, np.int64)
    columns = ["h_a", "h_y", "h_m"]
    lists = [[f[c] for c in columns] for f in persons]
    empty = isinstance(law.inputs["h_a"].missing, int)
    marks, sound = [], []
    for row in lists:
        there = [c is not None for c in row]
        equal = all(there) and len({len(c) for c in row}) == 1
        marks.append(1 if equal or (empty and not any(there)) else 0 if not any(there) else 2)
        sound.append(row if equal else [[], [], []])
    lengths = [len(row[0]) for row in sound]
    frame = out["person"]
    frame.offsets["h"] = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    frame.present["h"] = np.array(marks, np.int8)
    for k, c in enumerate(columns):
        filling = int(law.inputs[c].missing) if empty else INT64_MIN
        frame.series[c] = np.array([filling if v is None else v for row in sound for v in row[k]], np.int64)
    return out


def compare(seed: int, rows: int) -> Counter[str]:
    """One random law over that many persons, on three days, in both modes.  Counts by outcome, WRONG, refused laws."""
    count: Counter[str] = Counter()
    made = RandomLaw(seed)
    try:
        law = load(made)
        plan = law.plan(list(law.variables))
        kernel = Kernel(plan)
        kernel.variant(True), kernel.variant(False)
    except LawError as error:
        count["law refused: " + str(error).rsplit(": ", 1)[-1][:40]] += 1
        return count
    r = made.r
    persons = [made.person() for _ in range(rows)]
    houses = [{"e0": r.choice([None, 0, 5, 1000, 1001 if r.random() < 0.1 else 7])} for _ in range(max(rows // 3, 1))]
    member_of = [r.choice([None, *range(len(houses))]) if r.random() < 0.9 else 0 for _ in range(rows)]
    data = frames(law, persons, houses)
    index = np.array([-1 if g is None else g for g in member_of], np.int64)
    membership = {"house": Membership.of(index, len(houses))} if plan.groups else {}
    for on, mode in ((day("2004-02-29"), "marked"), (day("1999-06-15"), "strict"), (day("2012-01-01"), "marked")):
        figures = encoded(plan, strict=mode == "strict")
        result = kernel.run(data, membership, figures, on)
        groups = {"house": houses} if plan.groups else {}
        want = evaluate(plan, persons, groups, {"house": member_of} if plan.groups else {}, on=on, mode=mode)
        for name in plan.want:
            pairs = zip(
                want.values[name],
                want.statuses[name],
                result.values[name].tolist(),
                result.statuses[name].tolist(),
                strict=False,
            )
            for row, (value, status, got, got_status) in enumerate(pairs):
                if got_status and unpack(got_status)[0] is Why.EXACT:
                    count["left to exact arithmetic"] += 1
                elif (int(value), status) == (got, got_status):
                    count["decided" if not status else unpack(status)[0].name] += 1
                else:
                    count["WRONG"] += 1
                    if count["WRONG"] == 1:
                        print(
                            "WRONG",
                            seed,
                            name,
                            "row",
                            row,
                            on,
                            mode,
                            "want",
                            value,
                            status and unpack(status),
                            "got",
                            got,
                            got_status and unpack(got_status),
                        )
    return count
