"""`shebao law what-if`: everything a person or household is entitled to, what excludes what, what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.markup import escape
from rich.table import Column, Table

from shebao.cli.options import Mode, ModeOption, OnOption
from shebao.cli.people import days
from shebao.cli.terminal import Lang, LangOption, Terminal, here, load_law
from shebao.rules.cases import CaseError, load_facts
from shebao.rules.decide import describe
from shebao.rules.declare import Input, Pays
from shebao.rules.kinds import FEN, date_of
from shebao.rules.law import Law
from shebao.rules.values import Problem, display
from shebao.rules.whatif import At, Change, WhatIf

HIGHEST = 2_000_000  # fen a month: 20,000 yuan
PERIODS = {
    Pays.MONTHLY: ("每月", "a month"),
    Pays.YEARLY: ("每年", "a year"),
    Pays.ONCE: ("一次性", "once"),
    Pays.SERVICE: ("服务", "in kind"),
}


def command(
    file: Annotated[
        Path, typer.Argument(help=here("一人或一家的事实（YAML）", "facts of a person or household (YAML)"))
    ],
    on: OnOption,
    income: Annotated[
        str, typer.Option(metavar="INPUT", help=here("看哪项收入的变化", "the income whose change is looked at"))
    ] = "work_income",
    mode: ModeOption = Mode.marked,
    lang: LangOption = None,
) -> None:
    """Everything one person or household is entitled to on a day."""
    terminal = Terminal(lang)
    with terminal.faults():
        law, when = load_law(), days(on)
        if len(when) != 1:
            raise Problem(f"{on}：一次只看一个日期", f"{on}: one day at a time")
        if income not in law.inputs or law.inputs[income].kind != FEN or law.inputs[income].history:
            raise Problem(f"{income}：不是金额类事实{law.nearest(income)}", f"{income} is no fact of money")
        try:
            facts, groups = load_facts(file, law)
        except CaseError as error:
            raise Problem(error.zh, error.en) from None
        asked = WhatIf(law, facts, groups, when[0], mode.value)
        lang_ = terminal.lang
        say = lang_.say
        terminal.out.print(_due(asked, lang_))
        if asked.excluded:
            terminal.out.print(_excluded(asked, lang_))
        lacking = asked.missing()
        if asked.refused:
            terminal.out.print(_refused(asked, lang_))
        terminal.out.print(_changes(law, say("年龄变化", "with age"), say("周岁", "age"), asked.by_age(), None, lang_))
        title = say(f"{law.inputs[income].zh}变化", f"with {law.inputs[income].en}")
        amounts = asked.by_amount(income, HIGHEST)
        terminal.out.print(_changes(law, title, say("自", "from"), amounts, law.inputs[income], lang_))
        for name in lacking:
            found = asked.by_missing(name)
            if found:
                title = say(f"补充事实：{law.inputs[name].zh}", f"the missing fact: {law.inputs[name].en}")
                terminal.out.print(_changes(law, title, say("为", "is"), found, law.inputs[name], lang_))


def _title(law: Law, name: str, lang: Lang) -> str:
    return escape(lang.say(law.variables[name].zh, law.variables[name].en))


def _due(asked: WhatIf, lang: Lang) -> RenderableType:
    table = Table(
        lang.say("待遇", "benefit"),
        Column(lang.say("金额", "amount"), justify="right"),
        "",
        Column(lang.say("依据", "clause"), overflow="fold"),
        title=lang.say(f"{date_of(asked.on)} 应享受的待遇", f"entitled to on {date_of(asked.on)}"),
    )
    for name, value in asked.due.items():
        step = asked.decision[name]
        period = lang.say(*PERIODS[step.rule.pays]) if step.rule.pays else ""
        said = display(step.kind, value, lang.value)
        table.add_row(_title(asked.law, name, lang), escape(said), period, escape(step.rule.cites))
    if not asked.due:
        table.add_row(lang.say("无", "nothing"), "", "", "")
    return table


def _excluded(asked: WhatIf, lang: Lang) -> RenderableType:
    table = Table(
        lang.say("待遇", "benefit"),
        Column(lang.say("按自身条件", "by its own conditions"), justify="right"),
        lang.say("不发原因", "why it is not paid"),
        title=lang.say("被排除的待遇", "excluded by another"),
    )
    for benefit, entitlement, by in asked.excluded:
        kind = asked.law.variables[benefit].kind
        said = display(kind, entitlement, lang.value)
        table.add_row(_title(asked.law, benefit, lang), escape(said), escape(lang.say(by.zh, by.en)))
    return table


def _refused(asked: WhatIf, lang: Lang) -> RenderableType:
    table = Table(
        lang.say("待遇", "benefit"),
        Column(lang.say("原因", "reason"), overflow="fold"),
        title=lang.say("尚不能确定的待遇", "not decided yet"),
    )
    for name, status in asked.refused.items():
        table.add_row(_title(asked.law, name, lang), escape(lang.say(*describe(asked.decision.plan, status))))
    return table


def _changes(law: Law, title: str, first: str, found: Iterable[At], given: Input | None, lang: Lang) -> RenderableType:
    table = Table(
        Column(first, justify="right"),
        lang.say("待遇", "benefit"),
        Column(lang.say("由", "before"), justify="right"),
        Column(lang.say("变为", "after"), justify="right"),
        title=lang.say(f"什么会变：{title}", f"what would change {title}"),
    )
    for at in found:
        mark = str(at.value) if given is None else display(given.kind, at.value, lang.value)
        for k, change in enumerate(at.changes):
            before, after = (_said(law, change, v, lang) for v in (change.before, change.after))
            table.add_row(escape(mark) if k == 0 else "", _title(law, change.benefit, lang), before, after)
    if not table.row_count:
        table.add_row("", lang.say("无变化", "nothing"), "", "")
    return table


def _said(law: Law, change: Change, value: int | bool | None, lang: Lang) -> str:
    if value is None:
        return lang.say("不能确定", "not decided")
    return escape(display(law.variables[change.benefit].kind, value, lang.value))
