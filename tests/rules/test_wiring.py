"""Names, forms, days and groups that do not fit together are faults of a law, told at load."""

from __future__ import annotations

import pytest
from laws import fault_of, law_of, line_of
from plain_law import BEFORE, FIGURES

from shebao.rules.declare import Group
from shebao.rules.law import LawError


def law(*rules: str) -> str:
    return BEFORE + "\n\n" + "\n\n\n".join(rules)


def version(days: str, name: str, result: str = "Count", of: str = "") -> str:
    return (
        f'@rule(zh="z", en="e", cites="c", variable="v", {days}{of})\n'
        f"def {name}(x: Count) -> {result}:\n    return {'x > 0' if result == 'Flag' else 'x'}\n"
    )


PLAIN = "@law\ndef {0}({1}) -> Count:\n    return 1\n"
GROUPED = '@rule(zh="z", en="e", cites="c", of={2})\ndef {0}({1}) -> Count:\n    return 1\n'
WIRING = {
    "an unknown argument": (
        law(PLAIN.format("r", "amonut: Fen")),
        "r: argument amonut names no variable, input or parameter; did you mean amount?",
    ),
    "an argument like nothing": (law(PLAIN.format("r", "qqqq: Fen")), "names no variable, input or parameter"),
    "an unknown variable": (law(PLAIN.format("size", ""), PLAIN.format("r", "sise: Count")), "did you mean size?"),
    "another kind": (law(PLAIN.format("r", "amount: Months")), "amount is fen, annotated as months"),
    "another kind of parameter": (law(PLAIN.format("r", "wage: Yearly[Months]")), "parameter wage is fen, annotated"),
    "a history as a number": (law(PLAIN.format("r", "h_a: Count")), "h_a is read as value; annotate it as Series[...]"),
    "a number as a history": (
        law(PLAIN.format("r", "x: Series[Count]")),
        "x is read as Series; annotate it as a plain",
    ),
    "a yearly figure as a plain one": (
        law(PLAIN.format("r", "wage: Fen")),
        "parameter wage is read as value; annotate it as Yearly[...]",
    ),
    "a table as bands": (
        law(PLAIN.format("r", "share: Bands[Count]")),
        "parameter share is read as Bands; annotate it as DatedTable[...] or Table[...]",
    ),
    "a plain figure as a table": (
        law(PLAIN.format("r", "rate: Table[Ratio4]")),
        "annotate it as Dated[...] or a plain kind",
    ),
    "a yearly table without its year": (law(PLAIN.format("r", "pay: Table[Fen]")), "annotate it as YearlyTable[...]"),
    "the benefit day as a number": (law(PLAIN.format("r", "benefit_day: Count")), "benefit_day is a Day"),
    "no annotation": (law("@law\ndef r(x) -> Count:\n    return x\n"), "annotate x with a kind"),
    "no result": (law("@law\ndef r(x: Count):\n    return x\n"), "annotate return with a kind"),
    "an annotation that is no kind": (law(PLAIN.format("r", "x: int")), "is no kind: use one of count, day"),
    "an annotation that is not there": (law(PLAIN.format("r", "x: Cuont")), "name 'Cuont' is not defined"),
    "a series as a result": (
        law("@law\ndef r(h_a: Series[Count]) -> Series[Count]:\n    return h_a\n"),
        "a rule returns one value, not a series or table",
    ),
    "a default": (law(PLAIN.format("r", "x: Count = 1")), "plain arguments only, without defaults"),
    "keywords only": (law(PLAIN.format("r", "*, x: Count")), "plain arguments only"),
    "any arguments": (law(PLAIN.format("r", "*x: Count")), "plain arguments only"),
    "overlap": (
        law(version('until="2005-12-31"', "first"), version('since="2005-12-31"', "second")),
        "v: 2005-12-31..2249-12-31 overlaps 1850-01-01..2005-12-31 of first; set until= of the older one",
    ),
    "the same days": (law(version("", "first"), version("", "second")), "overlaps"),
    "a hole": (
        law(version('until="2005-12-30"', "first"), version('since="2006-01-01"', "second")),
        "no version between 1850-01-01..2005-12-30 and 2006-01-01..2249-12-31; close the hole",
    ),
    "versions of two kinds": (
        law(version('until="2005-12-31"', "first"), version('since="2006-01-01"', "second", "Flag")),
        "the versions differ in kind, owner or dated_by; give them one",
    ),
    "versions dated by two days": (
        law(version('until="2005-12-31"', "first"), version('since="2006-01-01", dated_by="born"', "second")),
        "the versions differ in kind, owner or dated_by",
    ),
    "dated by nothing": (
        law('@rule(zh="z", en="e", cites="c", dated_by="borm")\ndef r() -> Count:\n    return 1\n'),
        "dated_by='borm' names no input or variable of kind Day; did you mean born?",
    ),
    "dated by an amount": (
        law('@rule(zh="z", en="e", cites="c", dated_by="amount")\ndef r() -> Count:\n    return 1\n'),
        "dated_by='amount' names no input or variable of kind Day",
    ),
    "a group dated by a person's day": (
        law('@rule(zh="z", en="e", cites="c", of=HOUSE, dated_by="born")\ndef r() -> Count:\n    return 1\n'),
        "dated_by='born' is of a person; a rule of a house is dated by its own day",
    ),
    "an unknown group": (law(GROUPED.format("r", "", "'hoose'")), "of='hoose' names no group; declare it with Group"),
    "members as a plain value": (law(GROUPED.format("r", "x: Count", "HOUSE")), "annotate it as Members[...]"),
    "a history of the members": (
        law(GROUPED.format("r", "h_a: Members[Count]", "HOUSE")),
        "h_a is a history of a person; a rule of a house takes Members of plain values only",
    ),
    "another group's value": (
        law(GROUPED.format("r", "own: Count", "VILLAGE")),
        "own belongs to a house; a rule of a village cannot read it",
    ),
    "the group's history": (law(PLAIN.format("r", "g_a: Series[Count]")), "g_a is a history of a house; only its own"),
    "members in a person's rule": (law(PLAIN.format("r", "x: Members[Count]")), "annotate it as a plain kind"),
    "a reason twice": (
        law('MORE = Reason("WHY", "又", "again")\n', PLAIN.format("r", "")),
        "reason WHY is declared twice; give it another name",
    ),
    "an input twice": (
        law('INPUTS += [Input("x", Fen, "x", "x")]\n', PLAIN.format("r", "")),
        "input x is declared twice; keep one",
    ),
    "an input of no group": (
        law('INPUTS += [Input("z", Fen, "z", "z", of="hoose")]\n', PLAIN.format("r", "")),
        "input z: of='hoose' names no group",
    ),
    "a history of two owners": (
        law('INPUTS += [Input("h_z", Series[Fen], "z", "z", history="h", of="house")]\n', PLAIN.format("r", "")),
        "the history h is of two owners",
    ),
    "a variable like an input": (law(PLAIN.format("x", "")), "x names two of: a variable, an input, a parameter"),
    "a variable like a parameter": (law(PLAIN.format("wage", "")), "wage names two of"),
    "a circle": (
        law(PLAIN.format("a", "b: Count"), PLAIN.format("b", "c: Count"), PLAIN.format("c", "a: Count")),
        "these variables need each other: a -> b -> c -> a; cut the circle",
    ),
    "a variable of itself": (law(PLAIN.format("a", "a: Count")), "a -> a; cut the circle"),
    "a circle through a day": (
        law(
            '@rule(zh="z", en="e", cites="c", dated_by="d")\ndef a() -> Count:\n    return 1\n',
            "@law\ndef d(a: Count, born: Day) -> Day:\n    return born + a\n",
        ),
        "a -> d -> a; cut the circle",
    ),
    "a circle through a group": (
        law(GROUPED.format("s", "a: Members[Count]", "HOUSE"), PLAIN.format("a", "s: Count")),
        "cut the circle",
    ),
}


@pytest.mark.parametrize("what", WIRING)
def test_wiring(what: str) -> None:
    text, message = WIRING[what]
    assert message in fault_of(text, FIGURES)


def test_all_faults_are_told_at_once() -> None:
    text = law(PLAIN.format("r", "amonut: Fen"), PLAIN.format("q", "wage: Fen, paid: Fen"), PLAIN.format("x", ""))
    with pytest.raises(LawError) as error:
        law_of(text, FIGURES)
    assert len(error.value.problems) == 4


def test_the_place_of_a_rule() -> None:
    """module:line, of the decorator."""
    text = law(PLAIN.format("r", "amonut: Fen").replace("@law", "@law  # here"))
    text = text.replace("@law  # here", '@rule(zh="z", en="e", cites="c")  # here')
    assert f":{line_of(text)}: r: argument amonut" in fault_of(text, FIGURES)


def test_inputs_that_cannot_be() -> None:
    for column in ('Input("z", Series[Fen], "z", "z")', 'Input("z", Fen, "z", "z", history="z")'):
        with pytest.raises(TypeError, match=r"Series\[...\] needs history"):
            law_of(f"INPUTS = [{column}]\n")
    with pytest.raises(TypeError, match="is no kind"):
        law_of('INPUTS = [Input("z", int, "z", "z")]\n')


def test_unknown_wants() -> None:
    made = law_of(law(PLAIN.format("size", "")), FIGURES)
    with pytest.raises(LawError, match=r"sise is no variable of the law; did you mean size\?"):
        made.plan(["sise"])
    with pytest.raises(LawError, match="x is no variable of the law"):
        made.plan(["x"])


def test_groups_without_variables_are_no_part_of_a_plan() -> None:
    made = law_of(law(PLAIN.format("r", "x: Count"), GROUPED.format("s", "own: Count", "HOUSE")), FIGURES)
    assert made.groups.keys() == {"house", "village"}
    assert isinstance(made.groups["house"], Group)
    assert made.plan(["r"]).groups == ()
    assert made.plan(["r", "s"]).groups == ("house",)
