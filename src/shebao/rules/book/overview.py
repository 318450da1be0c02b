"""The page for a newcomer: who gets what, how much, how often, by which document."""

from __future__ import annotations

from shebao.rules.book.content import is_approx
from shebao.rules.book.figures import newest, period, with_unit
from shebao.rules.book.frame import APPROX_MARK, Page, Site, section, table
from shebao.rules.book.html import Child, Html, both, el, join
from shebao.rules.declare import Pays
from shebao.rules.graph import reads
from shebao.rules.kinds import FIRST_DAY, date_of
from shebao.rules.law import Law, Variable

OFTEN = {
    Pays.MONTHLY: ("每月", "monthly"),
    Pays.YEARLY: ("每年", "yearly"),
    Pays.ONCE: ("一次性", "once"),
    Pays.SERVICE: ("服务或资格", "in kind"),
}
_FIGURES = 4  # of a benefit, at most


def overview_page(site: Site) -> Html:
    page = Page(site, "overview.html")
    body: list[Child] = [
        el(
            "p",
            both(
                "全部待遇：谁能享受、多少、多久发一次、依据哪份文件。点开名称可看条件、算法和历年变化。",
                "All benefits: who gets them, how much, how often, by which document. Each name leads to conditions, "
                "formula and history.",
            ),
            class_="lead",
        )
    ]
    for programme in site.content.programmes:
        paid = [v for v in programme.variables if v.rule.pays]
        if paid:
            told = el("p", page.a(site.programme(programme), both("本项目的说明和举例", "About it, with an example")))
            what = [told, _benefits(page, paid)]
            body.append(section(programme.slug, programme.zh, programme.en, what))
    return page.written(("待遇一览", "Who gets what"), body)


def _benefits(page: Page, paid: list[Variable]) -> Html:
    law = page.site.law
    rows: list[list[Child]] = []
    for variable in paid:
        pays = variable.rule.pays
        assert pays is not None
        since = next((v.rule.since for v in variable.versions if v.arguments), FIRST_DAY)
        rows.append(
            [
                [page.name(variable.name), APPROX_MARK if is_approx(law, variable.name) else None],
                _first(_conditions(law, variable)) if _conditions(law, variable) is not _amount(law, variable) else "—",
                [_first(_amount(law, variable)), _figures(page, _amount(law, variable))],
                both(*OFTEN[pays]),
                date_of(since).isoformat() if since > FIRST_DAY else "—",
                page.cites(_amount(law, variable).rule.cites),
            ]
        )
    head: list[Child] = [
        both("待遇", "Benefit"),
        both("谁", "Who"),
        both("多少", "How much"),
        both("多久一次", "How often"),
        both("自", "Since"),
        both("依据", "By"),
    ]
    return table(head, rows, "待遇")


def _conditions(law: Law, variable: Variable) -> Variable:
    """The variable that says who gets a benefit."""
    return law.variables.get(f"{variable.name}_eligible", _amount(law, variable))


def _amount(law: Law, variable: Variable) -> Variable:
    """The variable that says how much own conditions give."""
    return law.variables.get(f"{variable.name}_entitlement", variable)


def _first(variable: Variable) -> Child:
    return el("span", variable.rule.text.partition("\n\n")[0], lang="en")


def _figures(page: Page, variable: Variable) -> Child:
    """The newest single figures that the rule itself reads."""
    said: list[Child] = []
    for name in reads(variable):
        parameter = page.site.law.parameters.get(name)
        last = newest(parameter) if parameter and parameter.by is None and parameter.bands is None else None
        if parameter and last:
            said.append([page.name(name, with_english=False), " ", with_unit(parameter, last[0])])
            said[-1] = el("span", said[-1], title=str(period(parameter, last[0])))
    return el("div", join("；", said[:_FIGURES]), class_="small") if said else None
