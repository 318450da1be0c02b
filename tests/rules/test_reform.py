"""Reforms: figures and rules laid over the law; the law stays as it is; results beside the baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from arrow_tables import table_of, towns
from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import ALL, LAW, person

import shebao.rules.kernel as kernels
from shebao.rules.assess import Batch, assess
from shebao.rules.columns import refused_rows
from shebao.rules.comparison import Comparison, compare
from shebao.rules.decide import decide
from shebao.rules.kernel import Kernel
from shebao.rules.kinds import day
from shebao.rules.law import LawError
from shebao.rules.parameters import ParameterError
from shebao.rules.reform import Reform, apply, load, read, under
from shebao.rules.run import Pass, run

ON = day("2008-02-29")

FIGURES = """
name: 提高调整额
parameters:
  rise:
    yearly:
      - {year: 2008, bands: [{below: 100, value: 100}, {value: 5}]}
  rate:
    dated:
      - {from: 2000-01-01, to: 2003-12-31, value: 18}
"""

RULES = '''
"""A reform's rules."""

from small_law import NOT_OF_AGE

from shebao.rules.declare import Input, Reason, refuse, rule
from shebao.rules.kinds import Count, Fen, Flag, Months
from shebao.rules.language import helper, within

CHILDREN = 3
EACH: Fen = 500
TOO_EARLY = Reason("TOO_EARLY", "过早", "too early")
INPUTS = [Input("raised", Count, "抚养", "Raised", 0, 20, missing=0)]


@helper
def doubled(amount: Fen) -> Fen:
    """Twice."""
    return amount + amount


@rule(zh="养老金", en="Pension", cites="改革", since="2006-06-01", until="2006-12-31", dated_by="retirement_day")
def pension(of_age: Flag, months_paid: Months, bonus: Fen) -> Fen:
    """Flat, for those who retire in the second half of 2006."""
    if not of_age:
        refuse(NOT_OF_AGE)
    if months_paid < 12:
        refuse(TOO_EARLY)
    return within(doubled(10000) + bonus, 0, 1000000)


@rule(zh="加发", en="Bonus", cites="改革")
def bonus(raised: Count) -> Fen:
    """For each child raised, up to three."""
    return min(raised, CHILDREN) * EACH
'''


@pytest.fixture
def figures(tmp_path: Path) -> Reform:
    path = tmp_path / "figures.yaml"
    path.write_text(FIGURES, "utf-8")
    return load(LAW, path)


@pytest.fixture
def rules(tmp_path: Path) -> Reform:
    (tmp_path / "rules.py").write_text(RULES, "utf-8")
    path = tmp_path / "flat.yaml"
    path.write_text("rules: rules.py\n", "utf-8")
    return load(LAW, path)


def problem(tmp_path: Path, text: str, python: str = "") -> str:
    (tmp_path / "rules.py").write_text(python, "utf-8")
    path = tmp_path / "reform.yaml"
    path.write_text(text, "utf-8")
    before = LAW.fingerprint
    with pytest.raises((LawError, ParameterError)) as caught:
        load(LAW, path)
    assert LAW.fingerprint == before
    return str(caught.value)


# ---- figures
def test_new_figures_change_results_and_not_the_law(figures: Reform) -> None:
    assert (figures.name, figures.parameters, figures.variables) == ("提高调整额", ("rate", "rise"), ())
    before, after = (decide(law, person(), on=ON, want=["pension_in_payment"]) for law in (LAW, figures.law))
    # between 100 and 150 yuan in 2008 the law adds 25.50 and the reform 5
    by_law, by_reform = (d.value("pension_in_payment") for d in (before, after))
    assert 10_000 < before.value("pension") < 15_000 - 1_000 and by_law - by_reform == 2050
    assert figures.law.fingerprint != LAW.fingerprint and figures.law.sources == LAW.sources


def test_new_figures_compile_nothing(figures: Reform, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = Kernel(LAW.plan(["pension_in_payment", "pension"]))
    people = table_of([person(), person(retirement_day=day("2003-05-01")), person(savings=0)])
    expected = run(kernel, people, on=ON)

    def no_compiler(*_: Any) -> bytes:
        raise AssertionError("the compiler was called")

    monkeypatch.setattr(kernels, "machine_code", no_compiler)
    other = under(kernel, figures.law)
    found, summary = compare(kernel, figures.law, people, on=ON)
    assert other.variant(True) is kernel.variant(True) and kernel.plan.law is LAW
    assert found["pension_in_payment_baseline"].to_pylist() == expected["pension_in_payment"].to_pylist()
    assert found["pension_in_payment_reform"].to_pylist() == run(other, people, on=ON)["pension_in_payment"].to_pylist()
    assert summary.effects["pension_in_payment"].losers >= 1
    assert summary.effects["pension"].changed == 0


# ---- rules
def test_a_rule_of_the_reform_holds_over_its_days_only(rules: Reform) -> None:
    assert rules.variables == ("bonus", "pension") and rules.parameters == () and rules.name == "flat"
    assert [v.dates for v in rules.law.variables["pension"].versions] == [
        "1850-01-01..2005-12-31",
        "2006-01-01..2006-05-31",
        "2006-06-01..2006-12-31",
        "2007-01-01..2249-12-31",
    ]
    assert [v.dates for v in LAW.variables["pension"].versions] == ["1850-01-01..2005-12-31", "2006-01-01..2249-12-31"]
    days = ["2006-05-31", "2006-06-01", "2006-12-31", "2007-01-01"]
    people = [person(retirement_day=day(d), raised=k) for k, d in enumerate(days, 1)]
    raised = pa.array([p["raised"] for p in people])
    table = table_of(people).append_column("raised", raised)
    found, summary = compare(LAW, rules.law, table, on=ON, want=["pension"])
    old = found["pension_baseline"].to_pylist()
    assert found["pension_reform"].to_pylist() == [old[0], 21_000, 21_500, old[3]]
    assert found["pension_difference"].to_pylist() == [0, 21_000 - old[1], 21_500 - old[2], 0]
    effect = summary.effects["pension"]
    assert (effect.winners, effect.losers, effect.changed) == (2, 0, 2)
    assert effect.gained == summary.reform["pension"].total - summary.baseline["pension"].total
    assert decide(rules.law, people[2], on=ON, want=["pension"]).value("pension") == 21_500


@given(town=towns(), raised=st.lists(st.none() | st.integers(-1, 21), min_size=12, max_size=12))
@settings(max_examples=25)
def test_cpython_and_compiled_code_agree_under_a_reform(
    tmp_path_factory: pytest.TempPathFactory,
    town: tuple[pa.Table, dict[str, pa.Table]],
    raised: list[int | None],
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "rules.py").write_text(RULES, "utf-8")
    (folder / "both.yaml").write_text(FIGURES + "rules: [rules.py]\n", "utf-8")
    reform = load(LAW, folder / "both.yaml")
    table, groups = town
    table = table.append_column("raised", pa.array(raised[: table.num_rows], pa.int64()))
    kernel = Kernel(reform.law.plan(ALL))
    Pass(kernel, on=[ON, day("2006-06-30")], check=1.0).compute(table, groups)


def test_a_reform_can_be_sent_as_text(rules: Reform, tmp_path: Path) -> None:
    source = read(tmp_path / "flat.yaml")
    (tmp_path / "rules.py").unlink()
    (tmp_path / "flat.yaml").unlink()
    again = apply(LAW, source)
    assert again.law.fingerprint == rules.law.fingerprint and source.identity == rules.source.identity
    table = table_of([person(), person(savings=0)])
    names = ["pension", "bonus"]
    assert run(Kernel(again.law.plan(names)), table, on=ON).equals(run(Kernel(rules.law.plan(names)), table, on=ON))


# ---- faults
@pytest.mark.parametrize(
    ("text", "python", "wanted"),
    [
        ("", "", "a reform has `parameters:` or `rules:` on top"),
        ("parameters: {rise: [}", "", "this is no YAML"),
        ("rules: rules.py\nparametres: {}", "", "parametres is not known; a reform has name, note, parameters, rules"),
        ("parameters: {rize: {yearly: []}}", "", "did you mean rise?"),
        ("rules: nothere.py", "", "nothere.py: No such file"),
        ("rules: {a: b}", "", "the name of a Python file, or a list of them"),
        ("rules: rules.py", "def f(:\n", "rules.py:1: invalid syntax"),
        ("rules: rules.py", "import nothing_of_this_name", "rules.py: it cannot be run: ModuleNotFoundError"),
        ("rules: rules.py", RULES.replace("months_paid: Months", "paid_months: Months"), "paid_months is read as"),
        ("rules: rules.py", RULES.replace("bonus: Fen) -> Fen", "bonuss: Fen) -> Fen"), "did you mean bonus?"),
        ("rules: rules.py", RULES.replace("bonus: Fen) -> Fen", "bonus: Fen) -> Months"), "differs from the law"),
        ("rules: rules.py", RULES.replace("TOO_EARLY", "NO_ROOM"), "the law has reason NO_ROOM already"),
        ("rules: rules.py", RULES.replace('"raised"', '"savings"'), "the law has input savings already"),
        ("rules: rules.py", RULES.replace("doubled(", "months_of("), "the law has a helper months_of already"),
        ("rules: rules.py", RULES.replace("def bonus(", "def wage("), "wage is an input or a parameter of the law"),
        ("rules: rules.py", RULES.replace('"raised"', '"pension"'), "pension is a variable or a parameter"),
        (
            "rules: rules.py",
            RULES + RULES[RULES.index("@rule") : RULES.index("@rule(zh=\"加发")].replace("def pension(", "def other(")
            .replace('since="2006-06-01"', 'variable="pension", since="2006-09-01"'),
            "2006-09-01..2006-12-31 overlaps 2006-06-01..2006-12-31",
        ),
    ],
)  # fmt: skip
def test_a_faulty_reform_is_named_with_its_remedy(tmp_path: Path, text: str, python: str, wanted: str) -> None:
    assert wanted in problem(tmp_path, text, python)


def test_what_is_outside_the_language_is_an_error_when_it_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text(RULES.replace("min(raised, CHILDREN) * EACH", "raised // 2 * 500"), "utf-8")
    (tmp_path / "r.yaml").write_text("rules: rules.py", "utf-8")
    with pytest.raises(LawError, match="bonus"):
        Kernel(load(LAW, tmp_path / "r.yaml").law.plan(["bonus"])).variant(True)


# ---- results beside the baseline
def test_the_columns_of_a_comparison(figures: Reform) -> None:
    people = table_of([person(), person(savings=None)], person_id=pa.array([4, 5]))
    want = ["pension_in_payment", "of_age", "grace_day"]
    found, _ = compare(LAW, figures.law, people, on=[ON, day("2008-03-31")], want=want)
    parts = ("_baseline", "_baseline_refusal", "_reform", "_reform_refusal", "_difference")
    assert found.column_names == ["person_id", "benefit_day", *(w + p for w in want for p in parts), "approx"]
    assert found["pension_in_payment_difference"].to_pylist() == [-2050, None] * 2
    assert found["of_age_difference"].to_pylist() == [0, 0] * 2
    assert found.schema.field("pension_in_payment_difference").metadata[b"unit"] == b"fen"
    assert found.schema.metadata[b"shebao.baseline"] == LAW.fingerprint.encode()
    assert found.schema.metadata[b"shebao.reform"] == figures.law.fingerprint.encode()


def test_effects_are_counted_in_rows_of_the_owner(rules: Reform) -> None:
    late = day("2006-09-01")
    people = [
        person(retirement_day=late),
        person(retirement_day=late, savings=None),
        person(retirement_day=late, paid_months=[1, 0, 0, 0]),
        person(retirement_day=late, savings=10**9),
    ]
    table = table_of(people, household=pa.array([1, 2, 3, 4]))
    _, summary = compare(LAW, rules.law, table, on=ON, want=["pension", "household_income"])
    for name in ("pension", "household_income"):
        effect = summary.effects[name]
        assert (effect.newly_decided, effect.newly_refused, effect.winners, effect.losers) == (1, 1, 1, 1)
    assert summary.effects["pension"].lost < 0 < summary.effects["pension"].gained
    assert summary.plain()["effects"]["pension"]["winners"] == 1


def test_a_file_under_a_reform_in_batches(rules: Reform, tmp_path: Path) -> None:
    people = table_of(
        [person(retirement_day=day("2006-05-28") + k, savings=100_000 * k) for k in range(30)],
        person_id=pa.array(range(30)),
        household=pa.array([k // 3 for k in range(30)]),
    )
    kernel = Kernel(LAW.plan(["pension", "household_income"]))
    job = Comparison(Pass(kernel, on=ON), Pass(under(kernel, rules.law), on=ON))
    refused = refused_rows(kernel.plan, 30, [(3, "savings"), (7, "id_number"), (9, "retirement_day")])
    whole, tally = job.compute(people, None, refused)
    assert whole["pension_baseline_refusal"].to_pylist() == whole["pension_reform_refusal"].to_pylist()
    batches = [batch_of(people, refused, a, 7) for a in range(0, 30, 7)]
    for resume in ("", "x"):
        summary = assess(job, batches, tmp_path / "o.parquet", resume=resume)
        found = pq.read_table(tmp_path / "o.parquet")
        assert found.to_pylist() == whole.to_pylist()
        assert summary.effects == job.summary(tally, 1.0).effects and summary.reform.rows == 30


def batch_of(table: pa.Table, refused: Any, start: int, rows: int) -> Batch:
    return Batch(table[start : start + rows], refused[start : start + rows])


def test_passes_that_cannot_be_compared(figures: Reform) -> None:
    kernel = Kernel(LAW.plan(["pension"]))
    with pytest.raises(ValueError, match="the same variables and days"):
        Comparison(Pass(kernel, on=ON), Pass(kernel, on=ON + 1))
