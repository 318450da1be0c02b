"""What the office did with claims and payments, and what the night found of planted faults, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Column, Table

from shebao.cli.terminal import Lang, load_law
from shebao.rules.values import money

if TYPE_CHECKING:
    from shebao.samplecity.demonstration import Worked
    from shebao.samplecity.office import Paid

FAULTS = {
    "unreported death": "漏报的死亡",
    "merged records": "重复建档（已合并）",
    "stopped without cause": "无故停发",
    "wrong amount": "金额错误",
    "late fact": "迟到的事实",
}


def shown(worked: Worked, lang: Lang) -> Iterator[Table | str]:
    """The faults, the months, the last batch beside the one before."""
    say = lang.say
    if worked.found:
        table = Table(
            say("植入的差错", "planted fault"),
            Column(say("植入", "planted"), justify="right"),
            Column(say("查出", "found"), justify="right"),
            title=say("植入的差错：核算看不到清单", "planted faults, of which the pass has no list"),
        )
        for what, count in worked.found.planted.items():
            table.add_row(say(FAULTS[what], what), f"{count:,}", f"{worked.found.found[what]:,}")
        yield table
        yield say(
            f"植入前差异{worked.quiet}；查出{worked.found.differences}项差异，其中{worked.found.right}项类别和原因相符："
            f"查准率{worked.found.precision:.4f}，查全率{worked.found.recall:.4f}；办结后差异{worked.left}",
            f"{worked.quiet} differences before; {worked.found.differences} found, {worked.found.right} of the kind "
            f"and cause planted: precision {worked.found.precision:.4f}, recall {worked.found.recall:.4f}; "
            f"{worked.left} after they were worked",
        )
    rows: list[tuple[date, dict[int, int], int, Paid]] = [(m, {}, claims, paid) for m, claims, paid in worked.months]
    rows += [worked.late] if worked.late else []
    heads = (
        ("批准案卷", "approved"),
        ("发放笔数", "paid"),
        ("金额", "amount"),
        ("退回", "returned"),
        ("退回金额", "amount"),
    )
    table = Table(
        say("月份", "month"), *(Column(say(*h), justify="right") for h in heads), title=say("发放", "payments")
    )
    for month, _, claims, paid in rows:
        bank = paid.returned
        counts = f"{bank.paid:,}", money(bank.paid_total), f"{bank.returned:,}", money(bank.returned_total)
        table.add_row(f"{month:%Y-%m}", f"{claims:,}", *counts)
    yield table
    for month, kinds, _, paid in rows:
        if kinds:
            told = "，".join(f"{kind_name(kind, lang)}{count:,}" for kind, count in sorted(kinds.items()))
            yield say(f"{month:%Y-%m}核算差异：{told}", f"differences of {month:%Y-%m}: {told}")
        compared = paid.comparison
        yield say(
            f"{compared.day} 三方对账：业务{money(compared.cases)}，账面{money(compared.ledger)}，"
            f"银行{money(compared.bank)}，差异{len(compared.differences)}",
            f"{compared.day} three-way: cases {money(compared.cases)}, ledger {money(compared.ledger)}, bank "
            f"{money(compared.bank)}, {len(compared.differences)} differences",
        )
    law = load_law()
    count, amount = worked.recoveries
    yield say(
        f"多发待遇：已预先告知追回{count}项，共{money(amount)}元，告知期满后每月扣回不超过两成",
        f"paid too much: {count} recoveries announced, {money(amount)} yuan; after the time to object no more than a "
        "fifth of a month",
    )
    if worked.death:
        names = (law.variables[name] for name in worked.death)
        opened = say("、", ", ").join(say(one.zh, one.en) for one in names)
        yield say(
            f"一件事：窗口登记一人死亡，同时开立案卷：{opened}", f"one event: a death at the counter opened: {opened}"
        )
    if worked.late:
        yield preview(worked.late[3], lang)


def preview(paid: Paid, lang: Lang) -> Table:
    """A batch by benefit beside the one before, with what was new, stopped or changed and why."""
    say, law = lang.say, load_law()
    heads = (
        ("人数", "payees"),
        ("金额", "amount"),
        ("上期人数", "before"),
        ("上期金额", "before"),
        ("其中补发", "arrears"),
        ("扣回", "recovered"),
        ("新增", "new"),
        ("停发", "stopped"),
        ("变动", "changed"),
    )
    table = Table(
        say("待遇", "benefit"),
        *(Column(say(*head), justify="right") for head in heads),
        say("原因", "causes"),
        title=say("批次预览：与上期比较", "the batch beside the one before"),
    )
    for item in paid.items:
        variable = law.variables[item.benefit]
        table.add_row(
            escape(say(variable.zh, variable.en)),
            f"{item.payees:,}",
            money(item.amount),
            f"{item.before_payees:,}",
            money(item.before),
            *(money(n) if n else "" for n in (item.arrears, item.recovered)),
            *(f"{n:,}" if n else "" for n in (item.new, item.stopped, item.changed)),
            escape(item.causes),
        )
    return table


def kind_name(kind: int, lang: Lang) -> str:
    """What a difference is called."""
    from shebao.assessment.models import Difference

    known = Difference.Kind(kind)
    return lang.say(str(known.label), known.name.lower())
