"""The law book: links, completeness, escaping, marks, drawings; of the small law, the real one and a bad one."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from small_law import LAW as SMALL

from shebao.rules import book, parameters
from shebao.rules.book import BookReport, build
from shebao.rules.book.articles import symbol
from shebao.rules.book.chart import parameter_chart
from shebao.rules.book.content import Cited, Content, cited, file_names, gaps, is_approx
from shebao.rules.book.figures import amount, band_text, figures_csv
from shebao.rules.book.frame import span
from shebao.rules.book.html import VOID, el, join, text
from shebao.rules.figures import APPROX
from shebao.rules.graph import reads
from shebao.rules.kinds import FEN, FIRST_DAY, LAST_DAY, day
from shebao.rules.law import Law
from shebao.rules.values import Problem

BAD = "<script>alert('1 & 2')</script>\"><img src=x onerror=alert(1)>"


@dataclass
class Read(HTMLParser):
    """What a page holds; faults are elements that do not match."""

    path: str
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    words: str = ""
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if len(held) != len(attrs):
            self.faults.append(f"{tag}: an attribute stands twice")
        self.elements.append((tag, held))
        self.ids += [v for k, v in attrs if k == "id" and v]
        self.links += [v for k, v in attrs if k in ("href", "src", "action") and v is not None]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.words += data

    def done(self) -> Read:
        self.close()
        self.faults += [f"<{tag}> stays open" for tag in self._open]
        return self


@dataclass
class Book:
    law: Law
    report: BookReport
    out: Path
    pages: dict[str, Read]

    def page(self, path: str) -> Read:
        return self.pages[path]

    @property
    def names(self) -> list[list[str]]:
        script = (self.out / "assets/names.js").read_text("utf-8")
        return json.loads(script.removeprefix("window.NAMES = ").removesuffix(";\n"))


def written(law: Law, out: Path) -> Book:
    report = build(law, out)
    pages: dict[str, Read] = {}
    for path in report.files:
        if path.endswith(".html"):
            pages[path] = Read(path)
            pages[path].feed((out / path).read_text("utf-8"))
            pages[path].done()
    return Book(law, report, out, pages)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return written(SMALL, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Book:
    return written(Law.load("shebao.law"), tmp_path_factory.mktemp("real"))


RULES = '''"""坏项目 {bad}: decides {bad}

More {bad}."""

from __future__ import annotations

from shebao.rules.declare import Input, Reason, refuse, rule
from shebao.rules.kinds import Code, Fen, Flag
from shebao.rules.language import half_up_to_fen, helper

WHY = Reason("WHY", "原因 {bad}", "why {bad}")


class Tone(Code):
    """Tones {bad}."""

    LOUD = 1, "响 {bad}", "loud {bad}"


INPUTS = [
    Input("given", Fen, "所给 {bad}", "given {bad}", note="note {bad}"),
    Input("tone", Tone, "声调 {bad}", "tone {bad}"),
]


@helper
def halved(value: Fen) -> Fen:
    """Helper {bad}."""
    return half_up_to_fen(value, 2)  # {bad}


@rule(zh="所得 {bad}", en="got {bad}", cites="某字〔2001〕1号 {bad}；{bad}", formula="X = {bad}", note="note {bad}")
def got(given: Fen, share: Fen, tone: Tone) -> Fen:
    """Docstring {bad} with `given` and `nothing`."""
    if tone == Tone.LOUD and given < 1:
        refuse(WHY)
    return halved(given) + share
'''
FIGURES = """
share:
  zh: '份额 {bad}'
  en: 'share {bad}'
  kind: fen
  unit: yuan
  range: [0, 100]
  note: 'note {bad}'
  dated:
    - {{from: 2001-01-01, value: 1, doc: '某字 {bad}', clause: '条 {bad}', confidence: approx, note: 'why {bad}'}}
    - {{from: 2002-01-01, value: 2, source: '来源 {bad}', confidence: known}}
"""
CASES = """
- name: 'case {bad}'
  zh: '算例 {bad}'
  on: 2003-01-01
  source: 'source {bad}'
  working: 'working {bad}'
  facts: {{given: 1.00, tone: loud}}
  expect: {{got: 2.50}}
- name: 'Case {bad}'
  zh: '拒算'
  on: 2000-01-01
  source: 'source'
  facts: {{given: 0, tone: loud}}
  refused: {{got: {{why: REASON, subject: WHY}}}}
"""


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A law all of whose texts are an attack."""
    folder = tmp_path_factory.mktemp("bad")
    in_python, in_yaml = BAD.replace('"', '\\"'), BAD.replace("'", "''")
    (folder / "rules.py").write_text(RULES.replace("{bad}", in_python), "utf-8")
    (folder / "parameters.yaml").write_text(FIGURES.format(bad=in_yaml), "utf-8")
    (folder / "cases.yaml").write_text(CASES.format(bad=in_yaml), "utf-8")
    spec = importlib.util.spec_from_file_location("bad_law", folder / "rules.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["bad_law"] = module
    try:
        spec.loader.exec_module(module)
        figures = parameters.load(folder / "parameters.yaml")
        law = Law.of([module], figures, {"bad_law": folder})
        return written(law, tmp_path_factory.mktemp("bad-book"))
    finally:
        del sys.modules["bad_law"]


@pytest.fixture(params=["small", "real", "bad"])
def any_book(request: pytest.FixtureRequest) -> Book:
    found: Book = request.getfixturevalue(request.param)
    return found


# ---- all books
def test_pages_are_well_formed(any_book: Book) -> None:
    for path, page in any_book.pages.items():
        assert page.faults == [], path
        assert len(page.ids) == len(set(page.ids)), (path, sorted(i for i in page.ids if page.ids.count(i) > 1))
        assert not [i for i in page.ids if re.search(r"\s", i)], path
        tags = [tag for tag, _ in page.elements]
        for once in ("html", "head", "title", "body", "main", "h1"):
            assert tags.count(once) - (tags.count("title") - 1 if once == "title" else 0) == 1, (path, once)
        html = next(held for tag, held in page.elements if tag == "html")
        assert html["lang"] == "zh-Hans"
        used = [held.get(k) for _, held in page.elements for k in ("aria-labelledby", "aria-controls", "for")]
        for ident in " ".join(u for u in used if u).split():
            assert ident in page.ids, (path, ident)


def test_every_link_leads_somewhere_inside_the_book(any_book: Book) -> None:
    for path, page in any_book.pages.items():
        for link in page.links:
            assert "://" not in link and not link.startswith("/"), (path, link)
            target, _, anchor = link.partition("#")
            file = ((any_book.out / path).parent / unquote(target)).resolve() if target else any_book.out / path
            assert file.is_file(), (path, link)
            if anchor:
                found = any_book.page(file.relative_to(any_book.out.resolve()).as_posix() if target else path)
                assert unquote(anchor) in found.ids, (path, link)


def test_nothing_is_left_out(any_book: Book) -> None:
    law = any_book.law
    for name in law.variables:
        assert f"variables/{name}.html" in any_book.pages
    for name in law.parameters:
        assert f"parameters/{name}.html" in any_book.pages
    assert {f"input-{name}" for name in law.inputs} <= set(any_book.page("inputs.html").ids)
    assert {f"reason-{name}" for name in law.reasons} <= set(any_book.page("reasons.html").ids)
    assert {f"code-{name}" for name in law.codes} <= set(any_book.page("codes.html").ids)
    linked = {link.partition("#")[0].rpartition("/")[2] for p in any_book.pages.values() for link in p.links}
    for path in any_book.pages:
        assert path.rpartition("/")[2] in linked, f"{path} is not linked"
    report = any_book.report
    assert (report.variables, report.parameters, report.inputs) == tuple(
        map(len, (law.variables, law.parameters, law.inputs))
    )


def test_the_search_knows_everything_and_leads_there(any_book: Book) -> None:
    law, names = any_book.law, any_book.names
    found = {(what, zh, en, name) for what, zh, en, name, _, _ in names}
    for name, variable in law.variables.items():
        assert ("变量", variable.zh, variable.en, name) in found
    for name, parameter in law.parameters.items():
        assert ("参数", parameter.zh, parameter.en, name) in found
    for name, one in law.inputs.items():
        assert ("事实", one.zh, one.en, name) in found
    documents = {zh for what, zh, *_ in names if what == "文件"}
    for variable in law.variables.values():
        for version in variable.versions:
            assert {one.doc for one in cited(version.rule.cites)} <= documents
    for parameter in law.parameters.values():
        for figure in parameter.figures:
            assert {one.doc for one in cited(figure.doc)} <= documents
    for *_, page, _docs in names:
        path, _, anchor = page.partition("#")
        assert path in any_book.pages
        assert not anchor or anchor in any_book.page(path).ids


def test_every_page_names_the_law_and_no_place_of_this_machine(any_book: Book) -> None:
    here = {str(Path(__file__).parents[2]), str(any_book.out), str(Path.home()) + "/", sys.prefix}
    for path in any_book.report.files:
        words = (any_book.out / path).read_text("utf-8")
        assert not [place for place in here if place in words], path
        if path.endswith(".html"):
            assert any_book.law.fingerprint in any_book.page(path).words, path


def test_drawings_have_numbers_and_stay_inside(any_book: Book) -> None:
    drawn = 0
    for path, page in any_book.pages.items():
        box: list[float] = []
        for tag, held in page.elements:
            if tag == "svg":
                box = [float(n) for n in str(held["viewbox"]).split()]
                drawn += 1
            for key in ("x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "width", "height"):
                if key in held and tag in ("line", "circle", "rect", "text"):
                    number = float(str(held[key]))
                    low, size = (box[0], box[2]) if key in ("x", "x1", "x2", "cx", "width") else (box[1], box[3])
                    assert low <= number <= low + size, (path, tag, key, number)
            if tag == "path":
                assert re.fullmatch(r"[MC\d .-]+", str(held["d"])), path
        assert "NaN" not in page.words
    assert drawn


def test_what_is_approximate_is_marked(any_book: Book) -> None:
    law = any_book.law
    listed = any_book.page("approximate.html")
    told = {unquote(link).rpartition("/")[2] for link in listed.links}
    for name, variable in law.variables.items():
        approx = any(v.rule.confidence == APPROX for v in variable.versions)
        read = any(is_approx(law, needed) for needed in reads(variable))
        assert ("〔约〕" in any_book.page(f"variables/{name}.html").words) == (approx or read)
        assert not approx or f"{name}.html" in told
    for name, parameter in law.parameters.items():
        count = sum(f.confidence == APPROX for f in parameter.figures)
        page = any_book.page(f"parameters/{name}.html")
        marks = [held for _, held in page.elements if held.get("class") == "approx"]
        assert bool(count) == bool(marks)
        assert not count or f"{name}.html" in told
        rings = [held for _, held in page.elements if held.get("class") == "dot approx"]
        chart = parameter_chart(parameter)
        if chart is not None and parameter.by is None and parameter.bands is None:
            assert len(rings) == count


# ---- the law with bad texts
def test_texts_of_the_law_are_never_markup(bad: Book) -> None:
    for path, page in bad.pages.items():
        assert not [tag for tag, _ in page.elements if tag == "img"], path
        scripts = [held for tag, held in page.elements if tag == "script"]
        assert all(str(held["src"]).rpartition("/")[2] in ("names.js", "book.js") for held in scripts), path
        assert not [k for _, held in page.elements for k in held if k.startswith("on")], path
    where = {
        "variables/got.html": ["所得", "Docstring", "X =", "note"],
        "parameters/share.html": ["份额", "why", "来源", "某字"],
        "inputs.html": ["所给", "note"],
        "codes.html": ["Tones", "响"],
        "reasons.html": ["原因"],
        "documents.html": ["某字"],
        "index.html": ["坏项目"],
        "calendar.html": ["份额"],
        "approximate.html": ["份额", "why"],
        "names.html": ["所得"],
    }
    for path, words in where.items():
        for word in words:
            assert f"{word} {BAD}" in bad.page(path).words, (path, word)
    source = BAD.replace('"', '\\"')
    assert f'"""Helper {source}."""' in bad.page("variables/got.html").words
    assert any(f"算例 {BAD}" in page.words for path, page in bad.pages.items() if path.startswith("cases/"))
    assert bad.report.cases == 2 and bad.report.failures == ()


def test_files_have_plain_and_different_names(bad: Book) -> None:
    lower = [path.lower() for path in bad.report.files]
    assert len(set(lower)) == len(lower)
    assert all(re.fullmatch(r"[A-Za-z0-9_./-]+", path) for path in bad.report.files)
    assert file_names(["a", "A", "a?", "a!", "..", "退休"]) == {
        "a": "a",
        "A": "A-2",
        "a?": "a-",
        "a!": "a--2",
        "..": "-",
        "退休": "--",
    }


def test_a_case_that_comes_out_otherwise_is_told(tmp_path: Path, bad: Book) -> None:
    law = bad.law
    share = law.parameters["share"]
    changed = parameters.overlay(law.parameters, "parameters: {share: {dated: [{from: 2001-01-01, value: 7}]}}")
    assert changed["share"] is not share
    made = written(law.with_parameters(changed), tmp_path)
    assert [f.variable for f in made.report.failures] == ["got"]
    assert any("✗ 不符" in page.words for path, page in made.pages.items() if path.startswith("cases/"))


# ---- what a page says
def test_a_variable_has_its_versions_needs_and_readers(real: Book) -> None:
    page = real.page("variables/base_wage.html")
    assert "2006-01-01 至 2018-12-31" in page.words and "2019-01-01 起" in page.words
    for link in ("variables/retirement_day", "parameters/average_wage_monthly", "variables/basic_pension"):
        assert f"../{link}.html" in page.links
    assert "../language.html#year_of" in page.links
    award = real.page("variables/basic_pension.html")
    assert "J基础 = (C平 + C平 × Z实指数) ÷ 2 × N实同 × 1%" in award.words
    assert award.links.count("../variables/base_wage.html") >= 4  # formula twice, source, diagram, table
    assert "def basic_pension(base_wage: Fen, wage_index: Ratio4, contribution_months: Months) -> Fen:" in award.words
    assert "1,050.60 元" in award.words and "J基础 = (2734.00 + 2734.00 × 1.0449)" in award.words
    assert symbol(real.law.variables["basic_pension"].rule) == "J基础"


def test_a_rule_of_a_group_and_its_members(small: Book) -> None:
    words = small.page("variables/household_income.html").words
    assert "家庭 Household" in words and "各成员 each member of the group" in words
    words = small.page("variables/pension.html").words
    assert "未达到退休年龄" in words and "至 2005-12-31" in words
    assert "def pension_age(sex: Sex) -> Years:" in small.page("variables/of_age.html").words


def test_tables_by_band_and_by_key(small: Book) -> None:
    words = small.page("parameters/rise.html").words
    assert "不足 50 元" in words and "50 元 至不足 150 元" in words and "150 元 及以上" in words
    assert "25.50" in words
    words = small.page("parameters/grade_pay.html").words
    assert "一级" in words and "900.00" in words
    assert "101" in small.page("parameters/divisor.html").words


def test_a_figure_that_is_not_at_hand_is_told(real: Book, small: Book) -> None:
    assert "手头没有任何数值" in real.page("parameters/land_subsidy_standard.html").words
    lacking = small.page("approximate.html").words.partition("手头没有的数值")[2]
    assert "平均工资" in lacking and "1997—2003年" in lacking and "1998-01-01 至 1998-12-31" in lacking


def test_changes_stand_in_the_order_of_their_days(real: Book) -> None:
    changes = Content(real.law).changes
    assert [c.day for c in changes] == sorted(c.day for c in changes)
    told = {(c.day, c.what, c.name) for c in changes}
    assert (day("2019-01-01"), "version", "base_wage") in told
    assert (day("1998-07-01"), "figure", "account_credit_rate") in told
    assert (day("2010-01-01"), "year", "average_wage_annual") in told
    words = real.page("calendar.html").words
    assert words.index("1978-06-02") < words.index("1998-07-01") < words.index("2025-09-01")


def test_gaps_between_figures(small: Book) -> None:
    assert gaps(SMALL.parameters["wage"]) == [(1995, 1995), (1997, 2003)]
    assert gaps(SMALL.parameters["rate"]) == [(day("1998-01-01"), day("1998-12-31"))]
    assert gaps(SMALL.parameters["divisor"]) == []


# ---- the folder
def test_the_same_law_gives_the_same_bytes(tmp_path: Path, small: Book) -> None:
    again = build(SMALL, tmp_path)
    assert again.files == small.report.files
    for path in again.files:
        assert (tmp_path / path).read_bytes() == (small.out / path).read_bytes(), path


def test_progress_counts_all_files(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = build(SMALL, tmp_path / "new" / "book", progress=lambda done, total: seen.append((done, total)))
    assert seen == [(k, len(report.files)) for k in range(1, len(report.files) + 1)]
    assert report.start == tmp_path / "new" / "book" / "index.html" and report.start.is_file()


def test_a_later_book_takes_away_what_it_no_longer_has(tmp_path: Path) -> None:
    out = tmp_path / "book"
    out.mkdir()
    build(SMALL, out)
    (out / "own.txt").write_text("mine")
    (tmp_path / "outside.txt").write_text("mine")
    with (out / book.LIST).open("a") as listed:
        listed.write("variables/gone.html\n../outside.txt\n")
    (out / "variables" / "gone.html").write_text("old")
    build(SMALL, out)
    assert not (out / "variables" / "gone.html").exists()
    assert (out / "own.txt").exists() and (tmp_path / "outside.txt").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(Problem, match="name another folder"):
        build(SMALL, tmp_path)
    assert (tmp_path / "index.html").read_text() == "mine"
    with pytest.raises(Problem, match="name another folder"):
        build(SMALL, tmp_path / "index.html")


# ---- parts
@pytest.mark.parametrize(
    ("words", "found"),
    [
        (
            "国发〔2005〕38号；京劳社养发〔2007〕21号 附件1",
            [("国发〔2005〕38号", ""), ("京劳社养发〔2007〕21号", "附件1")],
        ),
        ("京政发〔2007〕35号、京政发〔2008〕49号", [("京政发〔2007〕35号", ""), ("京政发〔2008〕49号", "")]),
        ("市人力社保局、市统计局年度通知", [("市人力社保局、市统计局年度通知", "")]),
        (
            "市民政局、市劳动保障局2009年通知（京民殡发、京劳社养发〔2009〕）、社会保险法 第17条",
            [("市民政局、市劳动保障局2009年通知（京民殡发、京劳社养发〔2009〕）", ""), ("社会保险法", "第17条")],
        ),
        ("京人社居发 年度通知", [("京人社居发 年度通知", "")]),
        ("北京市人民政府令第183号 第35条", [("北京市人民政府令第183号", "第35条")]),
        ("某通知、", [("某通知", "")]),
        ("", []),
    ],
)
def test_documents_of_a_citation(words: str, found: list[tuple[str, str]]) -> None:
    assert list(cited(words)) == [Cited(*one) for one in found]


def test_figures_in_their_written_unit() -> None:
    wage, rate, divisor = (SMALL.parameters[n] for n in ("wage", "rate", "divisor"))
    assert [amount(wage, v) for v in (200050, 0, -5)] == ["2,000.50", "0.00", "-0.05"]
    assert [amount(rate, v) for v in (2000, 1250)] == ["20.0", "12.5"]  # as many decimals as the series wants
    assert amount(rate, 2000, 0) == "20" and amount(divisor, 139) == "139"
    years = Law.load("shebao.law").parameters["retirement_age_men"]
    assert amount(years, 720) == "60" and amount(years, 721) == "721 个月"
    assert band_text(FEN, None, None) == "全部"


def test_periods() -> None:
    assert span(day("2006-01-01"), day("2018-12-31")) == "2006-01-01 至 2018-12-31"
    assert span(FIRST_DAY, day("2018-12-31")) == "至 2018-12-31"
    assert (span(day("2019-01-01"), LAST_DAY), span(FIRST_DAY, LAST_DAY)) == ("2019-01-01 起", "不限")
    assert (span(2010, 2010, True), span(2010, 2012, True)) == ("2010年", "2010—2012年")


def test_figures_as_a_table_for_other_programs() -> None:
    rows = figures_csv(SMALL.parameters["rate"]).removeprefix("\ufeff").splitlines()
    assert rows[0] == "from,to,value,kind,doc,clause,source,confidence,note"
    assert rows[1] == "1990-01-01,1997-12-31,0.2,ratio4,某社字〔1990〕2号,,,known,"
    rows = figures_csv(SMALL.parameters["rise"]).splitlines()
    assert rows[2].startswith("2007,100.00,,10.00,fen,")


def test_markup() -> None:
    assert text(["<", None, 1, el("br")]) == "&lt;1<br>"
    assert el("a", "x & y", href='"><', class_="b", hidden=True, title=None) == (
        '<a href="&quot;&gt;&lt;" class="b" hidden>x &amp; y</a>'
    )
    assert join("、", ["<", el("b", ">")]) == "&lt;、<b>&gt;</b>"
