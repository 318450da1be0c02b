"""The first page, and the page of each programme."""

from __future__ import annotations

from shebao.rules.book.articles import formula
from shebao.rules.book.content import Programme, is_approx, names_of
from shebao.rules.book.figures import newest, period, with_unit
from shebao.rules.book.frame import (
    APPROX_MARK,
    CONFIDENCE,
    NAVIGATION,
    TITLE,
    Page,
    Site,
    section,
    table,
)
from shebao.rules.book.html import Child, Html, both, el, english
from shebao.rules.book.lists import calendar_of
from shebao.rules.figures import APPROX, Parameter
from shebao.rules.kinds import date_of

ABOUT = {
    "overview.html": ("谁能享受什么、多少、多久发一次", "who gets what, how much, how often"),
    "parameters.html": ("现行数值，由哪份文件定", "the figures that hold now, and by which document"),
    "inputs.html": (
        "规则要问的每一项事实，空着是什么意思",
        "each fact that rules ask for, and what an empty one means",
    ),
    "documents.html": ("每份文件定了什么", "what each document decides"),
    "calendar.html": ("哪一天什么变了", "what changed on which day"),
    "approximate.html": ("约值，以及手头没有的数值", "what is approximate, and what is not at hand"),
    "reasons.html": ("规则为什么拒算", "why a rule refuses to decide"),
    "names.html": ("全部名称一览", "all names on one page"),
    "language.html": ("规则的写法，日期、舍入和可信程度的含义", "how rules are written; days, rounding, confidence"),
}


def index_page(site: Site) -> Html:
    page = Page(site, "index.html")
    content = site.content
    body: list[Child] = [
        el(
            "p",
            "每个数值的算法、依据和日期。从一项待遇出发，可以一直走到条款、参数和事实；反过来，从一个参数可以看到它影响哪些待遇。",
            class_="lead",
        ),
        el(
            "p",
            english(
                "How each amount is computed, by which clause, from which day. From a benefit down to clauses, "
                "parameters and facts; and from a parameter up to all that it has a part in."
            ),
        ),
        section("programmes", "项目", "Programmes", _programmes(page)),
        section(
            "pages",
            "其他入口",
            "Other ways in",
            el(
                "dl",
                [
                    [el("dt", page.a(path, both(zh, en))), el("dd", both(*ABOUT[path]))]
                    for path, zh, en in NAVIGATION
                    if path in ABOUT
                ],
                class_="facts",
            ),
        ),
        section("confidence", "可信程度", "Confidence", confidences()),
    ]
    met = sum(not failures for failures in content.failures.values())
    told = f"本手册有 {len(content.cases)} 个算例，生成时按法规逐一重新计算，{met} 个相符。"
    body.append(section("checked", "核对", "Checked", el("p", told)))
    return page.written(TITLE, body)


def confidences() -> Html:
    rows: list[Child] = []
    for name, (zh, en) in CONFIDENCE.items():
        mark = [" ", APPROX_MARK] if name == APPROX else None
        rows.append([el("dt", zh, mark), el("dd", english(en))])
    return el("dl", rows, class_="facts")


def _programmes(page: Page) -> Html:
    """The programmes in the order in which they build upon another, under the folder that holds them."""
    content = page.site.content
    parts: list[Child] = []
    held = ""
    for programme in content.programmes:
        above = programme.package.rpartition(".")[0]
        if above != held and above in page.site.law.folders:
            zh, _ = names_of(above)
            parts.append(el("h3", zh) if zh != above.rpartition(".")[2] and programme.variables else None)
            held = above
        results = content.results(programme)
        lent = sorted(
            {
                v.name
                for v in programme.variables
                if any(content.home[r] is not programme for r in content.needed.get(v.name, ()))
            },
            key=content.order.index,
        )
        counts = (
            f"{len(programme.variables)} 个变量，{len(programme.parameters)} 个参数，"
            f"{len(programme.inputs)} 项事实，{len(programme.cases)} 个算例"
        )
        parts.append(
            el(
                "article",
                el("h4", page.a(page.site.programme(programme), programme.zh)),
                el("p", programme.en, lang="en"),
                el("p", both("结果", "Results"), "：", page.names(results)) if results else None,
                el("p", both("供其他项目使用", "Read by other programmes"), "：", page.names(lent)) if lent else None,
                el("p", counts, class_="small"),
                class_="programme",
            )
        )
    return el("div", parts)


def programme_page(site: Site, programme: Programme) -> Html:
    page = Page(site, site.programme(programme))
    content = site.content
    variables = [_entry(page, v.name) for v in programme.variables]
    changes = [c for c in content.changes if c.programme is programme]
    sections: list[tuple[str, str, str, Child]] = [
        ("variables", f"变量（{len(variables)}）", "Variables, in the order of evaluation", el("ol", variables)),
        ("inputs", f"事实（{len(programme.inputs)}）", "Facts", _inputs(page, programme)),
        ("parameters", f"参数（{len(programme.parameters)}）", "Parameters", parameters(page, programme.parameters)),
        ("cases", f"算例（{len(programme.cases)}）", "Worked cases", _cases(page, programme)),
        ("changes", "何时变更", "What changed when", calendar_of(page, changes, with_programme=False)),
    ]
    counts = (variables, programme.inputs, programme.parameters, programme.cases, changes)
    filled = [one for one, count in zip(sections, counts, strict=True) if count]
    results = content.results(programme)
    body: list[Child] = [
        el("p", programme.en, lang="en", class_="lead") if programme.en else None,
        page.prose(programme.text),
        el("p", both("结果", "Results"), "：", page.names(results)) if results else None,
        el("nav", el("ul", [el("li", el("a", zh, href=f"#{anchor}")) for anchor, zh, _, _ in filled]), class_="within")
        if filled
        else None,
        [section(anchor, zh, en, what) for anchor, zh, en, what in filled],
    ]
    home = el("nav", el("ol", el("li", page.a("index.html", "首页"))), class_="crumbs", aria_label="位置 Place")
    return page.written((programme.zh, ""), body, above=home)


def _entry(page: Page, name: str) -> Html:
    """A variable in the list of its programme."""
    variable = page.site.law.variables[name]
    approx = is_approx(page.site.law, name)
    count = len(variable.versions)
    return el(
        "li",
        page.name(name),
        APPROX_MARK if approx else None,
        el("span", f"　{count} 个版本", class_="small") if count > 1 else None,
        el("div", formula(page, variable.rule), class_="formula") if variable.rule.formula else None,
        el("div", page.prose(variable.rule.text.partition("\n\n")[0]), class_="small"),
    )


def _inputs(page: Page, programme: Programme) -> Html:
    rows: list[list[Child]] = [[page.name(i.name), page.kind(i.kind), el("code", i.name)] for i in programme.inputs]
    return table([both("事实", "Fact"), both("种类", "Kind"), both("代码中", "In code")], rows, "事实")


def parameters(page: Page, some: tuple[Parameter, ...]) -> Html:
    """Parameters with their newest figure."""
    rows: list[list[Child]] = []
    for parameter in some:
        last = newest(parameter)
        value: Child = el("span", "手头没有", class_="lack")
        since: Child = None
        if last:
            single = parameter.by is None and parameter.bands is None
            value = with_unit(parameter, last[0]) if single else f"{len(last)} 个数值"
            since = period(parameter, last[0])
        doc = page.cites(last[0].doc) if last and last[0].doc else last[0].source if last else None
        rows.append([page.name(parameter.name), value, since, doc])
    head: list[Child] = [
        both("参数", "Parameter"),
        both("最新数值", "Newest figure"),
        both("期间", "Period"),
        both("文件", "Document"),
    ]
    return table(head, rows, "参数", numbers=(1,))


def parameters_page(site: Site) -> Html:
    page = Page(site, "parameters.html")
    body: list[Child] = [
        el(
            "p",
            both(
                "各项参数手头最新的数值。历年数值见各参数页。",
                "The newest figure at hand; all earlier ones stand on each parameter's page.",
            ),
        )
    ]
    for programme in site.content.programmes:
        if programme.parameters:
            what = parameters(page, programme.parameters)
            body.append(section(programme.slug, programme.zh, "", what))
    return page.written(("参数", "Parameters"), body)


def _cases(page: Page, programme: Programme) -> Html:
    rows: list[list[Child]] = []
    for case in programme.cases:
        failures = page.site.content.failures[case.name]
        check = el("span", "✗ 不符", class_="unmet") if failures else el("span", "✓ 相符", class_="met")
        link = page.a(page.site.case(programme, case), case.zh)
        told = el("div", case.working, class_="small") if case.working and not programme.variables else None
        rows.append([[link, told], date_of(case.on).isoformat(), str(len(case.want)), check])
    head: list[Child] = [
        both("算例", "Case"),
        both("待遇日期", "Day"),
        both("核对的数值", "Values"),
        both("核对", "Check"),
    ]
    return table(head, rows, "算例", numbers=(1, 2))
