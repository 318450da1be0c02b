"""The command from end to end, on small files."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from shebao.cli import app, faults
from shebao.cli.people import RESULTS, days
from shebao.files.people import read_batches
from shebao.rules import assess as streaming
from shebao.rules.kinds import date_of, day
from shebao.rules.law import Law
from shebao.rules.run import Pass
from shebao.rules.values import Problem
from shebao.samplecity.tables import MARK

ROOT = Path(__file__).parents[1]
WORKER = ROOT / "examples" / "worker.yaml"
ENGLISH, CHINESE = {"LANG": "en_US.UTF-8", "LC_ALL": ""}, {"LANG": "zh_CN.UTF-8", "LC_ALL": ""}
DAY = "2014-10-31"


def shebao(*arguments: object, code: int = 0, env: dict[str, str] | None = None) -> Result:
    """Runs the command and looks at its exit code."""
    result = CliRunner().invoke(app, [str(a) for a in arguments], env=env or ENGLISH)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def people(folder: Path) -> Path:
    shebao("sample", folder / "people.parquet", "--people", 400, "--seed", 3)
    return folder / "people.parquet"


@pytest.fixture(scope="module")
def results(folder: Path, people: Path) -> pa.Table:
    shebao("assess", people, "--on", DAY, "--out", folder / "results.parquet")
    return pq.read_table(folder / "results.parquet")


# ---------------------------------------------------------------- days
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2014-06-30", ["2014-06-30"]),
        ("2014-02", ["2014-02-28"]),
        ("2014-06-30,2014-07-01", ["2014-06-30", "2014-07-01"]),
        ("2013-12..2014-02", ["2013-12-31", "2014-01-31", "2014-02-28"]),
        ("2013-12-31..2014-03-15", ["2013-12-31", "2014-01-31", "2014-02-28"]),
        ("2012-01,2014-01..2014-02", ["2012-01-31", "2014-01-31", "2014-02-28"]),
    ],
)
def test_days(text: str, wanted: Sequence[str]) -> None:
    assert [date_of(d).isoformat() for d in days(text)] == wanted


@pytest.mark.parametrize("text", ["", "2014-06-31", "2014-13", "yesterday", "2014-02,2014-01", "2014-02..2014-01"])
def test_no_days(text: str) -> None:
    with pytest.raises(Problem):
        days(text)


# ---------------------------------------------------------------- one person
def test_decide_prints_the_pension_with_its_clause() -> None:
    said = shebao("decide", WORKER, "--on", "2014-06-30")
    assert "4,437.45 yuan" in said.stdout and "京劳社养发〔2007〕21号 附件1" in said.stdout
    assert "Interest of the personal account 2006: 0.0225" in said.stdout
    assert "4,437.45 元" in shebao("decide", WORKER, "--on", "2014-06-30", env=CHINESE).stdout
    assert "4,437.45 元" in shebao("decide", WORKER, "--on", "2014-06-30", "--lang", "zh").stdout


def test_decide_explains_every_step() -> None:
    said = shebao("decide", WORKER, "--on", "2014-06-30", "--want", "pension_award", "--explain", "--lang", "zh").stdout
    for wanted in (
        "基础养老金",
        "2,329.74 元",
        "京劳社养发〔2007〕21号",
        "62,677.00 元",
        "个人账户记账利率",
        "2013-08-15",
    ):
        assert wanted in said


def test_decide_as_json_is_the_whole_decision() -> None:
    told = json.loads(shebao("decide", WORKER, "--on", "2014-06-30", "--want", "pension", "--json").stdout)
    assert told["results"]["pension"]["value"] == 443_745
    assert {"pension", "pension_award", "basic_pension"} <= {step["name"] for step in told["steps"]}


def test_decide_writes_the_letter(tmp_path: Path) -> None:
    shebao("decide", WORKER, "--on", "2014-06-30", "--letter", tmp_path / "l.pdf", "--dated", "2014-07-10")
    assert (tmp_path / "l.pdf").read_bytes().startswith(b"%PDF")
    options = ("--dated", "2014-07-10", "--office", "某某区社会保险基金管理中心")
    shebao("decide", WORKER, "--on", "2014-06-30", "--letter", tmp_path / "l.md", *options)
    letter = (tmp_path / "l.md").read_text("utf-8")
    for wanted in ("某某区社会保险基金管理中心", "4,437.45", "京人社养发〔2014〕48号", "未经核实", "2014年7月10日"):
        assert wanted in letter
    assert "letter is a .pdf or .md" in shebao("decide", WORKER, "--on", DAY, "--letter", "l.doc", code=2).stderr


def test_decide_in_strict_mode_until_the_figure_is_accepted(tmp_path: Path) -> None:
    accepted = tmp_path / "accepted.yaml"
    ask = ("decide", WORKER, "--on", "2014-06-30", "--want", "account_pension", "--law", "strict", "--fail-on-refused")
    refused = shebao(*ask, "--accepted", accepted, code=1)
    assert "only approximate" in " ".join(refused.stdout.split())
    word = ("law", "accept", "account_interest", "--by", "张审核", "--reason", "核对过", "--accepted", accepted)
    shebao(*word)
    assert "432.09" in shebao(*ask, "--accepted", accepted).stdout
    assert "accepted already" in shebao(*word, code=2).stderr


def test_decide_tells_the_faults_of_a_file(tmp_path: Path) -> None:
    case = tmp_path / "case.yaml"
    case.write_text(
        "birth_day: 1953-13-15\nsex: man\npost_clas: worker\ncontributions: [{year: 1993, base: 3402.005}]\n"
    )
    said = shebao("decide", case, "--on", DAY, code=2).stderr
    for wanted in ("birth_day", "sex", "post_class", "contributions[1].base"):
        assert wanted in said
    assert (
        "出生日期" not in said and "是否为post_class" in shebao("decide", case, "--on", DAY, code=2, env=CHINESE).stderr
    )
    assert "check the path" in shebao("decide", tmp_path / "no.yaml", "--on", DAY, code=2).stderr


def test_a_wrong_variable_or_day_is_a_fault_with_its_remedy() -> None:
    assert (
        "did you mean pension_award" in shebao("decide", WORKER, "--on", DAY, "--want", "pension_awrd", code=2).stderr
    )
    assert "no day of the calendar" in shebao("decide", WORKER, "--on", "2014-02-30", code=2).stderr
    assert "one day at a time" in shebao("decide", WORKER, "--on", "2014-01,2014-02", code=2).stderr


# ---------------------------------------------------------------- files of people
def test_assess_and_decide_agree(people: Path, results: pa.Table) -> None:
    assert results.num_rows == 400 and results.schema.names[0] == "person_id"
    assert [n for n in results.schema.names[1:-1] if not n.endswith("_refusal")] == list(RESULTS)
    table = results.to_pylist()
    for row in [r for r in table if r["pension"]][:5] + [r for r in table if r["pension_refusal"]][:3]:
        ask = ("decide", people, "--person", row["person_id"], "--on", DAY, "--want", "pension", "--json")
        told = json.loads(shebao(*ask).stdout)["results"]["pension"]
        assert told["value"] == row["pension"]
        assert (told.get("refused") is None) == (row["pension_refusal"] is None)


def test_the_summary_counts_what_the_file_says(folder: Path, people: Path, results: pa.Table) -> None:
    out = folder / "again.parquet"
    told = json.loads(shebao("assess", people, "--on", DAY, "--out", out, "--json", "--threads", 1).stdout)
    pension = told["variables"]["pension"]
    assert pension["total"] == sum(v or 0 for v in results.column("pension").to_pylist())
    assert pension["refused"] == results.column("pension").null_count
    assert told["rows"] == 400 and told["law"] == "marked" and told["faults"] == 0
    assert pq.read_table(out).equals(results)


def test_the_summary_on_the_terminal(folder: Path, people: Path) -> None:
    said = shebao("assess", people, "--on", DAY, "--out", folder / "t.parquet", "--check", 0.05, env=CHINESE).stdout
    for wanted in ("当月应发基本养老金", "未能计算的原因", "用到的未核实数值", "个人账户记账利率", "400人"):
        assert wanted in said


def test_several_days_are_one_run(folder: Path, people: Path) -> None:
    out = folder / "months.parquet"
    shebao("assess", people, "--on", "2014-09..2014-10", "--out", out, "--want", "pension,welfare_pension")
    table = pq.read_table(out)
    assert table.num_rows == 800
    assert table.column("benefit_day").unique().to_pylist() == [date_of(day("2014-09-30")), date_of(day(DAY))]


def test_broken_rows_are_reported_and_the_rest_is_computed(folder: Path, results: pa.Table) -> None:
    broken, out, report = folder / "broken.parquet", folder / "broken-out.parquet", folder / "problems.csv"
    shebao("sample", broken, "--people", 400, "--seed", 3, "--broken", 0.1)
    ask = ("assess", broken, "--on", DAY, "--out", out, "--report", report)
    said = shebao(*ask, "--fail-on-refused", code=1)
    assert "broken.parquet:" in said.stderr and str(report) in said.stderr
    with report.open(encoding="utf-8-sig", newline="") as text:
        problems = list(csv.DictReader(text))
    fields = {problem["field"].split("[")[0] for problem in problems}
    assert {"id_number", "birth_day", "sex", "account_opening_balance", "contributions"} <= fields
    found = " ".join(problem["en"] for problem in problems)
    assert "check digit" in found and "is missing" in found and "below the least" in found
    bad = {int(problem["person_id"]) for problem in problems}
    assert 20 < len(bad) < 60
    rows, sound = pq.read_table(out).to_pylist(), results.to_pylist()
    assert all(row == old for row, old in zip(rows, sound, strict=True) if row["person_id"] not in bad)
    assert all(row[f"{n}_refusal"] for row in rows if row["person_id"] in bad for n in RESULTS)
    shebao(*ask)  # without the option the exit code is 0


def test_a_truncated_file_is_told(folder: Path, people: Path) -> None:
    cut, report = folder / "cut.parquet", folder / "cut.csv"
    cut.write_bytes(people.read_bytes()[:-2000])
    out = folder / "cut-out.parquet"
    said = shebao("assess", cut, "--on", DAY, "--out", out, "--report", report, code=2).stderr
    assert "cut off" in said and not out.exists()
    assert "cut off" in report.read_text("utf-8-sig")


def test_a_csv_with_wrong_cells(folder: Path) -> None:
    file, out = folder / "people.csv", folder / "csv.parquet"
    file.write_text(
        "person_id,身份证号,birth_day,sex,hukou,pension_elsewhere,contributions,resident_payments\n"
        "a,,1940-05-01,女,local_urban,,[],[]\n"
        "b,110120195305230027,1953-05-23,女,local_urban,0,[],[]\n"
        "c,,1953-05-23,woman,local_urban,0,[],[]\n"
        "d,,1953-05-23,1,local_urban,perhaps,[],\n"
        "e,,1940-05-23,1,本市非农业户口,0.00,[],[]\n"
        'f,,1990-05-23,1,本市非农业户口,0,[],"[{""day"": ""2014-02-30"", ""paid"": -5}]"\n',
        "utf-8",
    )
    said = shebao("assess", file, "--on", DAY, "--out", out, "--want", "welfare_pension", "--fail-on-refused", code=1)
    for wanted in (
        "people.csv:3 (b) id_number [110120********0027]",
        "people.csv:4 (c) sex [woman]",
        "people.csv:5 (d) pension_elsewhere [perhaps]",
        "people.csv:7 (f) resident_payments[1].day [2014-02-30]",
        "people.csv:7 (f) resident_payments[1].paid [-5]",
    ):
        assert wanted in said.stderr
    table = pq.read_table(out)
    assert table.column("welfare_pension").to_pylist() == [35_000, None, None, None, 35_000, None]
    refusals = ["INVALID:record", "INVALID:sex", "INVALID:pension_elsewhere", "INVALID:resident_payments_day"]
    assert table.column("welfare_pension_refusal").drop_null().to_pylist() == refusals


def test_excel_and_json_lines_are_people_too(folder: Path) -> None:
    facts = {"hukou": "local_rural", "contributions": "[]", "resident_payments": "[]"}
    rows: list[dict[str, Any]] = [
        {"person_id": "a", "birth_day": "1940-05-01", "sex": "female", **facts},
        {"person_id": "b", "birth_day": "1990-05-01", "sex": "male", **facts},
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in [list(rows[0]), *(list(row.values()) for row in rows)]:
        sheet.append(cells)
    book.save(folder / "p.xlsx")
    (folder / "p.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = []
    for name in ("p.xlsx", "p.jsonl"):
        shebao("assess", folder / name, "--on", DAY, "--out", folder / "p.parquet", "--want", "welfare_pension")
        found.append(pq.read_table(folder / "p.parquet").column("welfare_pension").to_pylist())
    assert found == [[35_000, 0]] * 2
    shebao("decide", folder / "p.jsonl", "--person", "b", "--on", DAY, "--want", "welfare_pension")
    assert "nobody" in shebao("decide", folder / "p.jsonl", "--person", "c", "--on", DAY, code=2).stderr
    assert "--person" in shebao("decide", folder / "p.jsonl", "--on", DAY, code=2).stderr


def test_a_reform_beside_the_law(folder: Path, people: Path, results: pa.Table) -> None:
    reform, out = folder / "reform.yaml", folder / "reform.parquet"
    reform.write_text(
        "name: 提高福利养老金\nparameters:\n  welfare_pension_standard:\n    dated:\n"
        "      - {from: 2014-01-01, to: 2014-12-31, value: 400}\n"
    )
    ask = ("assess", people, "--on", DAY, "--out", out, "--want", "welfare_pension", "--reform", reform)
    said = shebao(*ask, env=CHINESE).stdout
    table = pq.read_table(out)
    assert table.column("welfare_pension_baseline").equals(results.column("welfare_pension"))
    found = table.column("welfare_pension_difference").to_pylist()  # None: not decided, for want of a fact
    assert set(found) - {None} == {0, 5_000} and found.count(None) < len(found) // 20
    winners = table.column("welfare_pension_difference").to_pylist().count(5_000)
    assert "改革的影响" in said and f"{winners * 50}.00 元" in said
    told = json.loads(shebao(*ask, "--json").stdout)
    assert told["effects"]["welfare_pension"]["winners"] == winners
    reform.write_text("parameters:\n  welfare_pension_standrd:\n    dated: []\n")
    assert "welfare_pension_standrd" in shebao(*ask, code=2).stderr


def test_spark_says_the_same(folder: Path, people: Path, results: pa.Table) -> None:
    out = folder / "by-spark"
    ask = ("assess", people, "--on", DAY, "--out", out, "--engine", "spark", "--master", "local[1]")
    told = json.loads(shebao(*ask, "--json").stdout)
    assert told["variables"]["pension"]["total"] == sum(v or 0 for v in results.column("pension").to_pylist())
    found = {row["person_id"]: row for row in pq.read_table(out).to_pylist()}
    assert [found[row["person_id"]] for row in results.to_pylist()] == results.to_pylist()
    assert "there is no report" in shebao(*ask, "--report", folder / "r.csv", code=2).stderr
    assert ".parquet" in shebao("assess", WORKER, *ask[2:], code=2).stderr


def test_an_interrupted_run_goes_on(
    folder: Path, people: Path, results: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = folder / "resumed.parquet"
    monkeypatch.setattr(faults, "read_batches", partial(read_batches, batch_rows=50))
    monkeypatch.setattr(streaming, "PART", 0.0)
    computed = 0
    compute = Pass.compute

    def stopping(self: Pass, *arguments: Any) -> Any:
        nonlocal computed
        computed += 1
        if computed == 6:
            raise KeyboardInterrupt
        return compute(self, *arguments)

    monkeypatch.setattr(Pass, "compute", stopping)
    said = shebao("assess", people, "--on", DAY, "--out", out, code=130)
    assert "goes on" in said.stderr and not out.exists()
    shebao("assess", people, "--on", DAY, "--out", out)
    assert computed == 6 + 3  # of eight batches five were done
    assert pq.read_table(out).equals(results)


# ---------------------------------------------------------------- the law
@pytest.fixture(scope="module")
def law() -> Iterator[Law]:
    yield Law.load("shebao.law")


def test_law_list_and_show_name_everything(law: Law) -> None:
    said = shebao("law", "list").stdout
    assert all(name in said for name in law.variables)
    assert "average_wage_annual" in shebao("law", "list", "city").stdout
    assert "there are:" in shebao("law", "list", "nothing", code=2).stderr
    said = shebao("law", "show", "base_wage").stdout
    assert "2018-12-31" in said and "pension_base_wage" in said and "basic_pension" in said
    assert "50,415.00" in shebao("law", "show", "average_wage_annual").stdout
    assert "birth_day" in shebao("law", "show", "birth_day").stdout
    assert "did you mean" in shebao("law", "show", "base_wages", code=2).stderr


def test_law_inputs_describes_every_column(law: Law) -> None:
    told = json.loads(shebao("law", "inputs", "--json").stdout)
    assert [one["name"] for one in told] == list(law.inputs)
    assert all(one[key] for one in told for key in ("zh", "en", "kind", "empty", "text", "parquet"))
    said = shebao("law", "inputs", "welfare_pension").stdout
    assert "pension_elsewhere" in said and "annuity_payroll" not in said and "Parquet" in said


def test_law_diff_shows_rules_and_figures() -> None:
    said = shebao("law", "diff", "2011-06-30", "2014-07-01").stdout
    for wanted in ("account_inheritance", "社会保险法", "average_wage_monthly", "4,672.00", "6,463.00"):
        assert wanted in said
    assert "nothing differs" in shebao("law", "diff", "2014-09-01", "2014-09-02").stderr


def test_law_check_computes_the_worked_cases() -> None:
    assert "✓" in shebao("law", "check", "survivors").stdout


def test_a_sample_says_that_it_is_one(people: Path) -> None:
    assert b"no real person" in pq.read_schema(people).metadata[MARK]
    assert ".parquet" in shebao("sample", "people.csv", code=2).stderr


def test_law_book_is_written(tmp_path: Path) -> None:
    assert "worked cases" in shebao("law", "book", tmp_path / "book").stderr
    assert "养老保险" in (tmp_path / "book" / "index.html").read_text("utf-8")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    assert "name another folder" in shebao("law", "book", tmp_path / "other", code=2).stderr
