"""RESULTS.md and CHECKS.md from what the parts found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from environments import PINS
from parts import UNCHECKED, US, YEARLY

Found = dict[str, Any]
UNCHECKED_YEARLY = UNCHECKED.replace(",", ", a row a year,")
OPENFISCA, TTSIM = "OpenFisca-core", "ttsim with JAX, kernel"
NUMBA = "Numba by hand, 2 threads"
VECTORS = "NumPy, an array per variable"

# Why a goal is missed, where it is; shown only then.
CAUSES: dict[str, str] = {}


def seconds(value: float) -> str:
    if value < 0.1:
        return f"{value * 1000:.1f} ms"
    return f"{value:.3f} s" if value < 1 else f"{value:.2f} s"


def times(ratio: Found | None) -> str:
    """A ratio with its ends."""
    if not ratio:
        return "–"
    return f"{ratio['median']:.2f} ({ratio['least']:.2f} … {ratio['most']:.2f}; {ratio['best']:.2f})"


def table(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| {' | '.join('---' for _ in head)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def wrong(engine: Found) -> str:
    """Results that are not the exact ones, by output."""
    found = engine["wrong"]
    if not found:
        return "(reference)"
    bad = [
        f"{name}: {one['wrong']:,} ({one['wrong'] / one['rows']:.2%}), by up to {one['most']}"
        for name, one in found.items()
        if one["wrong"]
    ]
    return "; ".join(bad) or "0"


def engines(found: dict[str, Found], base: str) -> Iterator[str]:
    rows = [
        [
            name,
            seconds(one["seconds"]),
            seconds(one["best"]),
            seconds(one["cpu"]),
            times(one["ratio"].get(base)),
            str(one["rounds"]),
            f"{one['peak_mb']:,} ({one['base_mb']:,})",
            wrong(one),
        ]
        for name, one in sorted(found.items(), key=lambda item: item[1]["seconds"])
    ]
    head = ["engine", "median", "best", "CPU", f"times {base}", "rounds", "peak MB (before)", "results not exact"]
    yield from table(head, rows)


# ---------------------------------------------------------------- goals
class Goals:
    """Collects rows of the table of goals; what a part did not find is left out."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.missed: list[str] = []

    def add(self, key: str, goal: str, measured: Callable[[], tuple[str, bool, bool]]) -> None:
        """measured: (what, whether it is met, whether the best times of both meet it)."""
        try:
            what, met, nearly = measured()
        except (KeyError, TypeError, IndexError):
            return
        self.rows.append([goal, what, "yes" if met else "by the best times" if nearly else "**no**"])
        if not met:
            self.missed.append(key)

    def at_least(self, key: str, goal: str, ratio: Callable[[], Found], least: float) -> None:
        self.add(key, goal, lambda: (times(ratio()) + "×", ratio()["median"] >= least, ratio()["best"] >= least))

    def at_most(self, key: str, goal: str, value: Callable[[], float], most: float, unit: str) -> None:
        self.add(key, goal, lambda: (f"{value():.3g} {unit}", value() <= most, False))

    def none(self, key: str, goal: str, count: Callable[[], int]) -> None:
        self.add(key, goal, lambda: (f"{count():,}", count() == 0, False))


def goals(found: Found) -> Goals:
    made = Goals()

    def ratio(part: str, engine: str, base: str) -> Callable[[], Found]:
        return lambda: found[part]["engines"][engine]["ratio"][base]

    made.at_least("W1 OpenFisca", "W1: OpenFisca takes at least 3 times as long", ratio("W1", OPENFISCA, US), 3)
    made.at_least("W1 ttsim", "W1: ttsim's kernel takes at least 2 times as long", ratio("W1", TTSIM, US), 2)
    made.at_least("W1 Numba", "W1: a hand-written Numba loop is no faster", ratio("W1", NUMBA, US), 1)

    def wrong_here() -> int:
        ours = [one for name, one in found["W1"]["engines"].items() if "shebao" in name or name == "NumPy by hand"]
        return sum(output["wrong"] for one in ours for output in one["wrong"].values())

    made.none("W1 wrong", "W1: rows wrong (all ways of shebao and NumPy's int64 against each other)", wrong_here)
    made.at_least("W2", "W2: OpenFisca takes at least 2 times as long", ratio("W2", OPENFISCA, US), 2)
    made.at_least(
        "W2 yearly",
        "W2 with a row a year: OpenFisca takes at least 10 times as long",
        ratio("W2", OPENFISCA, YEARLY),
        10,
    )
    for count in ("300", "1000"):
        made.at_least(
            f"generated {count}",
            f"{int(count):,} generated rules: an array per variable takes at least 20 times as long",
            lambda count=count: found["generated"][count][VECTORS]["ratio"][US],  # type: ignore[misc]
            20,
        )

    def memory() -> tuple[str, bool, bool]:
        few, many = (found["generated"][count][US]["peak_mb"] for count in ("300", "1000"))
        return f"{few:,} MB and {many:,} MB", many <= 1.1 * few, False

    made.add("memory", "Peak memory of 300 and of 1,000 rules is the same within a tenth", memory)

    def compiled(what: str) -> float:
        return float(found["compile"][what]["cold"]["kernel"])

    made.at_most("compile law", "Cold compile of all of the law: 1 s", lambda: compiled("law every"), 1, "s")
    made.at_most("compile 300", "Cold compile of 300 generated rules: 1 s", lambda: compiled("300 sure"), 1, "s")

    def second() -> float:
        warm: Found = found["compile"]["law every"]["warm"]
        return float(warm["load"] + warm["plan"] + warm["kernel"])

    made.at_most("second process", "Second process, the law: 0.1 s beyond imports", second, 0.1, "s")
    made.at_most(
        "decide", "One decision with its trace, 18 rules: 100 µs", lambda: found["decide"]["W1"]["decided"], 100, "µs"
    )
    checked = {
        "W1": lambda: found["W1"]["engines"][US]["ratio"][UNCHECKED],
        "W2": lambda: found["W2"]["engines"][US]["ratio"][UNCHECKED],
        "W2 with a row a year": lambda: found["W2"]["engines"][YEARLY]["ratio"][UNCHECKED_YEARLY],
        "300 generated rules": lambda: found["generated"]["300"][US]["ratio"][UNCHECKED],
    }
    for name, value in checked.items():
        made.add(
            f"checked {name}",
            f"{name}: checked takes at most 1.1 times as long as unchecked",
            lambda value=value: (times(value()) + "×", value()["median"] <= 1.1, value()["best"] <= 1.1),  # type: ignore[misc]
        )

    def compared() -> tuple[str, bool, bool]:
        fuzz = found["fuzz"]
        bad = fuzz["outcomes"].get("WRONG", 0)
        return f"{fuzz['compared']:,} compared, {bad} wrong", fuzz["compared"] >= 300_000 and not bad, False

    made.add("fuzz", "Random laws against CPython: at least 300,000 comparisons, 0 wrong", compared)

    def noticed() -> tuple[str, bool, bool]:
        lines = found["mutants"]["lines"]  # one that only breaks an import is no fault of the compiler
        seen = [line for line in lines if "NOT NOTICED" not in line and "Error" not in line]
        return f"{len(seen)} of {len(lines)}", len(lines) >= 8 and len(seen) == len(lines), False

    made.add("mutants", "Planted faults of the compiler, at least 8: all are noticed", noticed)
    return made


# ---------------------------------------------------------------- the report
def results(found: Found) -> str:
    """The parts of the engine, then what was measured of record and money, which stands in RECORD.md."""
    lines = list(_results(found))
    record = (Path(__file__).parent / "RECORD.md").read_text("utf8")
    return "\n".join(lines).rstrip() + "\n\n" + record


def _results(found: Found) -> Iterator[str]:
    machine = found["machine"]
    yield "# Measured"
    yield ""
    yield (
        f"{machine['when']}; {machine['processors']} processors ({machine['processor']}), {machine['memory_gb']} GiB, "
        f"{machine['system']}; Python {machine['python']}, llvmlite {machine['llvmlite']} (LLVM {machine['llvm']}), "
        f"numpy {machine['numpy']}, pyarrow {machine['pyarrow']}. "
        f"Peers: {', '.join((*PINS['peers'], PINS['openfisca'][0]))}."
    )
    yield ""
    yield (
        "Engines run in turn, A B C A B C; a ratio is taken round by round and given as median (least … most; of the "
        "best times of both). CPU is the time of all threads of a process. How to run this and what is measured: "
        "[README.md](README.md)."
    )
    yield ""
    made = goals(found)
    yield "## Goals"
    yield ""
    yield from table(["goal", "measured", "met"], made.rows)
    for key in made.missed:
        if key in CAUSES:
            yield f"* {CAUSES[key]}"
    yield ""
    for part, write in SECTIONS.items():
        if part in found:
            yield from write(found[part])
            yield f"Load of the machine when this began: {found[part]['load']:.1f}."
            for failure in found[part].get("failures", ()):
                yield f"* Not measured: {failure}"
            yield ""


def _w1(found: Found) -> Iterator[str]:
    yield f"## W1: {found['rows']:,} persons, 18 rules, columns in memory to columns in memory"
    yield ""
    yield from engines(found["engines"], US)
    facts = found["engines"].get(US, {}).get("facts", {})
    yield (
        f"Checks that stay in the compiled code: {facts.get('checks that stay')}. Values computed again in CPython and "
        f"found equal: {facts.get('computed again in CPython')}. Arrow to Arrow: reading the tables, grouping persons, "
        "the pass, the summary, and a result table with decimals and the columns of refusals."
    )
    yield ""


def _w2(found: Found) -> Iterator[str]:
    yield f"## W2: {found['rows']:,} persons, histories of 12 to 420 months"
    yield ""
    yield from engines(found["engines"], US)
    yield from table(
        ["engine", f"times {YEARLY}"],
        [
            [name, times(one["ratio"][YEARLY])]
            for name, one in found["engines"].items()
            if YEARLY in one["ratio"] and name != YEARLY
        ],
    )


def _generated(found: Found) -> Iterator[str]:
    for count in ("300", "1000"):
        yield f"## {int(count):,} generated rules, {found['rows']:,} rows"
        yield ""
        yield from engines(found[count], US)


def _compile(found: Found) -> Iterator[str]:
    yield "## Cold compile, fresh processes"
    yield ""
    rows = []
    for what, name in (("law", "the whole law"), ("300", "300 generated"), ("1000", "1,000 generated")):
        for variant, how in (("sure", "figures of the run's day certain"), ("every", "every figure tested")):
            if one := found.get(f"{what} {variant}"):
                cold, warm = one["cold"], one["warm"]
                rows.append(
                    [
                        f"{name}, {how}",
                        f"{int(cold['rules']):,}",
                        *(seconds(cold[step]) for step in ("kernel", "front", "llvm")),
                        f"{int(cold['object_kb'])} KiB",
                        *(seconds(warm[step]) for step in ("import", "load", "kernel")),
                    ]
                )
    head = ["what", "rules", "compile", "of it front", "of it LLVM", "object", "2nd process: import", "load the law"]
    yield from table([*head, "kernel from cache"], rows)
    if numba := found.get("Numba 300"):
        yield f"Numba {numba['numba']}, the same 300 rules pasted into one loop: {seconds(numba['seconds'])}."
        yield ""


def _decide(found: Found) -> Iterator[str]:
    yield "## One decision in CPython"
    yield ""
    rows = [
        [what, str(one["rules"]), *(f"{one[how]:.0f} µs" for how in ("without trace", "decided", "laid out"))]
        for what, one in (
            ("W1, a person and its household", found.get("W1")),
            (f"the whole law, a working life of {found.get('history')} rows", found.get("law")),
        )
        if one
    ]
    yield from table(["what", "variables", "without trace", "with trace", "and steps laid out"], rows)
    if peer := found.get(OPENFISCA):
        yield (
            f"OpenFisca-core, W1's person from a dict: {peer['without trace']:.0f} µs, {peer['with trace']:.0f} µs "
            f"with trace: {times(found.get('ratio'))} times ours laid out."
        )
        yield ""


def _checks(found: Found) -> Iterator[str]:
    if "law" in found:
        count = len(found["law"]["checks"])
        yield "## Checks that stay"
        yield ""
        yield f"{count} in the {found['law']['rules']} rules of the law: [CHECKS.md](CHECKS.md)."
        yield ""


def _fuzz(found: Found) -> Iterator[str]:
    yield "## Random laws against CPython"
    yield ""
    outcomes = ", ".join(f"{name} {n:,}" for name, n in sorted(found["outcomes"].items(), key=lambda item: -item[1]))
    yield (
        f"{found['laws']:,} laws ({found['laws refused']:,} of them refused when loaded), {found['compared']:,} values "
        f"and statuses compared in {seconds(found['seconds'])}: {outcomes}."
    )
    yield ""


def _mutants(found: Found) -> Iterator[str]:
    yield "## Planted faults"
    yield ""
    yield from (f"    {line}" for line in found["lines"])
    yield ""


def _spark(found: Found) -> Iterator[str]:
    yield "## The whole law on Spark"
    yield ""
    if "seconds" in found:
        people = found["people"]
        rows = [
            [name, seconds(sorted(spent)[len(spent) // 2]), f"{people / sorted(spent)[len(spent) // 2]:,.0f}"]
            for name, spent in found["seconds"].items()
        ]
        yield f"{people:,} invented people, Parquet to Parquet, {len(found['want'])} variables wanted, warm."
        yield ""
        yield from table(["where", "median", "persons per second"], rows)
        same = "the same, cell for cell" if found["same"] else "**not the same**"
        yield (
            f"Spark takes {times(found['ratio'])} times the local pass; it started in {seconds(found['start'])}, the "
            f"first pass took {seconds(found['first'])}. Results: {same}."
        )
        yield ""


SECTIONS: dict[str, Callable[[Found], Iterator[str]]] = {
    "W1": _w1,
    "W2": _w2,
    "generated": _generated,
    "compile": _compile,
    "decide": _decide,
    "checks": _checks,
    "fuzz": _fuzz,
    "mutants": _mutants,
    "spark": _spark,
}

WHY = {
    "OVERFLOW": "the result may leave int64",
    "ZERO_DIVISOR": "the divisor may be 0",
    "INDEX": "the key or index may lie outside",
    "RANGE": "the value may leave the range that is stated, or that the function takes",
}


def checks(found: Found) -> str:
    """CHECKS.md."""
    lines = [
        "# Checks that stay",
        "",
        "Ranges of inputs and figures are carried through all rules; where they cannot show that a fault is",
        "impossible, the compiled code looks, and refuses that row's value with the reason. To lose a check: state a",
        "narrower range, or put a condition before it. Whether a figure exists is looked at besides, where it is read.",
        "",
    ]
    for name in ("law", "W1", "W2"):
        one = found[name]
        lines += [f"## {name if name != 'law' else 'The law'}: {len(one['checks'])} in {one['rules']} rules", ""]
        rows = [
            [
                check["rule"].rsplit(" ", 1)[-1],
                check["rule"].split(" ")[0],
                WHY.get(check["why"], check["why"]),
                f"`{check['text']}`".replace("|", "\\|"),
            ]
            for check in one["checks"]
        ]
        lines += table(["rule", "where", "why", "expression"], rows)
    return "\n".join(lines).rstrip() + "\n"
