"""`shebao law what-if` on the real law: what a household gets, what is excluded, what would change."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from shebao.cli import app

HOUSEHOLD = Path(__file__).parent.parent / "examples" / "household.yaml"
ELDER = """
birth_day: 1939-11-20
sex: male
hukou: local_urban
contributions: []
care_assessment: severe
elderly_subsidy_claim_day: 2019-11-05
disability_kind: limb
disability_level: level_1
disability_claim_day: 2019-11-05
subsidy_choice: elderly
household: {means_declared_day: 2019-10-08}
"""


def said(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["law", "what-if", *map(str, arguments)], env={"COLUMNS": "160"})
    assert result.exit_code == code, result.output
    return result.output


def test_a_household_with_what_is_due_and_what_would_change() -> None:
    text = said(HOUSEHOLD, "--on", "2014-02-28", "--lang", "zh")
    for wanted in ("最低生活保障金", "1,091.00 元", "失业保险金", "892.00 元", "低收入家庭", "月工作收入", "周岁"):
        assert wanted in text
    assert "Minimum living allowance" in said(HOUSEHOLD, "--on", "2014-02-28", "--lang", "en")


def test_what_is_excluded_is_named_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "elder.yaml"
    file.write_text(ELDER, "utf-8")
    text = said(file, "--on", "2019-11-30", "--lang", "zh")
    assert "被排除的待遇" in text and "已享受老年人服务、护理补贴" in text


def test_a_missing_fact_is_named_with_what_it_would_bring(tmp_path: Path) -> None:
    file = tmp_path / "elder.yaml"
    file.write_text("birth_day: 1949-06-01\nsex: male\nhukou: local_rural\ncontributions: []\nresident_payments: []\n")
    text = said(file, "--on", "2012-06-30", "--lang", "zh")
    assert "尚不能确定的待遇" in text and "补充事实：曾有参加" in text


def test_a_file_with_a_fault_is_told_with_place_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "one.yaml"
    file.write_text("birthday: 1949-06-01\n")
    assert "birth_day" in said(file, "--on", "2012-06-30", code=2)
    assert "one day at a time" in said(file, "--on", "2012-06,2012-07", "--lang", "en", code=2)
    assert "is no fact of money" in said(HOUSEHOLD, "--on", "2012-06", "--income", "sex", "--lang", "en", code=2)
