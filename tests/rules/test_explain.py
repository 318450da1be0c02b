"""Decisions for people and machines: the tree, JSON, formulas in numbers, the parts of a letter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from small_law import LAW, person
from test_decide import decided, law_of, long_history

from shebao.rules.decide import decide
from shebao.rules.explain import FORMAT, Node, as_json, text, tree
from shebao.rules.formula import in_numbers, legend, symbol_of
from shebao.rules.kinds import day
from shebao.rules.sections import letter_sections


def nodes(roots: list[Node]) -> Iterator[Node]:
    for node in roots:
        yield node
        yield from nodes(list(node.children))


# ---------------------------------------------------------------- the tree
def test_the_tree_leads_from_the_result_to_facts_and_figures() -> None:
    (root,) = tree(decided("pension_in_payment"))
    assert (root.zh, root.en, root.value) == ("现养老金", "Pension in payment", "155.50 元")
    assert root.notes == ("依据：某社字〔2008〕4号 [已知文号]", "公式：P + Σ A")
    found = {node.name: node for node in reversed(list(nodes([root])))}
    assert found["savings"].value == "13,900.00 元"
    assert found["death_day"].value == "未填"
    assert found["divisor"].notes == ("2006-01-01起（60 年） 某社字〔2005〕3号 [已知文号]",)
    assert found["rise"].table is not None
    assert found["rise"].table.rows[0][:3] == ("2007年（100.00 元起）", "10.00 元", "某社字〔2008〕4号")
    assert found["paid"].table is not None
    assert found["paid"].table.header == ("缴费月份", "缴费年度", "缴费工资")
    assert found["paid"].table.rows[3] == ("1-11月", "2004年", "3,000.75 元")
    assert "interest_due" not in found


def test_each_variable_stands_in_full_once() -> None:
    full = [
        n.name for n in nodes(tree(decided("pension", "of_age"))) if n.sort == "variable" and "shown" not in n.marks
    ]
    assert len(full) == len(set(full)) == 5
    assert "（见上）" in text(tree(decided("pension", "of_age")))


def test_text_in_both_languages() -> None:
    decision = decided("fee_due", "home")
    assert text(tree(decision)) == (
        "手续费 Fee = 8.00 元\n"
        "│  依据：某财字〔1999〕5号 [已知文号]\n"
        "├─ 退休日期 Day of retirement = 2006-06-01\n"
        "├─ 储蓄 Savings = 13,900.00 元\n"
        "└─ 手续费 Fee = 8.00 元\n"
        "      2000-01-01起（2,000.00 元起） 某财字〔1999〕5号 [已核原文]\n"
        "住房价值 Value of the own home 未决定：不属于任何家庭\n"
        "│  依据：某民字〔2007〕8号 第六条 [已知文号]\n"
        "├─ 困难 In hardship = 未填，按否\n"
        "└─ 住房 Value of the home 未决定：不属于任何家庭\n"
    )
    english = text(tree(decision, "en"), "en")
    assert "clause: 某财字〔1999〕5号 [document known]" in english
    assert "from 2000-01-01 (from 2,000.00 yuan) 某财字〔1999〕5号 [text seen]" in english
    assert "refused: not a member of any Household" in english


def test_approximate_figures_and_rules_are_marked() -> None:
    retired = long_history(retirement_day=day("2005-12-31"))
    assert "养老金 Pension = 250.10 元〔约〕" in text(tree(decided("pension", **retired)))
    assert "Interest of a year = 347.50 yuan[approx]" in text(tree(decided("interest_due"), "en"), "en")
    assert "〔约〕" not in text(tree(decided("fee_due")))


def test_a_long_history_is_cut_in_the_middle() -> None:
    (root,) = tree(decided("wage_index", **long_history()))
    table = next(node.table for node in nodes([root]) if node.sort == "history")
    assert table is not None
    assert (len(table.rows), table.cut, table.omitted) == (8, 4, 7)
    assert "… 7 …" in text([root])


def test_members_of_a_group_are_listed() -> None:
    family = {"household": {"floor": 5_000, "members": [person(sex=None), person(hardship=True, grade=1)]}}
    shown = text(tree(decided("relief", groups=family)))
    assert "收入 Income = 3 名成员：155.50 元, —, 1,145.50 元" in shown
    assert "救助金 Relief 未决定：缺少性别" in shown


# ---------------------------------------------------------------- JSON
def test_json_has_everything_and_a_hash() -> None:
    decision = decided("pension", "home")
    found = as_json(decision)
    assert json.loads(json.dumps(found)) == found
    assert (found["format"], found["on"], found["mode"]) == (FORMAT, "2008-05-01", "marked")
    assert found["law"] == LAW.fingerprint
    assert found["results"]["pension"]["written"] == "120.00"
    assert found["results"]["home"]["refused"]["why"] == "NO_GROUP"
    steps = {step["name"]: step for step in found["steps"]}
    assert steps["pension"]["rule"]["name"] == "pension_from_2006"
    assert steps["pension"]["rule"]["since"] == "2006-01-01"
    assert steps["pension"]["parameters"][0]["figures"][0] == {
        "value": 139,
        "written": "139",
        "from": "2006-01-01",
        "to": None,
        "key": "60",
        "doc": "某社字〔2005〕3号",
        "confidence": "known",
    }
    assert steps["wage_index"]["parameters"][0]["figures"][0]["year"] == 1993
    assert found["inputs"]["paid_months"]["written"] == ["1-12", "1-12", "1-12", "1-11"]
    assert found["hash"] == as_json(decided("pension", "home"))["hash"]
    assert found["hash"] != as_json(decided("pension", "home", savings=1))["hash"]


def test_json_of_bands_and_approximate_figures() -> None:
    found = as_json(decided("pension_in_payment"))
    figure = next(s for s in found["steps"] if s["name"] == "pension_in_payment")["parameters"][0]["figures"][1]
    assert (figure["year"], figure["low"], figure["below"], figure["written"]) == (2008, "50.00", "150.00", "25.50")
    found = as_json(decided("pension", **long_history(retirement_day=day("2005-12-31"))))
    assert [(a["step"], a["parameter"]) for a in found["approximate"]] == [("pension", "rate")]


# ---------------------------------------------------------------- formulas
FORMULAS = """
INPUTS = [Input("fund", Fen, "储存额", "Fund"), Input("term", Months, "月数", "Term")]

@rule(zh="指数", en="Index", cites="x", formula="Z = 总和 ÷ 月数")
def index(term: Months) -> Ratio4:
    return 8124

@rule(zh="缴费月数", en="Months paid", cites="x", formula="N × 12")
def paid(term: Months) -> Months:
    return term

@rule(zh="x", en="x", cites="x", formula="{formula}")
def x(fund: Fen, index: Ratio4, paid: Months, term: Months) -> Fen:
    spare = fund + 0 * 1
    months = term + paid
    return half_up_to_fen(fund * index, ONE4)
"""


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("J = 储存额 × Z", "12,345.67 × 0.8124"),
        ("储存额 × 指数", "12,345.67 × 0.8124"),
        ("J = 储存额 × Z（Z见附件）", "12,345.67 × 0.8124"),
        ("[储存额 + 储存额] × Z ÷ 200%", "[12,345.67 + 12,345.67] × 0.8124 ÷ 200%"),
        ("储存额 × Q", "12,345.67 × 0.8124"),  # the one argument with which it comes out
        ("储存额 × Z × N ÷ 年数", "12,345.67 × 0.8124 × 15 ÷ 15"),
        ("储存额 × P ÷ Q", ""),  # two are too many
        ("储存额 × Z × N ÷ 15", "12,345.67 × 0.8124 × 15 ÷ 15"),
        ("储存额 × Z + 1", ""),
        ("储存额 × 1.1", ""),
        ("储存额 的一部分", ""),
        ("储存额", ""),
        ("储存额 ÷ (N - 15)", ""),
        ("", ""),
    ],
)
def test_a_formula_in_numbers_is_shown_where_it_comes_out(formula: str, shown: str) -> None:
    law = law_of(FORMULAS.replace("{formula}", formula))
    step = decide(law, {"fund": 1_234_567, "term": 180}, on=0, want=["x"])["x"]
    assert step.value == 1_002_962  # 12345.67 * 0.8124 = 10029.622...
    assert in_numbers(law, step) == shown


def test_symbols_of_formulas() -> None:
    law = law_of(FORMULAS.replace("{formula}", "J = 储存额 × Z × N ÷ 15"))
    step = decide(law, {"fund": 1_234_567, "term": 185}, on=0, want=["x"])["x"]
    assert legend(law, step) == {"Z": "index", "N": "paid"}
    assert in_numbers(law, step) == ""  # 185 months are not 15 years
    assert (symbol_of("C平"), symbol_of("N × 12"), symbol_of("J = a + b")) == ("C平", "N × 12", "")


# ---------------------------------------------------------------- the letter
def test_the_parts_of_a_letter() -> None:
    found = letter_sections(decided("income", "of_age", "home", hardship=None, grade=None))
    assert [(i.zh, i.value, i.unit) for i in found.results] == [("收入", "155.50", "元"), ("已到退休年龄", "是", "")]
    assert [(r.zh, r.reason_zh, r.reason_en) for r in found.refusals] == [
        ("住房价值", "不属于任何家庭", "not a member of any Household")
    ]
    facts = {i.zh: (i.value, i.unit) for i in found.facts}
    assert facts["储蓄"] == ("13,900.00", "元")
    assert facts["性别"] == ("男", "")
    assert "死亡日期" not in facts
    names = [e.zh for e in found.explanations]
    assert names[:3] == ["收入", "现养老金", "养老金"]
    pension = found.explanations[2]
    assert (pension.value, pension.unit, pension.cites, pension.formula) == (
        "120.00",
        "元",
        "某社字〔2005〕3号",
        "S ÷ M",
    )
    assert [(f.zh, f.value, f.period, f.document) for f in pension.figures] == [
        ("计发月数（60 年）", "139 个月", "2006-01-01起", "某社字〔2005〕3号")
    ]
    assert [(i.zh, i.value, i.unit) for i in pension.inputs][:2] == [
        ("已到退休年龄", "是", ""),
        ("储蓄", "13,900.00", "元"),
    ]
    (annex,) = found.annexes
    assert annex.header == ("缴费月份", "缴费年度", "缴费工资")
    assert annex.left == (0, 1)
    assert found.approximate == ()


def test_what_an_amount_adds_up_from_stands_before_it() -> None:
    found = letter_sections(decided("income", hardship=True, grade=1))
    assert [(i.zh, i.value, i.total) for i in found.results] == [
        ("现养老金", "155.50", False),
        ("伤残津贴", "990.00", False),
        ("收入", "1,145.50", True),
    ]


def test_approximate_figures_are_listed_once() -> None:
    family: dict[str, Any] = {"household": {"floor": 10**9}}
    found = letter_sections(decided("relief", groups=family))
    assert [(f.zh, f.value, f.period, f.confidence) for f in found.approximate] == [
        ("最低标准", "330.00 元", "2008-01-01起", "approx")
    ]


def test_many_figures_go_to_an_annex() -> None:
    years = {"paid_year": [1993, 1994, 1996, 2004, 2006], "paid_base": [1] * 5, "paid_months": [4095] * 5}
    found = letter_sections(decided("wage_index", **years))
    (explanation,) = (e for e in found.explanations if e.zh == "缴费工资指数")
    assert explanation.figures == ()
    assert "从“平均工资”用到1993年至2006年的数值，见附表。" in explanation.sentences
    assert found.annexes[1].title == "平均工资"
    assert found.annexes[1].rows[0] == ("1993年", "300.00 元", "某统字〔2011〕1号 附表", "")
