"""The pages that list: facts, codes, refusals, documents, what is approximate or lacking, changes, names, language."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from itertools import groupby
from types import FunctionType

from shebao.rules import language
from shebao.rules.book.content import Change, approx_figures, gaps, title_of
from shebao.rules.book.figures import period, with_unit
from shebao.rules.book.frame import (
    APPROX_MARK,
    CONFIDENCE,
    Page,
    Site,
    document_id,
    facts,
    section,
    span,
    table,
)
from shebao.rules.book.html import Child, Html, both, el, english
from shebao.rules.check import INTRINSICS
from shebao.rules.declare import BENEFIT_DAY, Input, Missing
from shebao.rules.figures import APPROX
from shebao.rules.kinds import LAST_DAY, date_of
from shebao.rules.status import Why
from shebao.rules.values import display


# ---- facts and codes
def inputs_page(site: Site) -> Html:
    page = Page(site, "inputs.html")
    body: list[Child] = [
        el(
            "p",
            both(
                "规则要问的每一项事实。同一历史的各列写在同一行里。",
                "Each fact that rules ask for. The columns of one history stand in the same rows.",
            ),
        )
    ]
    for programme in site.content.programmes:
        if not programme.inputs:
            continue
        entries: list[Child] = []
        for history, some in groupby(programme.inputs, key=lambda i: i.history):
            if history:
                words = both(["历史 ", el("code", history)], "history: one row for each entry")
                entries.append(el("h3", words, id=f"history-{history}"))
            entries += [_input(page, one) for one in some]
        body.append(section(programme.slug, programme.zh, "", entries))
    return page.written(("事实", "Facts"), body)


def _input(page: Page, one: Input) -> Html:
    readers = page.site.content.needed.get(one.name, [])
    rows: list[tuple[Child, Child]] = [
        (both("代码中", "In code"), el("code", one.name)),
        (both("种类", "Kind"), page.kind(one.kind)),
        (both("归属", "Of"), page.owner(one.of)),
        (both("范围", "Range"), _range(page, one)),
        (both("空着", "When empty"), _empty(one)),
        (both("附注", "Note"), english(one.note) if one.note else None),
        (both("读它的规则", "Read by"), page.names(readers)),
    ]
    return el("article", el("h4", both(one.zh, one.en)), facts(rows), id=f"input-{one.name}", class_="entry")


def _range(page: Page, one: Input) -> Child:
    """The declared range; the codes of a code; nothing where the kind says it all."""
    if one.kind.codes is not None:
        members = list(one.kind.codes)
        words = "、".join(m.zh for m in members[:8])
        return words if len(members) <= 8 else [words, f" 等 {len(members)} 个"]
    low, high = one.range
    if one.kind.form == "flag" or one.kind.form == "mask" or (one.low is None and one.high is None):
        return None
    return f"{display(one.kind, low)} 至 {display(one.kind, high)}"


def _empty(one: Input) -> Html:
    """What an empty cell means."""
    if one.missing is Missing.ROW:
        return both("整行拒算", "the whole row is refused")
    if one.missing is Missing.USE:
        return both("未知：读到它的规则拒算", "not known: a rule that reads it is refused")
    if one.history and one.missing == 0 and one.kind.form not in ("number", "flag"):
        return both("视为没有", "taken as none")
    if one.kind.form == "day" and int(one.missing) == LAST_DAY:
        return both("视为没有这一日", "taken as a day that never comes")
    return both(f"视为 {display(one.kind, one.missing)}", f"taken as {display(one.kind, one.missing, 'en')}")


def codes_page(site: Site) -> Html:
    page = Page(site, "codes.html")
    body: list[Child] = []
    for name, codes in sorted(site.law.codes.items()):
        rows: list[list[Child]] = [[str(int(m)), el("code", m.name.lower()), m.zh, english(m.en)] for m in codes]
        head: list[Child] = [
            both("数", "Number"),
            both("写作", "Written"),
            both("中文", "Chinese"),
            both("英文", "English"),
        ]
        about = inspect.cleandoc(codes.__doc__ or "")
        used = site.content.coded.get(name, [])
        body.append(
            el(
                "section",
                el("h2", el("code", name)),
                page.prose(about),
                el("p", both("用于", "Used by"), "：", page.names(used)) if used else None,
                table(head, rows, f"{name}的代码", numbers=(0,)),
                id=f"code-{name}",
            )
        )
    return page.written(("代码", "Codes"), body)


# ---- refusals
def reasons_page(site: Site) -> Html:
    page = Page(site, "reasons.html")
    rows: list[list[Child]] = []
    for name, reason in site.law.reasons.items():
        link = el("span", both(reason.zh, reason.en), id=f"reason-{name}")
        rows.append([link, page.names(site.content.refuses[name]), el("code", name)])
    head: list[Child] = [both("原因", "Reason"), both("规则", "Rules"), both("代码中", "In code")]
    others: list[list[Child]] = []
    for why in Why:
        if why not in (Why.REASON, Why.EXACT):
            zh, en = (words.format(subject="…", detail="…") for words in (why.zh, why.en))
            others.append([both(zh, en), el("code", why.name)])
    body: list[Child] = [
        el(
            "p",
            both(
                "规则不能决定时拒算，并说出原因；同一人的其他待遇和其他人不受影响。",
                "What a rule cannot decide it refuses with a reason; the person's other amounts stand.",
            ),
        ),
        section("law", "法规写明的原因", "Reasons that the law names", table(head, rows, "法规写明的原因")),
        section(
            "general",
            "一般原因",
            "General reasons",
            table([both("原因", "Reason"), both("代码中", "In code")], others, "一般原因"),
        ),
    ]
    return page.written(("拒算原因", "Refusals"), body)


# ---- documents
def documents_page(site: Site) -> Html:
    page = Page(site, "documents.html")
    body: list[Child] = [
        el(
            "p",
            both("每份文件，以及由它定的规则和参数。", "Each document, with what rests on it."),
        )
    ]
    for doc, uses in site.content.documents.items():
        clauses: dict[str, dict[str, None]] = {}
        for name, clause in uses:
            clauses.setdefault(name, {})[clause] = None
        items: list[Child] = []
        for name, cited in clauses.items():
            what = "参数" if name in site.law.parameters else "变量"
            told = "、".join(c for c in cited if c)
            items.append(
                el("li", el("span", what, class_="what"), page.name(name), el("span", f"　{told}" if told else ""))
            )
        body.append(section(document_id(doc), doc, "", el("ul", items, class_="plain")))
    return page.written(("文件", "Documents"), body)


# ---- what is not certain
def approximate_page(site: Site) -> Html:
    page = Page(site, "approximate.html")
    content = site.content
    rules: list[list[Child]] = []
    for name in content.order:
        for version in site.law.variables[name].versions:
            rule = version.rule
            if rule.confidence == APPROX:
                dates = span(rule.since, rule.until)
                note = english(rule.note) if rule.note else None
                rules.append([[page.name(name), APPROX_MARK], dates, page.cites(rule.cites), note])
    rule_head: list[Child] = [
        both("变量", "Variable"),
        both("适用期间", "In force"),
        both("依据", "Cites"),
        both("附注", "Note"),
    ]
    count = sum(len(approx_figures(parameter)) for parameter in site.law.parameters.values())
    lacks: list[list[Child]] = []
    for programme in content.programmes:
        for parameter in programme.parameters:
            if not parameter.figures:
                lacks.append([page.name(parameter.name), both("全部", "all of it")])
            for start, end in gaps(parameter):
                lacks.append([page.name(parameter.name), span(start, end, parameter.yearly)])
    body: list[Child] = [
        el(
            "p",
            both(
                "标注口径照用约值并逐处标明〔约〕；严格口径遇到未经认可的约值即拒算。",
                CONFIDENCE[APPROX][1],
            ),
        ),
        section(
            "figures",
            f"约值参数（{count}）",
            "Approximate figures",
            _approximate(page) if count else el("p", "无"),
        ),
        section(
            "rules",
            f"待核实的规则（{len(rules)}）",
            "Rules to be verified",
            table(rule_head, rules, "待核实的规则") if rules else el("p", "无"),
        ),
        section(
            "lacking",
            f"手头没有的数值（{len(lacks)}）",
            "Figures that are not at hand",
            el("p", both("规则用到时拒算，不估不补。", "A rule that needs one is refused; nothing is filled in.")),
            table([both("参数", "Parameter"), both("期间", "Period")], lacks, "手头没有的数值") if lacks else None,
        ),
    ]
    return page.written(("待核实", "To be verified"), body)


def _approximate(page: Page) -> Html:
    """The approximate figures, beneath the name of their parameter."""
    groups: list[Child] = []
    for programme in page.site.content.programmes:
        for parameter in programme.parameters:
            some = sorted(approx_figures(parameter), key=lambda f: (f.start, f.key or 0, f.low or 0))
            name = [page.name(parameter.name), el("p", parameter.note, lang="en") if parameter.note else None]
            rows: list[Child] = []
            for k, f in enumerate(some):
                words: list[Child] = [
                    period(parameter, f),
                    with_unit(parameter, f),
                    page.cites(f"{f.doc} {f.clause}".strip()) if f.doc else f.source,
                    english(f.note) if f.note else None,
                ]
                cells = [el("td", one, class_="number" if c == 1 else None) for c, one in enumerate(words)]
                rows.append(el("tr", el("th", name, scope="rowgroup", rowspan=len(some)) if k == 0 else None, cells))
            groups.append(el("tbody", rows) if rows else None)
    heads = (("参数", "Parameter"), ("期间", "Period"), ("数值", "Figure"), ("文件", "Document"), ("附注", "Note"))
    head = [el("th", both(*h), scope="col", class_="number" if k == 2 else None) for k, h in enumerate(heads)]
    whole = el("table", el("thead", el("tr", head)), groups, class_="grouped")
    return el("div", whole, class_="wide", tabindex="0", role="region", aria_label="约值参数")


# ---- changes
def calendar_page(site: Site) -> Html:
    page = Page(site, "calendar.html")
    changes = site.content.changes
    years = sorted({date_of(c.day).year for c in changes})
    body: list[Child] = [
        el(
            "p",
            both(
                "每条规则和每个数值的起止，按日期排列。只看一个项目的，见项目页“何时变更”。",
                "When each rule and each figure begins and ends. A programme's own page has its part.",
            ),
        ),
        el("nav", el("ul", [el("li", el("a", str(y), href=f"#y{y}")) for y in years]), class_="within"),
        calendar_of(page, changes, with_programme=True),
    ]
    return page.written(("何时变更", "What changed when"), body)


def calendar_of(page: Page, changes: Sequence[Change], *, with_programme: bool) -> Html:
    """Changes under their years and days."""
    years: list[Child] = []
    for year, of_year in groupby(changes, key=lambda c: date_of(c.day).year):
        days: list[Child] = []
        for when, some in groupby(of_year, key=lambda c: (c.day, c.what == "year")):
            told = f"{year}年度" if when[1] else date_of(when[0]).isoformat()
            items = [el("li", _change(page, change, with_programme)) for change in some]
            days.append(el("div", el("p", told, class_="when"), el("ul", items, class_="plain"), class_="day"))
        heading = el("h3" if with_programme else "h4", f"{year}年", id=f"y{year}")
        years.append(el("section", heading, days, class_="year"))
    return el("div", years, class_="calendar")


def _change(page: Page, change: Change, with_programme: bool) -> Html:
    parts: list[Child] = [page.name(change.name, with_english=False)]
    if change.what in ("year", "figure"):
        parameter = page.site.law.parameters[change.name]
        if len(change.figures) == 1 and parameter.by is None and parameter.bands is None:
            parts.append(["　", with_unit(parameter, change.figures[0])])
        else:
            parts.append(f"　{len(change.figures)} 个数值")
            if any(f.confidence == APPROX for f in change.figures):
                parts.append(APPROX_MARK)
    else:
        words = {
            "start": ("规则开始适用", "rule takes effect"),
            "version": ("规则改为新版本", "new version of the rule"),
            "end": ("规则最后适用日", "last day of the rule"),
            "gap": ("最后一日，其后没有数值", "last day; no figure after it"),
        }
        parts.append(["　", both(*words[change.what])])
    if with_programme:
        parts.append(el("span", "　", change.programme.zh, class_="small"))
    return el("span", parts)


# ---- names
def names_page(site: Site) -> Html:
    page = Page(site, "names.html")
    law = site.law
    rows: list[list[Child]] = []
    for name in sorted([*law.variables, *law.inputs, *law.parameters]):
        what = "变量" if name in law.variables else "事实" if name in law.inputs else "参数"
        zh, en = title_of(law, name)
        programme = site.content.home[name]
        link = page.a(site.programme(programme), programme.zh)
        rows.append([el("code", name), page.a(site.of(name), zh), english(en), what, link])
    head: list[Child] = [
        both("代码中", "In code"),
        both("中文", "Chinese"),
        both("英文", "English"),
        both("是", "Is a"),
        both("项目", "Programme"),
    ]
    return page.written(("索引", "Index of names"), table(head, rows, "索引"))


# ---- the language
HOW = (
    (
        "规则",
        "Rule",
        "每条规则是一个普通函数，算出一个变量。参数名就是连线：名字所指的变量、事实或参数，就是它的所需。",
        "A rule is a plain function that computes one variable; the names of its arguments say what it needs.",
    ),
    (
        "版本和定版日期",
        "Versions",
        "同一变量可有前后相接的几个版本。定版日期（如退休日期）落在哪个版本的适用期间，就用哪个版本，参数也取这一天的。",
        "A variable may have versions that follow each other; the day that dates it picks the version and the figures.",
    ),
    (
        "金额",
        "Money",
        "金额一律为整数分，书写为元和两位小数。比率是定点小数。除法只有写明舍入办法的，没有隐含的舍入。",
        "Money is whole fen, a ratio is a fixed-point number; no division without a rounding that is named.",
    ),
    (
        "拒算",
        "Refusal",
        "缺少事实、没有数值、没有规则时拒算，并说出原因，不猜不补。未知、零、没有是三件事。",
        "Where a fact, a figure or a rule lacks, the value is refused with its reason; nothing is guessed.",
    ),
)


def language_page(site: Site) -> Html:
    page = Page(site, "language.html")
    functions = [
        f
        for name, f in vars(language).items()
        if isinstance(f, FunctionType) and (name in INTRINSICS or language.is_helper(f))
    ]
    entries: list[Child] = []
    for function in functions:
        names = ", ".join(function.__code__.co_varnames[: function.__code__.co_argcount])
        words = inspect.cleandoc(function.__doc__ or "")
        entries.append(el("dt", el("code", f"{function.__name__}({names})"), id=function.__name__))
        entries.append(el("dd", page.prose(words)))
    body: list[Child] = [
        facts([(both(zh, en), [words, " ", english(told)]) for zh, en, words, told in HOW]),
        section(
            BENEFIT_DAY,
            "待遇日期",
            "Day of the benefit",
            el(
                "p",
                both(
                    "计算哪一天（哪个月）的待遇。规则没有写明别的定版日期时，用这一天的版本和参数。",
                    "The day that a computation is for. It picks the version where a rule names no other day.",
                ),
            ),
            el("p", el("code", BENEFIT_DAY)),
        ),
        section("functions", "规则可用的函数", "What a rule may call", el("dl", entries, class_="functions")),
    ]
    return page.written(("怎样读", "How to read"), body)
