"""Parameters: the file's schema, views for rules, arrays for compiled code, reforms, acceptance."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.rules.figures import Figure, Parameter
from shebao.rules.kinds import FIRST_YEAR, INT64_MAX, INT64_MIN, LAST_DAY, LAST_YEAR, Code, day
from shebao.rules.parameters import (
    Encoded,
    ParameterError,
    accept,
    acceptances,
    accepted_names,
    encode,
    load,
    overlay,
    shape,
    view,
)
from shebao.rules.status import Refused, Why, status, unpack
from shebao.rules.values import Problem


class Grade(Code):
    FIRST = 1, "一级", "grade one"
    SECOND = 2, "二级", "grade two"
    FOURTH = 4, "四级", "grade four"


LAW = """
average_wage:
  zh: 平均工资
  en: Average wage
  kind: fen
  unit: yuan per year
  range: [0, 1000000]
  doc: yearly notice
  confidence: source
  note: of the whole city
  yearly:
    - {year: 2008, value: 44715, doc: notice 24, clause: table 2}
    - {year: 2009, value: 48444, confidence: approx, note: to verify}
    - {year: 2011, value: 56061.50}
annuity_months:
  zh: 计发月数
  en: Months of the annuity
  kind: months
  unit: months
  by: years
  keys: [59, 62]
  dated:
    - from: 2006-01-01
      doc: annex
      confidence: known
      values: {59: 145, 60: 139, 61: {value: 132, confidence: approx, note: one}}
    - {from: 2020-01-01, to: 2020-12-31, doc: later, confidence: known, values: {60: 140}}
credit_rate:
  zh: 划入比例
  en: Credit rate
  kind: ratio4
  unit: percent
  dated:
    - {from: 1994-01-01, value: 8.25, source: notice, confidence: known}
    - {from: 1992-10-01, to: 1993-06-30, value: 2, source: notice, confidence: seed}
adjustment:
  zh: 调整
  en: Adjustment
  kind: fen
  unit: yuan
  bands: fen
  doc: notice 48
  confidence: source
  yearly:
    - {year: 2014, bands: [{below: 2773, value: 150}, {below: 3770, value: 100}, {value: 60, confidence: approx}]}
    - {year: 2015, bands: [{from: 0, below: 100, value: 1}, {from: 200, below: 300, value: 2}]}
grade_months:
  zh: 等级月数
  en: Months by grade
  kind: months
  unit: months
  by: Grade
  doc: act
  confidence: known
  dated:
    - {from: 2011-01-01, values: {first: 27, 二级: 25, 4: 21}}
day_by_day:
  zh: 起日
  en: First day
  kind: day
  by: month
  source: calendar
  confidence: known
  yearly:
    - {year: 2010, values: {1: 2010-01-02, 12: 2010-12-31}}
"""
PARAMETERS = load(LAW, {"Grade": Grade}, origin="test.yaml")


class Reading:
    """A context that keeps what was read."""

    def __init__(self, mode: str = "marked", accepted: frozenset[str] = frozenset()) -> None:
        self.mode, self.accepted = mode, accepted
        self.log: list[tuple[str, int]] = []

    def subject(self, parameter: Parameter) -> int:
        return 7

    def used(self, parameter: Parameter, figure: Figure) -> None:
        self.log.append((parameter.name, figure.value))


def refusal(parameter: Parameter, form: str, on: int, key: object, context: Reading) -> tuple[Why, int, int]:
    with pytest.raises(Refused) as caught:
        view(parameter, form, on, context)[key]  # type: ignore[index]
    return unpack(caught.value.status)


# ---- the file
def test_values_are_converted_from_their_written_units() -> None:
    wage = PARAMETERS["average_wage"]
    assert [f.value for f in wage.figures] == [4471500, 4844400, 5606150]
    assert (wage.range, wage.unit, wage.origin, wage.note) == (
        (0, 100_000_000),
        "yuan per year",
        "test.yaml",
        "of the whole city",
    )
    assert [f.value for f in PARAMETERS["credit_rate"].figures] == [200, 825]
    assert PARAMETERS["day_by_day"].figure(2010, 12).value == day("2010-12-31")  # type: ignore[union-attr]


def test_an_entry_takes_what_it_does_not_say_from_its_parameter_and_a_cell_from_its_entry() -> None:
    first, second, third = PARAMETERS["average_wage"].figures
    assert (first.doc, first.clause, first.confidence, first.note) == ("notice 24", "table 2", "source", "")
    assert (second.doc, second.clause, second.confidence, second.note) == ("yearly notice", "", "approx", "to verify")
    assert third.start == third.end == 2011
    assert PARAMETERS["annuity_months"].figure(day("2006-01-01"), 61)[6:] == ("annex", "", "", "approx", "one")  # type: ignore[index]


def test_a_figure_holds_until_the_next_one_or_for_ever() -> None:
    annuity = PARAMETERS["annuity_months"]
    assert {(f.start, f.end) for f in annuity.figures} == {
        (day("2006-01-01"), day("2019-12-31")),
        (day("2020-01-01"), day("2020-12-31")),
    }
    rate = PARAMETERS["credit_rate"]
    assert [(f.start, f.end) for f in rate.figures] == [
        (day("1992-10-01"), day("1993-06-30")),
        (day("1994-01-01"), LAST_DAY),
    ]
    assert rate.figure(day("1993-06-30")) is not None
    assert rate.figure(day("1993-07-01")) is None
    assert rate.figure(day("2249-12-31")) is not None


HEAD = "x: {zh: 甲, en: X, kind: fen, unit: yuan, doc: d, confidence: known, "
YEAR = HEAD + "yearly: [{year: 2000, "
BY = HEAD + "by: years, keys: [1, 2], "
BANDS = HEAD + "bands: fen, yearly: [{year: 2000, bands: "


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("x: {zh: 甲,\n- b", ["text: line 2: this is no YAML"]),
        ("x: 1\ny: 2\nx: 3", ["line 3: the key x stands twice; keep one"]),
        ("x: &a [*a]", ["an alias that holds itself"]),
        ("[1]: 2", ["line 1: a key is plain text"]),
        ("- x", ["text:1: a mapping of keys to values is wanted"]),
        ("x: 5", ["text:1: x: a mapping"]),
        ("X-y: {zh: 甲}", ["named by lower-case", "X-y.en: en is wanted", "X-y.kind: kind is wanted"]),
        ("x: {zh: 甲, en: [], kind: fen}", ["x.en: en is wanted", "x.unit: unit is wanted"]),
        ("x: {zh: 甲, en: X, kind: money}", ["x.kind: money is no kind; use one of: fen, months"]),
        (
            "x: {zh: 甲, en: X, kind: fen, unit: percent}",
            ["x.unit: fen cannot be written in 'percent'; use one of: yuan"],
        ),
        (HEAD + "dated: [], yearly: []}", ["one of: `dated`"]),
        (HEAD + "}", ["one of: `dated`"]),
        (HEAD + "by: years, yearly: []}", ["`by: years` needs `keys: [first, last]`"]),
        (HEAD + "keys: [1, 2], yearly: []}", ["x.keys: `keys` needs `by`"]),
        (HEAD + "by: years, bands: fen, yearly: []}", ["not both; remove one"]),
        (HEAD + "by: years, keys: [2, 1], yearly: []}", ["the lowest is above the highest"]),
        (HEAD + "by: years, keys: [1], yearly: []}", ["two values are wanted here"]),
        (HEAD + "by: day, keys: [1900-01-01, 2000-01-01], yearly: []}", ["more than 10000 keys; use `bands`"]),
        (HEAD + "by: Colour, yearly: []}", ["Colour is no kind", "Grade"]),
        (HEAD + "max_bands: 3, yearly: []}", ["`max_bands` is for a parameter with `bands`"]),
        (
            HEAD + "bands: fen, max_bands: 1, yearly: [{year: 2000, bands: [{below: 1, value: 1}]}]}",
            ["needs 2 entries"],
        ),
        (HEAD + "yearly: {}}", ["x.yearly: a list is wanted"]),
        (HEAD + "yearly: [{value: 1}]}", ["x.yearly[0]: the entry needs `year`"]),
        (HEAD + "yearly: [{year: 1066, value: 1}]}", ["x.yearly[0].year: 1066 is outside 1850 to 2249"]),
        (HEAD + "yearly: [{year: 2000}]}", ["x.yearly[0]: the entry needs `value`; leave it out"]),
        (YEAR + "value: }]}", ["x.yearly[0].value: the value is empty"]),
        (YEAR + "value: 0.001}]}", ["x.yearly[0].value: 0.001 is no whole number of fen"]),
        (YEAR + "value: -1}]}", ["-1.00 is outside the parameter's range (0.00 to"]),
        (YEAR + "from: 2000-01-01, value: 1}]}", ["x.yearly[0].from: unknown key"]),
        (YEAR + "valeu: 1}]}", ["unknown key; did you mean value?"]),
        (YEAR + "value: 1, note: one, two}]}", ["a text with a comma needs quotes"]),
        (YEAR + "value: 1, confidence: sure}]}", ["one of: seed, source, known, approx"]),
        (YEAR + "value: 1}, {year: 2000, value: 2}]}", ["x.yearly[1]: it overlaps the entry of line 1"]),
        (HEAD + "dated: [{value: 1}]}", ["the entry needs `from`"]),
        (HEAD + "dated: [{from: 2000-13-01, value: 1}]}", ["2000-13-01 is no day of the calendar"]),
        (HEAD + "dated: [{from: 2000-01-01, to: 1999-01-01, value: 1}]}", ["it ends before it starts (2000-01-01)"]),
        (
            HEAD + "dated: [{from: 2000-01-02, value: 1}, {from: 2000-01-01, to: 2000-01-02, value: 2}]}",
            ["x.dated[0]: it overlaps"],
        ),
        (BY + "dated: [{from: 2000-01-01, value: 1}]}", ["values: a mapping", "unknown key; did you mean values?"]),
        (
            BY + "yearly: [{year: 2000, values: {3: 1, a: 2, 1: 1, 01: 2}}]}",
            ["outside `keys` (1 to 2)", "values.a: a is no number", "values.01: the key stands twice"],
        ),
        (BY + "yearly: [{year: 2000, values: {1: {value: 1, below: 3}}}]}", ["below: unknown key"]),
        (BANDS + "[{value: 1}, {value: 2}]}]}", ["only the last may have none"]),
        (BANDS + "[{below: 5, value: 1}, {below: 5, value: 2}]}]}", ["`below` must be above"]),
        (BANDS + "[{below: 5, value: 1}, {from: 4, value: 2}]}]}", ["starts inside the band before"]),
        (BANDS + "[{below: z, value: 1}]}]}", ["bands[0].below: z is no number"]),
        (
            "x: {zh: 甲, en: X, kind: fen, unit: yuan, yearly: [{year: 2000, value: 1}]}",
            ["needs `confidence`", "needs `doc`"],
        ),
    ],
)
def test_every_fault_names_line_path_and_remedy(text: str, told: list[str]) -> None:
    with pytest.raises(ParameterError) as caught:
        load(text, {"Grade": Grade})
    for part in told:
        assert part in str(caught.value)
    assert all(problem.zh.startswith("text") for problem in caught.value.problems)


def test_all_faults_of_a_file_are_told_in_its_order_and_a_missing_source_once_for_an_entry(tmp_path: Path) -> None:
    path = tmp_path / "parameters.yaml"
    path.write_text(
        """
b:
  {zh: 乙, en: B, kind: months, by: years, keys: [1, 3], yearly: [{year: 2000, values: {1: 1, 2: 2, 3: 3}}]}
a:
  zh: 甲
  en: A
  kind: ratio4
  unit: ratio
  yearly:
    - {year: x, value: 1}
    - {year: 2001, value: 0.12345, doc: d, confidence: known}
""",
        "utf-8",
    )
    with pytest.raises(ParameterError) as caught:
        load(path)
    assert [str(p).removeprefix(str(path)).split(": ")[:2] for p in caught.value.problems] == [
        [":3", "b.yearly[0]"],
        [":3", "b.yearly[0]"],
        [":10", "a.yearly[0].year"],
        [":11", "a.yearly[1].value"],
    ]


def test_a_file_that_cannot_be_read_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"none\.yaml: No such file"):
        load(tmp_path / "none.yaml")
    (tmp_path / "gbk.yaml").write_bytes("参数: 一".encode("gbk"))
    with pytest.raises(ParameterError, match="no UTF-8 text"):
        load(tmp_path / "gbk.yaml")


def test_the_origin_is_the_end_of_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "insurance" / "pension"
    folder.mkdir(parents=True)
    path = folder / "parameters.yaml"
    path.write_text(YEAR + "value: 1}]}", "utf-8")
    assert load(path)["x"].origin == "insurance/pension/parameters.yaml"


# ---- what rules read
def test_plain_values_on_the_rule_s_day() -> None:
    rate, context = PARAMETERS["credit_rate"], Reading()
    assert view(rate, "value", day("1993-06-30"), context) == 200
    assert context.log == [("credit_rate", 200)]
    with pytest.raises(Refused) as caught:
        view(rate, "value", day("1993-07-01"), context)
    assert caught.value.status == status(Why.NO_FIGURE, 7, day("1993-07-01"))
    assert view(rate, "Dated", 0, context)[day("2000-01-01")] == 825  # type: ignore[index]
    assert len(context.log) == 2


def test_tables_bands_and_years() -> None:
    context = Reading()
    on = day("2010-05-01")
    table = view(PARAMETERS["annuity_months"], "Table", on, context)
    assert not isinstance(table, int)
    assert [table[k] for k in (59, 60, 61)] == [145, 139, 132]  # type: ignore[index]
    assert refusal(PARAMETERS["annuity_months"], "Table", on, 62, context) == (Why.NO_FIGURE, 7, on)
    assert refusal(PARAMETERS["annuity_months"], "Table", on, 63, context) == (Why.INDEX, 0, 63)
    assert refusal(PARAMETERS["annuity_months"], "DatedTable", 0, (0, -1), context) == (Why.INDEX, 0, -1)
    bands = view(PARAMETERS["adjustment"], "YearlyBands", 0, context)
    assert [bands[2014, x] for x in (-1, 277299, 277300, 377000, 10**12)] == [15000, 15000, 10000, 6000, 6000]  # type: ignore[index]
    for amount in (-1, 10000, 19999, 30000):
        assert refusal(PARAMETERS["adjustment"], "YearlyBands", 0, (2015, amount), context) == (Why.NO_FIGURE, 7, 2015)
    assert refusal(PARAMETERS["average_wage"], "Yearly", 0, 2010, context) == (Why.NO_FIGURE, 7, 2010)
    assert refusal(PARAMETERS["average_wage"], "Yearly", 0, 99, context) == (Why.NO_FIGURE, 7, 99)
    assert view(PARAMETERS["grade_months"], "DatedTable", 0, context)[on + 999, Grade.FOURTH] == 21  # type: ignore[index]
    assert refusal(PARAMETERS["grade_months"], "Table", on + 999, 3, context) == (Why.NO_FIGURE, 7, on + 999)


def test_strict_refuses_approx_figures_unless_they_are_accepted() -> None:
    wage = PARAMETERS["average_wage"]
    strict, accepted = Reading("strict"), Reading("strict", frozenset({"average_wage"}))
    assert view(wage, "Yearly", 0, strict)[2008] == 4471500  # type: ignore[index]
    assert refusal(wage, "Yearly", 0, 2009, strict) == (Why.APPROX, 7, 2009)
    assert strict.log == [("average_wage", 4471500)]
    assert view(wage, "Yearly", 0, accepted)[2009] == 4844400  # type: ignore[index]
    assert encode(wage, True).states[2009 - FIRST_YEAR] == 4
    assert encode(wage, True, {"average_wage"}).states[2009 - FIRST_YEAR] == 2
    assert encode(wage, False).states[2009 - FIRST_YEAR] == 2


def test_a_form_that_the_parameter_has_not_is_an_error() -> None:
    with pytest.raises(TypeError, match="it can be read as Table or DatedTable"):
        view(PARAMETERS["annuity_months"], "value", 0, Reading())
    assert PARAMETERS["average_wage"].forms == ("Yearly",)
    assert PARAMETERS["adjustment"].forms == ("YearlyBands",)


# ---- arrays
def test_arrays_of_a_dated_parameter() -> None:
    encoded = encode(PARAMETERS["credit_rate"], strict=False)
    days = [day(d) for d in ("1992-10-01", "1993-07-01", "1994-01-01")]
    assert encoded.starts.tolist() == [INT64_MIN, *days]
    assert encoded.values.tolist() == [INT64_MIN, 200, INT64_MIN, 825]
    assert encoded.states.tolist() == [0, 1, 0, 1]
    assert encoded.states.dtype == np.uint8
    assert (encoded.width, encoded.lowers.size) == (1, 0)


def test_arrays_of_a_banded_parameter() -> None:
    parameter = PARAMETERS["adjustment"]
    encoded = encode(parameter, strict=True)
    assert encoded.width == 8
    assert encoded.starts.size == 0
    assert encoded.values.size == encoded.lowers.size == 8 * (LAST_YEAR - FIRST_YEAR + 1)
    at = 8 * (2014 - FIRST_YEAR)
    assert encoded.lowers[at : at + 8].tolist() == [INT64_MIN, 277300, 377000] + [INT64_MAX] * 5
    assert encoded.values[at : at + 4].tolist() == [15000, 10000, INT64_MIN, INT64_MIN]
    assert encoded.marked[at : at + 4].tolist() == [15000, 10000, 6000, INT64_MIN]
    assert encoded.states[at : at + 4].tolist() == [1, 1, 4, 0]
    assert encoded.lowers[at + 8 : at + 16].tolist() == [INT64_MIN, 0, 10000, 20000, 30000] + [INT64_MAX] * 3
    assert encoded.states[at + 8 : at + 16].tolist() == [0, 1, 0, 1, 0, 0, 0, 0]
    assert parameter.at(at + 1) == parameter.figure(2014, 277300)
    assert parameter.at(at + 7) is None


def test_the_shape_holds_no_figure() -> None:
    grown = overlay(PARAMETERS, "parameters: {average_wage: {yearly: [{year: 2020, value: 1}]}}")
    for name, parameter in PARAMETERS.items():
        assert shape(parameter) == shape(grown[name])
        assert hash(shape(parameter)) == hash(shape(grown[name]))
    assert len({shape(p) for p in PARAMETERS.values()}) == len(PARAMETERS)


# ---- reforms
def test_a_reform_s_figures_win_over_the_days_that_they_cover() -> None:
    reformed = overlay(
        PARAMETERS,
        """
parameters:
  credit_rate: {dated: [{from: 1993-01-01, to: 1995-12-31, value: 3}]}
  annuity_months: {dated: [{from: 2010-01-01, values: {60: 150}}]}
  average_wage: {confidence: approx, doc: forecast, yearly: [{year: 2008, value: 1}, {year: 2030, value: 2}]}
  adjustment: {yearly: [{year: 2014, bands: [{value: 7}]}]}
zh: 试算
""",
        origin="r.yaml",
    )
    rate = [(f.value, f.start, f.end) for f in reformed["credit_rate"].figures]
    assert rate == [
        (200, day("1992-10-01"), day("1992-12-31")),
        (300, day("1993-01-01"), day("1995-12-31")),
        (825, day("1996-01-01"), LAST_DAY),
    ]
    new = reformed["credit_rate"].figures[1]
    assert (new.source, new.confidence) == ("r.yaml", "seed")
    annuity = reformed["annuity_months"]
    assert [annuity.figure(day(d), 60).value for d in ("2009-12-31", "2010-01-01", "2020-06-01", "2100-01-01")] == [  # type: ignore[union-attr]
        139,
        150,
        150,
        150,
    ]
    assert annuity.figure(day("2010-01-01"), 59).value == 145  # type: ignore[union-attr]
    assert [f.value for f in reformed["average_wage"].figures] == [100, 4844400, 5606150, 200]
    assert reformed["average_wage"].figure(2030).confidence == "approx"  # type: ignore[union-attr]
    assert [f.value for f in reformed["adjustment"].figures if f.start == 2014] == [700]
    assert reformed["grade_months"] is PARAMETERS["grade_months"]
    assert PARAMETERS["credit_rate"].figure(day("1995-01-01")).value == 825  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("parameter: {}", "no `parameters:`"),
        ("parameters: {average_wages: {yearly: []}}", "no such parameter; did you mean average_wage?"),
        ("parameters: {average_wage: {dated: []}}", "stand under `yearly`"),
        ("parameters: {average_wage: {kind: fen, yearly: []}}", "average_wage.kind: unknown key"),
        ("parameters: {average_wage: {yearly: [{year: 2000, value: 2000000}]}}", "outside the parameter's range"),
        ("parameters: {average_wage: {range: [0, 1], yearly: []}}", "the law's own figure 44715.00 is outside"),
        ("parameters: {adjustment: {max_bands: 1, yearly: []}}", "one version needs 5 entries"),
    ],
)
def test_a_reform_s_faults_are_told(text: str, told: str) -> None:
    with pytest.raises(ParameterError) as caught:
        overlay(PARAMETERS, text)
    assert told in str(caught.value)


def test_a_reform_may_widen_the_range() -> None:
    text = "parameters: {average_wage: {range: [0, 2000000], yearly: [{year: 2040, value: 2000000}]}}"
    assert overlay(PARAMETERS, text)["average_wage"].range == (0, 200_000_000)


# ---- acceptance
def test_an_acceptance_is_kept_with_who_and_why(tmp_path: Path) -> None:
    path = tmp_path / "state" / "accepted.yaml"
    assert accepted_names(path) == frozenset()
    at = datetime.datetime(2024, 5, 1, 8, tzinfo=datetime.UTC)
    accept(path, "average_wage", "张三", "按年度通知核对", PARAMETERS, at)
    accept(path, "adjustment", "no", "2024", PARAMETERS)
    first, second = acceptances(path)
    assert first == ("average_wage", "张三", "按年度通知核对", "2024-05-01T08:00:00+00:00")
    assert second[:3] == ("adjustment", "no", "2024")
    assert accepted_names(path) == {"average_wage", "adjustment"}


@pytest.mark.parametrize(
    ("name", "by", "reason", "told"),
    [
        ("wage", "a", "b", "wage is no parameter"),
        ("credit_rate", "a", "b", "no approx figure"),
        ("average_wage", " ", "b", "neither may be empty"),
        ("average_wage", "a", "", "neither may be empty"),
        ("adjustment", "a", "b", "accepted already by x"),
    ],
)
def test_what_cannot_be_accepted(tmp_path: Path, name: str, by: str, reason: str, told: str) -> None:
    path = tmp_path / "accepted.yaml"
    accept(path, "adjustment", "x", "y", PARAMETERS)
    with pytest.raises(Problem, match=told):
        accept(path, name, by, reason, PARAMETERS)
    assert accepted_names(path) == {"adjustment"}


@pytest.mark.parametrize("text", ["x: 1", "- {parameter: a}", "- {parameter: a, by: b, reason: , at: c}", "[", "- 1"])
def test_a_file_of_acceptances_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "accepted.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(Problem, match=r"accepted\.yaml"):
        accepted_names(path)


# ---- view and arrays agree on anything
YEARS = st.integers(1990, 2030)
MONEY = st.integers(-50, 50)


FORMS = {"value": "", "values": "by: count, keys: [-2, 3], ", "bands": "bands: count, "}


@st.composite
def bodies(draw: st.DrawFn, yearly: bool, form: str) -> str:
    """The figures of a parameter as YAML, with holes in time, keys and bands."""
    points = sorted(draw(st.sets(YEARS, min_size=1, max_size=6)))
    entries = []
    for k, point in enumerate(points):
        confidence = draw(st.sampled_from(["known", "approx"]))
        when = f"year: {point}" if yearly else f"from: {point}-01-01"
        if not yearly and draw(st.booleans()):
            last = points[k + 1] - 1 if k + 1 < len(points) else 2040
            when += f", to: {draw(st.integers(point, last))}-12-31"
        if form == "value":
            content = f"value: {draw(MONEY)}"
        elif form == "values":
            cells = {key: draw(MONEY) for key in draw(st.sets(st.integers(-2, 3), max_size=6))}
            content = f"values: {{{', '.join(f'{key}: {value}' for key, value in cells.items())}}}"
        else:
            bounds = sorted(draw(st.sets(st.integers(-4, 4), min_size=1, max_size=6)))
            bands = [f"{{from: {a}, below: {b}, value: {draw(MONEY)}}}" for a, b in pairwise(bounds)]
            bands = [band for band in bands if draw(st.booleans())]
            if draw(st.booleans()):
                bands.append(f"{{from: {bounds[-1]}, value: {draw(MONEY)}}}")
            if draw(st.booleans()):
                bands.insert(0, f"{{below: {bounds[0]}, value: {draw(MONEY)}}}")
            content = f"bands: [{', '.join(bands)}]"
        entries.append(f"{{{when}, confidence: {confidence}, {content}}}")
    draw(st.randoms()).shuffle(entries)
    return f"{'yearly' if yearly else 'dated'}: [{', '.join(entries)}]"


def loaded(form: str, body: str) -> Parameter:
    head = "zh: 甲, en: P, kind: fen, unit: yuan, range: [-50, 50], doc: d, "
    return load(f"p: {{{head}{FORMS[form]}{body}}}")["p"]


@st.composite
def parameters(draw: st.DrawFn) -> Parameter:
    """A parameter of any axis and form."""
    form = draw(st.sampled_from(sorted(FORMS)))
    return loaded(form, draw(bodies(draw(st.booleans()), form)))


def looked_up(p: Parameter, e: Encoded, when: int, key: int) -> int:
    """What compiled code finds: the value, or the status as a negative number."""
    cell = 0
    if p.keys is not None:
        cell = key - p.keys[0]
        if not p.keys[0] <= key <= p.keys[1]:
            return -status(Why.INDEX, 0, key)
    if p.yearly:
        version = when - FIRST_YEAR
        if not FIRST_YEAR <= when <= LAST_YEAR:
            return -status(Why.NO_FIGURE, 7, when)
    else:
        version = bisect_right(e.starts.tolist(), when) - 1
    if p.bands is not None:
        cell = bisect_right(e.lowers[version * e.width : (version + 1) * e.width].tolist(), key) - 1
    k = version * e.width + cell
    if e.states[k] == 1:
        return int(e.values[k])
    assert e.values[k] == INT64_MIN
    if e.states[k] == 2:
        return int(e.marked[k])
    return -status(Why.APPROX if e.states[k] == 4 else Why.NO_FIGURE, 7, when)


def scanned(p: Parameter, when: int, key: int) -> int | None:
    """The value by looking at every figure in turn."""
    found = [
        f.value
        for f in p.figures
        if f.start <= when
        and (when <= f.end or f.end == LAST_DAY)  # the calendar's last day is an open end
        and f.key in (None, key)
        and (f.low is None or f.low <= key)
        and (f.below is None or key < f.below)
    ]
    assert len(found) <= 1
    return found[0] if found else None


@given(parameters(), st.data())
def test_views_and_arrays_give_the_same(p: Parameter, data: st.DataObject) -> None:
    strict, accepted = data.draw(st.booleans()), data.draw(st.sampled_from([frozenset[str](), frozenset({"p"})]))
    context = Reading("strict" if strict else "marked", accepted)
    encoded = encode(p, strict, accepted)
    assert len(encoded.values) == len(encoded.marked) == len(encoded.states)
    years = st.one_of(YEARS, st.sampled_from([0, FIRST_YEAR - 1, FIRST_YEAR, LAST_YEAR, LAST_YEAR + 1, 10**6]))
    days = st.builds(lambda y, d: day(f"{y}-01-01") + d, YEARS, st.integers(-1, 365)) | st.sampled_from(
        [-(10**9), 10**9]
    )
    for _ in range(10):
        when = data.draw(years if p.yearly else days)
        key = data.draw(st.integers(-6, 6))
        expected = looked_up(p, encoded, when, key)
        for form in p.forms:
            two = len([word for word in ("Yearly", "Dated", "Table", "Bands") if word in form]) == 2
            context.log.clear()
            try:
                seen = view(p, form, when, context)
                if not isinstance(seen, int):
                    seen = seen[(when, key) if two else key if form in ("Table", "Bands") else when]  # type: ignore[index]
            except Refused as refused:
                assert refused.status == -expected
                assert (scanned(p, when, key) is None) == (unpack(refused.status)[0] is not Why.APPROX)
                assert not context.log
            else:
                assert seen == expected == scanned(p, when, key)
                assert context.log == [("p", seen)]
                figure = p.figure(when, None if p.by is None and p.bands is None else key)
                assert figure is not None and figure.value == seen


@given(st.booleans(), st.sampled_from(sorted(FORMS)), st.data())
def test_a_reform_is_the_new_figure_where_there_is_one_else_the_old(
    yearly: bool, form: str, data: st.DataObject
) -> None:
    body = data.draw(bodies(yearly, form))
    old, new = loaded(form, data.draw(bodies(yearly, form))), loaded(form, body)
    both = overlay({"p": old}, f"parameters: {{p: {{{body}}}}}")["p"]
    for _ in range(10):
        year, key = data.draw(YEARS), None if form == "value" else data.draw(st.integers(-2, 3))
        when = year if yearly else day(f"{year}-07-01")
        wanted = new.figure(when, key)
        if wanted is None and not (form == "bands" and any(f.start <= when <= f.end for f in new.figures)):
            wanted = old.figure(when, key)
        seen = both.figure(when, key)
        assert (seen and (seen.value, seen.confidence)) == (wanted and (wanted.value, wanted.confidence))
