"""The pages of a variable, a parameter and a worked case."""

from __future__ import annotations

import re
from collections.abc import Iterable
from types import FunctionType

from shebao.rules.book.chart import chart_low, min_max, parameter_chart
from shebao.rules.book.content import Programme, helpers_of, is_approx
from shebao.rules.book.diagram import neighbours
from shebao.rules.book.figures import figures_table, unit
from shebao.rules.book.frame import APPROX_MARK, KINDS, NAVIGATION, Page, Site, facts, section, span, table
from shebao.rules.book.html import Child, Html, both, el, english, join
from shebao.rules.book.listing import helper_id, listing
from shebao.rules.cases import Case, refusal_of
from shebao.rules.decide import MEMBERS, decide
from shebao.rules.declare import BENEFIT_DAY, Input, Rule
from shebao.rules.figures import APPROX, Parameter
from shebao.rules.kinds import DAY, Kind, date_of
from shebao.rules.law import Law, Variable, Version
from shebao.rules.values import display

MANY = 12  # benefits that are not due: as many are folded away
SYMBOL = re.compile(r"[A-Z][\u3400-\u9fff]{0,3}\d{0,2}")
OWN_SYMBOL = re.compile(rf"({SYMBOL.pattern})(?: =| × 12|$)")
SUBSCRIPT = re.compile(r"_(?:\{([^}]*)\}|(\w))")
FORMS = {
    "value": ("本值", "the value itself"),
    "Series": ("历史各行", "each row of the history"),
    "Members": ("各成员", "each member of the group"),
    "Table": ("按键查表", "by key"),
    "Bands": ("按档查表", "by band"),
    "Yearly": ("按年查", "by year"),
    "YearlyTable": ("按年和键查", "by year and key"),
    "YearlyBands": ("按年和档查", "by year and band"),
    "Dated": ("按日查", "by day"),
    "DatedTable": ("按日和键查", "by day and key"),
    "DatedBands": ("按日和档查", "by day and band"),
}


def symbol(rule: Rule) -> str:
    """The symbol that the law has for what a rule computes; "" when its formula names none."""
    found = OWN_SYMBOL.match(rule.formula)
    return found[1] if found else ""


def formula(page: Page, rule: Rule) -> Html:
    """The formula with subscripts; the symbols of what the rule needs lead there."""
    law = page.site.law
    known: dict[str, str] = {}
    for name in page.site.content.needs.get(rule.variable, ()):
        if name in law.variables:
            known.setdefault(symbol(law.variables[name].rule), name)
    own = symbol(rule)
    parts: list[Child] = []
    at = 0
    for found in SYMBOL.finditer(rule.formula):
        need = known.get(found[0]) if found[0] != own else None
        if need is not None and rule.formula[found.end() : found.end() + 1] != "_":
            link = page.a(page.site.of(need), found[0], title=law.variables[need].zh)
            parts += [_subscripts(rule.formula[at : found.start()]), link]
            at = found.end()
    return join("", [*parts, _subscripts(rule.formula[at:])])


def _subscripts(words: str) -> Html:
    parts: list[Child] = []
    at = 0
    for found in SUBSCRIPT.finditer(words):
        parts += [words[at : found.start()], el("sub", found[1] or found[2])]
        at = found.end()
    return join("", [*parts, words[at:]])


def crumbs(page: Page, programme: Programme) -> Html:
    links = [page.a("index.html", NAVIGATION[0][1]), page.a(page.site.programme(programme), programme.zh)]
    return el("nav", el("ol", [el("li", link) for link in links]), class_="crumbs", aria_label="位置 Place")


def _turns(page: Page, names: list[str], name: str) -> Html:
    """To what stands before and after it in the book."""
    at = names.index(name)
    links: list[Child] = []
    if at > 0:
        links.append(el("span", "← ", page.name(names[at - 1]), class_="back"))
    if at + 1 < len(names):
        links.append(el("span", page.name(names[at + 1]), " →", class_="on"))
    return el("nav", links, class_="turns", aria_label="前后 Before and after")


# ---- a variable
def variable_page(site: Site, variable: Variable) -> Html:
    page = Page(site, site.of(variable.name))
    content = site.content
    programme = content.home[variable.name]
    needs, needed = content.needs[variable.name], content.needed.get(variable.name, [])
    several = len(variable.versions) > 1
    approx = is_approx(site.law, variable.name)
    body: list[Child] = [
        el("p", el("code", variable.name), " ", APPROX_MARK if approx else None, class_="named"),
        facts(
            [
                (both("种类", "Kind"), page.kind(variable.kind)),
                (both("归属", "Of"), page.owner(variable.owner)),
                (both("定版日期", "Dated by"), page.name(variable.dated_by)),
                (both("规则拒算原因", "Its rules refuse"), _refusals(page, variable)),
            ]
        ),
    ]
    for k, version in enumerate(reversed(variable.versions)):
        anchor = f"version-{len(variable.versions) - k}"
        body.append(_version(page, version, anchor, several))
    body.append(_helpers(page, variable))
    body.append(_graph(page, variable.name, needs, needed))
    body.append(section("needs", "所需", "What it needs", _needs(page, variable)))
    chain = _chain(page, variable.name)
    if chain is not None:
        body.append(chain)
    body.append(section("needed", "被需", "What needs it", _readers(page, variable.name)))
    body.append(_cases(page, variable))
    names = [v.name for v in programme.variables]
    return page.written(
        (variable.zh, variable.en), body, _turns(page, names, variable.name), above=crumbs(page, programme)
    )


def _refusals(page: Page, variable: Variable) -> Html | None:
    links = [page.a(f"reasons.html#reason-{r.name}", r.zh) for r in page.site.content.reasons(variable)]
    return el("ul", [el("li", link) for link in links]) if links else None


def _version(page: Page, version: Version, anchor: str, several: bool) -> Html:
    """One dated version: formula, what it says, clause, dates, source."""
    rule = version.rule
    assert isinstance(rule.function, FunctionType)
    dates = span(rule.since, rule.until)
    label = f"{rule.zh}的规则源码"
    body: list[Child] = [
        el("p", formula(page, rule), class_="formula") if rule.formula else None,
        page.prose(rule.text),
        facts(
            [
                (both("名称", "Name"), both(rule.zh, rule.en) if several else None),
                (both("适用期间", "In force"), dates),
                (both("依据", "Cites"), page.cites(rule.cites)),
                (both("可信程度", "Confidence"), page.confidence(rule.confidence)),
                (both("附注", "Note"), english(rule.note) if rule.note else None),
            ]
        ),
        el("h3", both("规则源码", "Source of the rule")),
        listing(page, rule.function, label),
    ]
    return section(anchor, f"规则　{dates}" if several else "规则", "Rule", body)


def _helpers(page: Page, variable: Variable) -> Html | None:
    """The helpers that the rules call, each once."""
    found: dict[FunctionType, None] = {}
    for version in variable.versions:
        assert isinstance(version.rule.function, FunctionType)
        found |= dict.fromkeys(helpers_of(version.rule.function))
    if not found:
        return None
    return el(
        "details",
        el("summary", both(f"所用的辅助函数（{len(found)}）", "Helpers that it calls")),
        [el("div", listing(page, one, f"{one.__name__}的源码"), id=helper_id(one)) for one in found],
        open=True,
    )


def _graph(page: Page, name: str, needs: Iterable[str], needed: Iterable[str]) -> Html | None:
    own, others = list(needs), list(needed)
    if not own and not others:
        return None
    return section(
        "graph",
        "关系图",
        "What it stands between",
        el(
            "p",
            both(
                "左边是所需，右边是被需。圆角为变量，药丸形为事实，方角为参数。",
                "Needs to the left, readers to the right. Round corners: variables; pills: facts; square: parameters.",
            ),
            class_="small",
        ),
        neighbours(page, name, own, others),
    )


def _needs(page: Page, variable: Variable) -> Html:
    law = page.site.law
    rows: list[list[Child]] = []
    for name in page.site.content.needs[variable.name]:
        argument = next((a for v in variable.versions for a in v.arguments if a.name == name), None)
        ways = [("定版日期", "picks the version")] if name == variable.dated_by else []
        ways += [FORMS[argument.form]] if argument is not None else []
        form = both("，".join(zh for zh, _ in ways), ", ".join(en for _, en in ways))
        what = "变量" if name in law.variables else "事实" if name in law.inputs else "参数"
        mark = APPROX_MARK if is_approx(law, name) else None
        rows.append([what, [page.name(name), mark], form, page.kind(_kind_of(law, name)), el("code", name)])
    if any(a.name == BENEFIT_DAY for v in variable.versions for a in v.arguments):
        rows.append(["日期", page.name(BENEFIT_DAY), both(*FORMS["value"]), page.kind(DAY), el("code", BENEFIT_DAY)])
    if not rows:
        return el("p", both("无", "Nothing"))
    head: list[Child] = [
        both("是", "Is a"),
        both("名称", "Name"),
        both("怎样读", "Read"),
        both("种类", "Kind"),
        both("代码中", "In code"),
    ]
    return table(head, rows, "所需")


def _kind_of(law: Law, name: str) -> Kind:
    if name in law.variables:
        return law.variables[name].kind
    return law.inputs[name].kind if name in law.inputs else law.parameters[name].kind


def _chain(page: Page, name: str) -> Html | None:
    """From the variable down to facts and parameters, as a nested list; what stands there already is not repeated."""
    law, content = page.site.law, page.site.content
    seen: set[str] = set()

    def below(one: str) -> Html | None:
        inner: list[Child] = []
        for what, table_ in (("事实", law.inputs), ("参数", law.parameters)):
            leaves = [n for n in content.needs[one] if n in table_]
            if leaves:
                inner.append(el("li", f"{what}：", page.names(leaves), class_="leaves"))
        for need in content.needs[one]:
            if need in law.variables:
                again = need in seen
                seen.add(need)
                mark = el("span", "（见上）", class_="small") if again and content.needs[need] else None
                inner.append(el("li", page.name(need), mark, None if again else below(need)))
        return el("ul", inner) if inner else None

    if not any(n in law.variables for n in content.needs[name]):
        return None
    tree = below(name)
    return el(
        "details",
        el("summary", both("一直到事实和参数", "All the way down to facts and parameters")),
        tree,
        class_="chain",
    )


def _readers(page: Page, name: str) -> Html:
    """The rules that read something, with their programmes, and what it has a part in through them."""
    content = page.site.content
    names = content.needed.get(name, [])
    if not names:
        return el("p", both("没有规则读它。", "No rule reads it."))
    further = [n for n in content.reaches(name) if n not in names]
    rows: list[list[Child]] = []
    for one in (n for n in content.order if n in names):
        programme = content.home[one]
        rows.append([page.name(one), page.a(page.site.programme(programme), programme.zh), el("code", one)])
    direct = table([both("变量", "Variable"), both("项目", "Programme"), both("代码中", "In code")], rows, "被需")
    told = el("p", both("由此影响", "Through them"), "：", page.names(further)) if further else None
    return join("", [direct, told])


def _cases(page: Page, variable: Variable) -> Html:
    """Each worked case that expects the variable: the value, and the working behind it."""
    told: list[Child] = []
    cases = page.site.content.expected.get(variable.name, [])
    for k, (programme, case) in enumerate(cases):
        if variable.name in case.expect:
            value: Child = el("b", display(variable.kind, case.expect[variable.name]))
        else:
            value = el("b", "拒算")
        told.append(
            el(
                "details",
                el("summary", value, "　", case.zh, "　", el("span", date_of(case.on).isoformat(), class_="small")),
                el("p", both("出处", "Source"), "：", case.source),
                el("pre", case.working, class_="working") if case.working else None,
                el("p", page.a(page.site.case(programme, case), both("整个算例", "The whole case"))),
                open=k == 0,
            )
        )
    if not told:
        told.append(el("p", both("没有算例说到它。", "No worked case tells of it.")))
    return section("cases", f"算例（{len(cases)}）", "Worked cases", told)


# ---- a parameter
def parameter_page(site: Site, parameter: Parameter) -> Html:
    page = Page(site, site.of(parameter.name))
    content = site.content
    programme = content.home[parameter.name]
    by: Child = None
    if parameter.by is not None:
        by = both(["按", page.kind(parameter.by, False), "查"], "by key")
    elif parameter.bands is not None:
        by = both(["按", page.kind(parameter.bands, False), "分档"], "by band")
    axis = both("按年度", "one for each year") if parameter.yearly else both("自某日起", "from a day on")
    low, high = parameter.range
    download = page.a(site.table(parameter.name), both("下载表格（CSV）", "Download"), download="")
    body: list[Child] = [
        el("p", el("code", parameter.name), " ", APPROX_MARK if parameter.has_approx else None, class_="named"),
        facts(
            [
                (both("种类", "Kind"), page.kind(parameter.kind)),
                (both("单位", "Unit"), both(unit(parameter), parameter.unit)),
                (both("时间", "In time"), axis),
                (both("查法", "Key"), by),
                (both("允许范围", "Range"), min_max(parameter, low, high)),
                (both("附注", "Note"), english(parameter.note) if parameter.note else None),
            ]
        ),
        _figure(page, parameter),
        section(
            "figures",
            "数值",
            "Figures",
            figures_table(page, parameter),
            el("p", download) if parameter.figures else None,
        ),
        section("needed", "读它的规则", "Rules that read it", _readers(page, parameter.name)),
    ]
    names = [p.name for p in programme.parameters]
    return page.written(
        (parameter.zh, parameter.en), body, _turns(page, names, parameter.name), above=crumbs(page, programme)
    )


def _figure(page: Page, parameter: Parameter) -> Html | None:
    chart = parameter_chart(parameter)
    if chart is None:
        return None
    docs = list(dict.fromkeys(f.doc or f.source for f in parameter.figures))
    least, most = min(f.value for f in parameter.figures), max(f.value for f in parameter.figures)
    starts, ends = [f.start for f in parameter.figures], [f.end for f in parameter.figures]
    when = span(min(starts), max(ends), parameter.yearly)
    across = parameter.bands or (parameter.by if len(set(starts)) == 1 else None)
    axis = f"横轴为{KINDS.get(across.name, (across.zh, ''))[0]}。" if across is not None else None
    shown = docs[:3]
    caption: list[Child] = [
        el("b", f"{parameter.zh}（{unit(parameter)}）"),
        f"　{when}，{min_max(parameter, least, most)}。来源：{'、'.join(shown)}{'等' if len(docs) > 3 else ''}。",
        axis,
    ]
    if chart_low(parameter) != 0:
        caption.append("纵轴不从0起。")
    if parameter.has_approx:
        times = dict.fromkeys(
            f"{f.start}年" if parameter.yearly else date_of(f.start).isoformat()
            for f in sorted(parameter.figures, key=lambda f: f.start)
            if f.confidence == APPROX
        )
        caption.append(["虚线和空心圈为约值，待核实：", "、".join(times), " ", english("dashed: approximate"), "。"])
    box = el("div", chart, class_="wide", tabindex="0", role="region", aria_label=f"{parameter.zh}的图")
    return el("figure", box, el("figcaption", caption))


# ---- a case
def case_page(site: Site, programme: Programme, case: Case) -> Html:
    page = Page(site, site.case(programme, case))
    law, content = site.law, site.content
    failures = {f.variable: f for f in content.failures[case.name]}
    rows: list[list[Child]] = []
    nothing: list[list[Child]] = []
    for name, value in case.expect.items():
        variable = law.variables[name]
        row = [page.name(name), display(variable.kind, value), _outcome(failures.get(name))]
        (nothing if variable.rule.pays and not value else rows).append(row)
    if len(nothing) < MANY:
        rows, nothing = [*rows, *nothing], []
    refusals: list[list[Child]] = []
    if case.refused:
        made = decide(law, case.facts, on=case.on, want=case.want, mode=case.mode, groups=case.groups)
        for name, expected in case.refused.items():
            status = made.status(name)
            words = both(*made[name].refusal()) if status and refusal_of(made.plan, status) else str(expected)
            refusals.append([page.name(name), words, _outcome(failures.get(name))])
    mode = both("严格口径", "strict") if case.mode == "strict" else both("标注口径", "marked")
    body: list[Child] = [
        el("p", el("code", case.name), class_="named"),
        facts(
            [
                (both("待遇日期", "Day of the benefit"), date_of(case.on).isoformat()),
                (both("口径", "Mode"), mode),
                (both("出处", "Source of the expectation"), case.source),
            ]
        ),
        section("expected", "应得结果", "What is expected", _expected(rows, refusals, nothing)),
        section("working", "演算", "Working", el("pre", case.working, class_="working")) if case.working else None,
        section("facts", "事实", "Facts", _given(page, case.facts)),
    ]
    for group_name, given in case.groups.items():
        group = law.groups[group_name]
        members = given.get(MEMBERS, ())
        own = {name: value for name, value in given.items() if name != MEMBERS}
        others: list[Child] = []
        for k, member in enumerate(members if isinstance(members, list) else []):
            others.append([el("h3", both(f"其他成员 {k + 1}", "Other member")), _given(page, member)])
        body.append(section(f"group-{group_name}", group.zh, group.en, _given(page, own), others))
    body.append(
        el("p", both("每次生成手册时都按法规重新计算。", "Computed again each time the book is made."), class_="small")
    )
    return page.written((case.zh, ""), body, above=crumbs(page, programme))


def _outcome(failure: object) -> Child:
    if failure is None:
        return el("span", "✓ 相符", class_="met")
    return el("span", "✗ 不符", class_="unmet", title=str(getattr(failure, "got", "")))


def _expected(rows: list[list[Child]], refusals: list[list[Child]], nothing: list[list[Child]]) -> Html:
    """nothing: benefits that are not due, folded away."""
    parts: list[Child] = []
    head: list[Child] = [both("变量", "Variable"), both("数值", "Value"), both("核对", "Check")]
    if rows:
        parts.append(table(head, rows, "应得结果", numbers=(1,)))
    if refusals:
        head = [both("变量", "Variable"), both("拒算原因", "Why it is refused"), both("核对", "Check")]
        parts.append(table(head, refusals, "应拒算"))
    if nothing:
        told = both(f"其余 {len(nothing)} 项待遇均为零", f"the other {len(nothing)} benefits are nothing")
        columns: list[Child] = [both("变量", "Variable"), both("数值", "Value"), both("核对", "Check")]
        parts.append(el("details", el("summary", told), table(columns, nothing, "不应得的待遇", numbers=(1,))))
    return join("", parts)


def _given(page: Page, given: object) -> Html:
    """Facts as written: plain ones as a list, each history as a table."""
    facts_ = given if isinstance(given, dict) else {}
    law = page.site.law
    plain: list[tuple[Child, Child]] = []
    histories: dict[str, list[tuple[Input, list[object]]]] = {}
    for name, value in facts_.items():
        one = law.inputs[name]
        if one.history and isinstance(value, list):
            histories.setdefault(one.history, []).append((one, value))
        else:
            plain.append((page.name(name, with_english=False), _value(one.kind, value)))
    parts: list[Child] = [facts(plain) if plain else None]
    for history, columns in histories.items():
        used = [(one, column) for one, column in columns if any(cell is not None for cell in column)]
        if not used:
            parts.append(el("p", "历史 ", el("code", history), "：", both("没有任何一行", "no row")))
            continue
        rows: list[list[Child]] = [
            [_value(one.kind, column[k]) for one, column in used] for k in range(len(columns[0][1]))
        ]
        numbers = tuple(k for k, (one, _) in enumerate(used) if one.kind.form == "number")
        head: list[Child] = [page.name(one.name, with_english=False) for one, _ in used]
        parts.append(table(head, rows, "历史", numbers=numbers))
    return join("", parts) if facts_ else el("p", both("没有给出事实。", "No facts are given."))


def _value(kind: Kind, value: object) -> Child:
    return display(kind, value) if isinstance(value, int) else el("span", "空", class_="small")
