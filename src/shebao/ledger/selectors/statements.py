"""Trial balance and fund statements.  For acts of the purposes `ledger.%`, which see the whole books."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import connection

from shebao.access.acting import Act
from shebao.ledger.models import ChartCode, Kind, Part
from shebao.ledger.selectors.balances import closed_by, last_day

Day = datetime.date
_Key = tuple[int, int, int]  # fund, chart code, part


@dataclass(frozen=True)
class Row:
    """A chart code within a fund and part: fen; opening and closing debit positive."""

    fund: int
    chart: int
    part: int
    name: str
    kind: int  # ChartCode.Kind
    opening: int
    debit: int
    credit: int

    @property
    def closing(self) -> int:
        """At the end of the last day."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True)
class TrialBalance:
    """试算平衡表 from a day through a day."""

    since: Day
    through: Day
    rows: list[Row]

    @property
    def debits(self) -> int:
        """Posted in debit."""
        return sum(row.debit for row in self.rows)

    @property
    def credits(self) -> int:
        """Posted in credit."""
        return sum(row.credit for row in self.rows)

    def differences(self) -> dict[int, tuple[int, int, int]]:
        """Fund -> what its opening balances, movements and closing balances sum to, where not all are 0."""
        found: dict[int, tuple[int, int, int]] = {}
        for row in self.rows:
            opening, moved, closing = found.get(row.fund, (0, 0, 0))
            found[row.fund] = (opening + row.opening, moved + row.debit - row.credit, closing + row.closing)
        return {fund: sums for fund, sums in found.items() if any(sums)}


def trial_balance(act: Act, since: Day, through: Day) -> TrialBalance:
    """All funds, from the first day through the last.  Closed months cost nothing, others their legs."""
    opening = _before(since)
    moved = _moved(since, through)
    with connection.cursor() as cursor:
        cursor.execute("SELECT code, name, kind FROM ledger_chart")
        chart = {code: (name, kind) for code, name, kind in cursor.fetchall()}
    rows = []
    for key in sorted(opening.keys() | moved.keys()):
        fund, code, part = key
        debit, credit = moved.get(key, (0, 0))
        rows.append(Row(fund, code, part, *chart[code], opening.get(key, 0), debit, credit))
    return TrialBalance(since, through, rows)


def _before(day: Day) -> dict[_Key, int]:
    """Balances at the end of the day before."""
    found: dict[_Key, int] = {}
    closed = closed_by(day - datetime.timedelta(1))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT fund_id, chart_id, part, sum(balance)::bigint FROM ledger_snapshot "
            "WHERE month = ledger_month(%s) GROUP BY 1, 2, 3",
            [closed],
        )
        found.update({(fund, chart, part): balance for fund, chart, part, balance in cursor.fetchall()})
    if closed < day - datetime.timedelta(1):
        for key, (debit, credit) in _legs(closed + datetime.timedelta(1), day - datetime.timedelta(1)).items():
            found[key] = found.get(key, 0) + debit - credit
    return found


def _moved(since: Day, through: Day) -> dict[_Key, tuple[int, int]]:
    """Debits and credits of the days: of whole closed months as they were closed, of other days from the legs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month FROM ledger_period WHERE state <> 1 AND month >= %s AND month <= %s ORDER BY month",
            [since, through],
        )
        whole = [month for (month,) in cursor.fetchall() if last_day(month) <= through]
        cursor.execute(
            "SELECT fund_id, chart_id, part, sum(debit)::bigint, sum(credit)::bigint FROM ledger_snapshot "
            "WHERE month = ANY(%s) GROUP BY 1, 2, 3",
            [whole],
        )
        found = {(fund, chart, part): (debit, credit) for fund, chart, part, debit, credit in cursor.fetchall()}
    first = since
    for stop in [*whole, through + datetime.timedelta(1)]:
        if first < stop:
            for key, (debit, credit) in _legs(first, stop - datetime.timedelta(1)).items():
                before = found.get(key, (0, 0))
                found[key] = (before[0] + debit, before[1] + credit)
        first = last_day(stop) + datetime.timedelta(1)
    return found


def _legs(first: Day, last: Day) -> dict[_Key, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.fund_id, a.chart_id, a.part, sum(greatest(p.amount, 0))::bigint, "
            "sum(greatest(-p.amount, 0))::bigint FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id "
            "WHERE p.day BETWEEN %s AND %s GROUP BY 1, 2, 3",
            [first, last],
        )
        return {(fund, chart, part): (debit, credit) for fund, chart, part, debit, credit in cursor.fetchall()}


@dataclass(frozen=True)
class Line:
    """A line of a fund statement, fen."""

    chart: int
    name: str
    amount: int


@dataclass(frozen=True)
class FundStatement:
    """基金收支表: opening + income - expenditure = closing, fen.

    What is credited to fund accounts directly (personal accounts) is income, what is debited to them is expenditure.
    assets: what the fund has at the end less what it owes; `closing`, found from the other side of the books.
    """

    fund: int
    since: Day
    through: Day
    opening: int
    income: list[Line]
    expenditure: list[Line]
    assets: int

    @property
    def closing(self) -> int:
        """What the fund holds at the end of the last day."""
        return self.opening + sum(line.amount for line in self.income) - sum(line.amount for line in self.expenditure)


def fund_statement(act: Act, fund: int, since: Day, through: Day) -> FundStatement:
    """A fund from the first day through the last.  Opening transactions of these days count in its opening."""
    rows = [row for row in trial_balance(act, since, through).rows if row.fund == fund]
    taken_over = _taken_over(fund, since, through)
    opening = 0
    income: list[Line] = []
    expenditure: list[Line] = []
    for row in rows:
        name = row.name if row.part == Part.POOL else f"{row.name}（{Part.PERSONAL.label}）"
        if row.kind == ChartCode.Kind.INCOME:
            opening -= row.opening
            income.append(Line(row.chart, name, row.credit - row.debit))
        elif row.kind == ChartCode.Kind.EXPENDITURE:
            opening -= row.opening
            expenditure.append(Line(row.chart, name, row.debit - row.credit))
        elif row.kind == ChartCode.Kind.FUND:
            debit, credit = taken_over.get((row.chart, row.part), (0, 0))
            opening += credit - debit - row.opening
            income.append(Line(row.chart, name, row.credit - credit))
            expenditure.append(Line(row.chart, name, row.debit - debit))
    assets = sum(row.closing for row in rows if row.kind in (ChartCode.Kind.ASSET, ChartCode.Kind.LIABILITY))
    return FundStatement(
        fund,
        since,
        through,
        opening,
        [line for line in income if line.amount],
        [line for line in expenditure if line.amount],
        assets,
    )


def _taken_over(fund: int, since: Day, through: Day) -> dict[tuple[int, int], tuple[int, int]]:
    """(chart code, part) of the fund's fund accounts -> debits and credits of opening transactions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.chart_id, a.part, sum(greatest(p.amount, 0))::bigint, sum(greatest(-p.amount, 0))::bigint "
            "FROM ledger_transaction t JOIN ledger_posting p ON p.transaction_id = t.id AND p.day = t.day "
            "JOIN ledger_account a ON a.id = p.account_id JOIN ledger_chart c ON c.code = a.chart_id "
            "WHERE t.kind = %s AND t.day BETWEEN %s AND %s AND p.day BETWEEN %s AND %s "
            "AND a.fund_id = %s AND c.kind = %s GROUP BY 1, 2",
            [Kind.OPENING, since, through, since, through, fund, ChartCode.Kind.FUND],
        )
        return {(chart, part): (debit, credit) for chart, part, debit, credit in cursor.fetchall()}
