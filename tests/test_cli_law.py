"""`shebao law check`, `sources` and `diff` from end to end, on a law of two programmes that lies in files."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from shebao.cli import app, terminal
from shebao.cli.lawsources import lacks
from shebao.rules.parameters import Figure

RULES = '''"""Rules."""
from __future__ import annotations

from shebao.rules.declare import Input, Reason, refuse, rule
from shebao.rules.kinds import Count, Fen

TEXT_NOT_KNOWN = Reason("TEXT_NOT_KNOWN", "文件未查到", "the text was not found")
IDLE = Reason("IDLE", "从不用", "never used")
INPUTS = [Input("children", Count, "子女数", "Children", -9, 9)]


@rule(zh="津贴", en="Allowance", cites="某字〔2000〕1号 第一条", until="2011-06-30", confidence="approx", note="bygone")
def allowance(children: Count, standard: Fen) -> Fen:
    """The standard for each child."""
    return standard * children


@rule(zh="津贴", en="Allowance", cites="某字〔2011〕9号", since="2011-07-01", variable="allowance", confidence="source")
def allowance_2011(children: Count, standard: Fen) -> Fen:
    """Not more than three children.

    More lines.
    """
    if children < 0:
        refuse(TEXT_NOT_KNOWN)
    if children > 3:
        return standard * 3
    return standard * children


@rule(zh="一次性补助", en="Grant", cites="某字〔2011〕5号", since="2011-03-01", until="2011-08-31")
def grant(children: Count) -> Fen:
    """For a summer."""
    return 100 if children > 0 else 0
'''
FIGURES = """
standard:
  zh: 标准
  en: Standard
  kind: fen
  unit: yuan
  range: [0, 1000]
  doc: 某字〔2000〕2号
  confidence: source
  dated:
    - {from: 2000-01-01, to: 2009-12-31, value: 10, confidence: approx, note: from a newspaper}
    - {from: 2010-07-01, to: 2011-03-31, value: 20}
    - {from: 2011-04-01, to: 2011-04-30, value: 25, doc: 某字〔2011〕3号}
    - {from: 2011-05-01, value: 20, doc: 某字〔2011〕4号}
wage:
  zh: 工资
  en: Wage
  kind: fen
  unit: yuan
  range: [0, 1000]
  by: count
  keys: [1, 2]
  doc: 某统字
  confidence: known
  yearly:
    - {year: 2010, values: {1: 100, 2: 200}}
    - {year: 2011, values: {1: 110, 2: 200}}
    - {year: 2012, values: {1: 120, 2: 200}}
    - {year: 2015, values: {1: 150}}
    - {year: 2016, values: {1: 160, 2: 200}}
"""
CASES = """
- {name: a, zh: 甲, on: 2011-01-01, source: s, facts: {children: 2}, expect: {allowance: 40}}
- {name: b, zh: 乙, on: 2012-01-01, source: s, facts: {children: 2}, expect: {allowance: 40}}
- {name: c, zh: 丙, on: 2012-01-01, source: s, facts: {children: -1}, refused: {allowance: REASON}}
"""
LINE_OF_LIMIT, LINE_OF_GRANT = (
    next(k for k, line in enumerate(RULES.split("\n"), 1) if text in line) for text in ("children > 3", "return 100")
)
_NUMBER = count()
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Writes the law's files and makes it the law of the command; gives the folder of its first programme."""

    def made(rules: str = RULES, cases: str = CASES) -> Path:
        root = tmp_path / f"law_in_files_{next(_NUMBER)}"
        folder, other = root / "family", root / "wages"
        for one in (folder, other):
            one.mkdir(parents=True)
            (one / "__init__.py").write_text(f'"""{one.name}: a programme."""\n')
        (root / "__init__.py").write_text('"""A law."""\n')
        (folder / "rules.py").write_text(rules, "utf-8")
        (folder / "parameters.yaml").write_text(FIGURES.partition("wage:")[0], "utf-8")
        (other / "parameters.yaml").write_text("wage:" + FIGURES.partition("wage:")[2], "utf-8")
        (folder / "cases.yaml").write_text(cases, "utf-8")
        monkeypatch.setattr(terminal, "LAW", root.name)
        monkeypatch.chdir(tmp_path)
        return folder

    monkeypatch.syspath_prepend(tmp_path)
    return made


def law(*arguments: str, code: int = 0, lang: str = "en") -> Result:
    """Runs `shebao law` and looks at its exit code."""
    result = CliRunner().invoke(app, ["law", *arguments, "--lang", lang])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def rows(said: Result) -> dict[str, list[str]]:
    """The last row of the tables that begins with a name: its other cells."""
    cells = [[c.strip() for c in line.strip("│").split("│")] for line in said.stdout.split("\n") if line[:1] == "│"]
    return {name: rest for name, *rest in cells if name}


# ---------------------------------------------------------------- check
def test_check_of_a_programme_with_enough_cases(make: Make) -> None:
    make()
    said = law("check")
    assert rows(said)["family"] == ["3", "3", "✓"]
    assert rows(said)["wages"] == ["0", "0", ""]  # figures alone need no cases
    assert "branches" not in said.stdout and said.stderr == ""
    assert "there are: family, wages" in law("check", "wage", code=2).stderr


def test_check_fails_with_fewer_than_three_cases(make: Make) -> None:
    folder = make(cases="\n".join(CASES.strip().split("\n")[:2]))
    said = law("check", code=1)
    assert rows(said)["family"] == ["2", "2", "✗"] and "family: 2 cases; at least 3 are wanted" in said.stderr
    assert "family: 算例只有2个" in law("check", code=1, lang="zh").stderr
    (folder / "cases.yaml").unlink()
    assert rows(law("check", "family", code=1))["family"] == ["0", "0", "✗"]


def test_check_fails_with_a_wrong_value(make: Make) -> None:
    make(cases=CASES.replace("allowance: 40}}", "allowance: 41}}", 1))
    assert "a: allowance: expected 41.00, got 40.00" in law("check", code=1).stderr


def test_coverage_counts_and_names_what_is_missing(make: Make) -> None:
    folder = make()
    said = law("check", "--coverage")
    # allowance 1; allowance_2011: 2 conditions, refuse, 2 returns = 7; grant: 1 condition, 1 return = 3
    assert rows(said)["family"] == ["3", "2", "11", "6", "54"] and rows(said)["wages"] == ["0", "0", "0", "0", ""]
    assert "rules.py" not in said.stdout
    lines = law("check", "family", "--coverage", "--missing").stdout.split("\n")
    file = f"{folder.parent.name}/family/rules.py"
    assert [line for line in lines if ": " in line] == [
        f"{file}:{LINE_OF_LIMIT}: allowance_2011: never holds: children > 3",
        f"{file}:{LINE_OF_LIMIT + 1}: allowance_2011: never reached: return standard * 3",
        f"{file}:{LINE_OF_GRANT}: grant: no case runs it",
        "IDLE: no rule refuses for this reason",
    ]
    assert "allowance_2011: 从未成立: children > 3" in law("check", "--missing", lang="zh").stdout


def test_coverage_is_whole_when_each_branch_has_a_case(make: Make) -> None:
    more = """
- {name: d, zh: 丁, on: 2012-01-01, source: s, facts: {children: 4}, expect: {allowance: 60}}
- {name: e, zh: 戊, on: 2011-05-01, source: s, facts: {children: 4}, expect: {grant: 1}}
- {name: f, zh: 己, on: 2011-05-01, source: s, facts: {children: 0}, expect: {grant: 0}}
"""
    make(RULES.replace('IDLE = Reason("IDLE", "从不用", "never used")\n', ""), CASES + more)
    said = law("check", "family", "--missing")
    assert rows(said)["family"] == ["3", "3", "11", "11", "100"] and "never" not in said.stdout


# ---------------------------------------------------------------- sources
def test_sources_count_by_confidence_and_list(make: Make) -> None:
    make()
    said = law("sources")
    table = rows(said)
    # seed, source, known, approx figures; the same of rules; holes
    assert table["family"] == ["", "3", "", "1", "", "1", "1", "1", "2"]
    assert table["wages"][:4] == ["", "", "9", ""]
    text = " ".join(said.stdout.split())
    for wanted in ("10.00 yuan", "2000-01-01 – 2009-12-31", "from a newspaper", "某字〔2000〕1号", "bygone"):
        assert wanted in text
    for wanted in ("2010-01-01 – 2010-06-30", "2006–2009", "2013–2014", "2 2013–2015", "TEXT_NOT_KNOWN"):
        assert wanted in text


def test_sources_filtered(make: Make) -> None:
    make()
    approx, missing = law("sources", "family", "--approx").stdout, law("sources", "family", "--missing").stdout
    assert "newspaper" in approx and "TEXT_NOT_KNOWN" not in approx and "wages" not in approx
    assert "newspaper" not in missing and "TEXT_NOT_KNOWN" in missing
    assert "未核实" in law("sources", "--approx", lang="zh").stdout
    assert "there are" in law("sources", "nothing", code=2).stderr


def test_sources_fail_without_document_or_confidence(make: Make) -> None:
    make(RULES.replace('"某字〔2011〕5号"', '""').replace('confidence="source"', 'confidence="sure"'))
    said = law("sources", code=1).stderr
    assert "grant: no document" in said and "allowance: no confidence" in said


def test_what_a_figure_may_lack() -> None:
    figure = Figure(1, 5, 5, None, None, None, "某字", "", "", "known", "")
    assert lacks(figure) == [] == lacks(figure._replace(doc="", source="a page"))
    assert lacks(figure._replace(doc="")) == ["document"]
    assert lacks(figure._replace(start=6)) == ["date"]
    assert lacks(figure._replace(confidence="")) == ["confidence"]


# ---------------------------------------------------------------- diff
def test_diff_names_what_changed_with_its_document(make: Make) -> None:
    make()
    said = law("diff", "2010-12-31", "2012-01-01").stdout
    text = " ".join(said.split())
    for wanted in ("2011-07-01", "某字〔2000〕1号 第一条", "The standard for each child.", "bygone"):
        assert wanted in text
    assert "某字〔2011〕9号" in text and "Not more than three children." in text and "More lines" not in text
    # a rule that begins and ends between the days
    assert "某字〔2011〕5号" in text and "2011-03-01" in text and "2011-09-01" in text and "For a summer." in text
    # a figure that is the same on both days, and was another between
    assert "25.00 yuan" in text and "某字〔2011〕3号" in text
    # a yearly figure by key: that of 1 changed, that of 2 did not
    assert "wage 1" in text and "120.00 yuan" in text and "wage 2" not in text


def test_diff_of_days_between_which_nothing_changed(make: Make) -> None:
    make()
    assert "nothing differs" in law("diff", "2011-09-01", "2011-12-31").stderr
    assert "2011-09-01" in law("diff", "2011-08-31", "2011-09-01").stdout  # the grant's first day without
    assert "wage" not in law("diff", "2011-08-31", "2011-09-01").stdout
