"""发放: what is decided and not yet paid, as a batch: prepared, looked at, released, sent, returned.

A batch is a difference too: of each month, what is decided now less what was paid.  So arrears come in one payment
with the month's, and nothing is paid twice however often it is asked for.  What was paid too much is set off against
arrears of the same benefit.  Of a month's own amount it is kept back only once the recovery was announced and its time
to object is over (shebao.cases.measures), and no more than RECOVERED or what was agreed; the rest waits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import connection

from shebao.access.acting import Act, acting
from shebao.cases import measures
from shebao.cases.models import Account, Batch, Repayment
from shebao.cases.refusals import refusing
from shebao.files.bank.collection import ORDERS
from shebao.files.bank.payments import PAYMENTS, Payer, write_payments
from shebao.files.bank.payouts import Result, read_payout_return, write_payouts
from shebao.law import the_law
from shebao.law.insurance.contributions.facts import Insurance
from shebao.ledger import services as ledger
from shebao.ledger.models import Fund, Kind
from shebao.ledger.selectors.comparison import Side
from shebao.ledger.values import AccountKey, Leg, Transaction
from shebao.people.refusals import Refused
from shebao.people.selectors import WHOLE
from shebao.rules.values import yuan

PREPARE = "cases.prepare"
PERSONS = 50_000  # of a part
RECOVERED = 20  # per cent of a month's amount that a recovery may take: the office's setting, no rule of law is known
EXPENDITURE_BANK, OTHER = 102, 519
PUBLIC_FUNDS = 9  # 财政资金: benefits that no insurance pays
BRANCHES = {  # folder of the law's insurances -> fund, account of expenditure
    "employee_pension": (Insurance.PENSION, 501),
    "survivors": (Insurance.PENSION, 501),
    "resident_pension": (Insurance.RESIDENT_PENSION, 501),
    "unemployment": (Insurance.UNEMPLOYMENT, 503),
    "injury": (Insurance.INJURY, 504),
    "maternity": (Insurance.MATERNITY, 505),
}
_ORDERS = pa.schema([*ORDERS, ("bank", pa.string())])
Progress = Callable[[int, int | None], None]

# Of some persons: what is due by benefit and month, what is kept back for too much paid, and the account it goes to.
_DUE = """
WITH RECURSIVE {whole}, mine AS (
    SELECT id AS number, id AS person_id FROM people_person
    WHERE id > %(after)s AND id <= %(through)s AND NOT EXISTS (SELECT FROM whole WHERE gone_id = id)
    UNION ALL SELECT gone_id, keep_id FROM whole WHERE keep_id > %(after)s AND keep_id <= %(through)s
), decided AS (
    SELECT n.person_id, a.benefit, m::date AS month, a.amount FROM mine n JOIN cases_award a ON a.person_id = n.number
    CROSS JOIN LATERAL generate_series(lower(a.valid)::timestamp, least(upper(a.valid) - 1, %(month)s::date)::timestamp,
        interval '1 month') m
    WHERE upper_inf(a.recorded) AND lower(a.valid) <= %(month)s
), paid AS (
    SELECT n.person_id, l.benefit, l.month, -l.amount FROM mine n JOIN cases_line l ON l.person_id = n.number
    JOIN cases_payment p ON p.id = l.payment_id AND coalesce(p.code, 0) = 0
    UNION ALL SELECT n.person_id, r.benefit, r.month, r.amount
    FROM mine n JOIN cases_repayment r ON r.person_id = n.number
), suspended AS (
    SELECT n.person_id, s.benefit, min(s.starts_on) AS since FROM cases_measure s JOIN mine n ON n.number = s.person_id
    WHERE s.kind = 1 AND {in_force} GROUP BY 1, 2
), recovery AS (
    SELECT n.person_id, s.benefit, min(s.monthly) AS monthly, max(s.floor) AS floor
    FROM cases_measure s JOIN mine n ON n.number = s.person_id WHERE s.kind = 2 AND {in_force} GROUP BY 1, 2
), due AS (
    SELECT person_id, benefit, month, sum(amount)::bigint AS amount
    FROM (SELECT * FROM decided UNION ALL SELECT * FROM paid) b LEFT JOIN suspended s USING (person_id, benefit)
    WHERE s.since IS NULL OR month < s.since GROUP BY 1, 2, 3 HAVING sum(amount) <> 0
), sums AS (
    SELECT person_id, benefit, coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS owed,
        coalesce(sum(amount) FILTER (WHERE amount > 0 AND month < %(month)s), 0) AS arrears,
        coalesce(sum(amount) FILTER (WHERE amount > 0 AND month = %(month)s), 0) AS now
    FROM due GROUP BY 1, 2
), wanted AS (  -- what a recovery would take of the month, and what it may take of all that the person receives in it
    SELECT *, CASE WHEN r.person_id IS NULL THEN 0
            ELSE least(greatest(owed - arrears, 0), now, coalesce(r.monthly, now * %(recovered)s / 100)) END AS share,
        greatest(sum(now) OVER of_person - coalesce(max(r.floor) OVER of_person, 0), 0) AS room
    FROM sums LEFT JOIN recovery r USING (person_id, benefit) WINDOW of_person AS (PARTITION BY person_id)
), bounded AS (
    SELECT person_id, benefit, arrears + least(sum(share) OVER upto, room) - least(sum(share) OVER upto - share, room)
        AS most
    FROM wanted WINDOW upto AS (PARTITION BY person_id ORDER BY benefit)
), running AS (
    SELECT d.*, least(coalesce(sum(-amount) FILTER (WHERE amount < 0) OVER upto, 0), most)
        - least(coalesce(sum(-amount) FILTER (WHERE amount < 0) OVER before, 0), most) AS kept
    FROM due d JOIN bounded USING (person_id, benefit)
    WINDOW upto AS (PARTITION BY person_id, benefit ORDER BY month),
        before AS (PARTITION BY person_id, benefit ORDER BY month ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), lines AS (
    SELECT person_id, benefit, month, (CASE WHEN amount > 0 THEN amount ELSE -kept END)::bigint AS amount
    FROM running WHERE amount > 0 OR kept > 0
)
""".replace("{whole}", WHOLE).replace(
    "{in_force}",
    "s.ended_on IS NULL AND (s.objected_on IS NULL OR s.upheld) AND s.starts_on <= %(month)s",
)


@dataclass(frozen=True)
class Item:
    """A benefit in a batch beside the last one; fen.  more, less: what was added and taken off; causes: why."""

    benefit: str
    payees: int
    amount: int
    before_payees: int
    before: int
    arrears: int
    recovered: int
    new: int
    stopped: int
    changed: int
    causes: str  # each with how many


@dataclass(frozen=True)
class Returned:
    """A batch after the bank's answer; fen."""

    paid: int
    paid_total: int
    returned: int
    returned_total: int


def add_account(act: Act, person_id: int, bank: str, number: str, name: str, holder_id: int | None = None) -> Account:
    """Files a payee's account; what was in use before is closed.  It is used once another has verified it.

    holder_id: whose account it is, if not the person's.  Raises Refused unless the record names him guardian or payee,
    or for one who died, as family.
    """
    with refusing():
        close_account(act, person_id, "更换")
        return Account.objects.create(
            person_id=person_id, holder_id=holder_id, bank=bank, account=number, name=name, act_id=act.id
        )


def close_account(act: Act, person_id: int, why: str) -> int:
    """Nothing more is paid into the account in use; gives whether there was one."""
    return Account.objects.filter(person_id=person_id, closed_at=None).update(closed_at=act.at, why_closed=why)


def verify_account(act: Act, account_id: int) -> None:
    """核验.  Raises Refused for who filed it."""
    with refusing():
        Account.objects.filter(pk=account_id).update(verified_by=act.actor_id)


def add_accounts(act: Act, rows: pa.Table) -> int:
    """Files accounts of many payees: person_id, bank, account, name.  Who has one in use keeps it; gives how many."""
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_account (person_id, bank, account, name, act_id) SELECT p, b, a, n, %s "
            "FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) u (p, b, a, n) "
            "ON CONFLICT (person_id) WHERE closed_at IS NULL DO NOTHING",
            [act.id, *(rows[name].to_pylist() for name in ("person_id", "bank", "account", "name"))],
        )
        return int(cursor.rowcount)


def verify_accounts(act: Act) -> int:
    """核验 of all that are filed and not verified, as the banks have confirmed them; gives how many."""
    with refusing():
        return Account.objects.filter(verified_by=None, closed_at=None).update(verified_by=act.actor_id)


def prepare(actor_id: int, month: date, day: date, progress: Progress | None = None, size: int = PERSONS) -> int:
    """Builds the batch of a month, or what is left of one that was interrupted; gives its number.

    Each part is one act.  Raises Refused while another batch is open.
    """
    with acting(actor_id, PREPARE), connection.cursor() as cursor:
        batch = Batch.objects.filter(state=Batch.State.BUILDING, month=month).first()
        if batch is None:
            cursor.execute("SELECT coalesce(max(id), 0) FROM people_person")
            last = cursor.fetchone()[0]
            with refusing():
                batch = Batch.objects.create(month=month, day=day, last_person=last, act_id=0)
        last = batch.last_person
        cursor.execute("SELECT coalesce(max(through), 0) FROM cases_batchpart WHERE batch_id = %s", [batch.pk])
        after = cursor.fetchone()[0]
    while after < last:
        through = min(after + size, last)
        with acting(actor_id, PREPARE) as act:
            _part(act, batch, after, through)
        after = through
        if progress:
            progress(after, last)
    with acting(actor_id, PREPARE), refusing():
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.PREPARED)
    return int(batch.pk)


def _part(act: Act, batch: Batch, after: int, through: int) -> None:
    of: dict[str, Any] = {"after": after, "through": through, "month": batch.month, "batch": batch.pk, "act": act.id}
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            'CREATE TEMP TABLE IF NOT EXISTS cases_due (person_id bigint, benefit text COLLATE "C", '
            "month date, amount bigint) ON COMMIT DELETE ROWS"
        )
        cursor.execute(_DUE + "INSERT INTO cases_due SELECT * FROM lines", of | {"recovered": RECOVERED, "known": None})
        cursor.execute(
            "INSERT INTO cases_payment (batch_id, person_id, account_id, amount, act_id) "
            "SELECT %(batch)s, d.person_id, a.id, sum(d.amount), %(act)s FROM cases_due d "
            "JOIN cases_account a ON a.person_id = d.person_id AND a.closed_at IS NULL AND a.verified_by IS NOT NULL "
            "GROUP BY d.person_id, a.id HAVING sum(d.amount) > 0",
            of,
        )
        cursor.execute(
            "INSERT INTO cases_line (payment_id, person_id, benefit, month, amount) "
            "SELECT p.id, d.person_id, d.benefit, d.month, d.amount FROM cases_due d "
            "JOIN cases_payment p ON p.batch_id = %(batch)s AND p.person_id = d.person_id",
            of,
        )
        cursor.execute(
            "INSERT INTO cases_batchpart (batch_id, after, through, payments, total, act_id) "
            "SELECT %(batch)s, %(after)s, %(through)s, count(*), coalesce(sum(amount), 0), %(act)s "
            "FROM cases_payment WHERE batch_id = %(batch)s AND person_id > %(after)s AND person_id <= %(through)s",
            of,
        )


def preview(act: Act, batch_id: int) -> list[Item]:
    """The batch by benefit beside the last one that was closed, with why it changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH before AS (SELECT max(b.id) AS id FROM cases_batch b WHERE b.state = 4 AND b.id < %(batch)s), "
            "sums AS (SELECT l.person_id, l.benefit, "
            "coalesce(sum(l.amount) FILTER (WHERE p.batch_id = %(batch)s), 0) AS now, "
            "coalesce(sum(l.amount) FILTER (WHERE p.batch_id = %(batch)s AND l.month < b.month AND l.amount > 0), 0) "
            "AS arrears, "
            "coalesce(-sum(l.amount) FILTER (WHERE p.batch_id = %(batch)s AND l.amount < 0), 0) AS recovered, "
            "coalesce(sum(l.amount) FILTER (WHERE p.batch_id = before.id), 0) AS was "
            "FROM cases_line l JOIN cases_payment p ON p.id = l.payment_id CROSS JOIN before "
            "JOIN cases_batch b ON b.id = %(batch)s WHERE p.batch_id IN (%(batch)s, before.id) GROUP BY 1, 2), "
            "why AS (SELECT s.benefit, c.cause, count(*) AS many FROM sums s JOIN LATERAL (SELECT c.cause FROM "
            "cases_claim c WHERE c.person_id = s.person_id AND c.benefit = s.benefit AND c.state = 5 "
            "ORDER BY c.id DESC LIMIT 1) c ON true WHERE s.now <> s.was GROUP BY 1, 2) "
            "SELECT benefit, count(*) FILTER (WHERE now > 0), sum(now)::bigint, count(*) FILTER (WHERE was > 0), "
            "sum(was)::bigint, sum(arrears)::bigint, sum(recovered)::bigint, count(*) FILTER (WHERE was = 0), "
            "count(*) FILTER (WHERE now = 0), count(*) FILTER (WHERE now <> 0 AND was <> 0 AND now <> was), "
            "(SELECT coalesce(string_agg(cause || ' ' || many, '; ' ORDER BY many DESC), '') FROM why w "
            "WHERE w.benefit = s.benefit) "
            "FROM sums s GROUP BY benefit ORDER BY benefit",
            {"batch": batch_id},
        )
        rows: list[Any] = cursor.fetchall()
    return [Item(*row) for row in rows]


def unpaid(act: Act, batch_id: int) -> int:
    """How many persons with something due for the batch's month have no verified account."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT a.person_id) FROM cases_award a JOIN cases_batch b ON b.id = %s "
            "WHERE upper_inf(a.recorded) AND a.valid @> b.month AND NOT EXISTS (SELECT FROM cases_account c "
            "WHERE c.person_id = a.person_id AND c.closed_at IS NULL AND c.verified_by IS NOT NULL)",
            [batch_id],
        )
        return int(cursor.fetchone()[0])


def release(act: Act, batch_id: int) -> None:
    """放行: by another than who prepared it; the money is booked out.  Raises Refused."""
    with refusing():
        Batch.objects.filter(pk=batch_id).update(state=Batch.State.RELEASED)
    _book(act, batch_id, f"payments:{batch_id}", f"PAY-{batch_id}", 1, "p.code IS NULL")


def orders(act: Act, batch_id: int) -> pa.Table:
    """What the bank is told to pay, of ORDERS with the payee's bank; in the order of the persons."""
    batches: list[pa.RecordBatch] = []
    last, serial = 0, 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT p.id, a.account, a.name, p.amount, b.month, a.bank FROM cases_payment p "
                "JOIN cases_account a ON a.id = p.account_id JOIN cases_batch b ON b.id = p.batch_id "
                "WHERE p.batch_id = %s AND p.id > %s ORDER BY p.id LIMIT %s",
                [batch_id, last, PERSONS],
            )
            rows = cursor.fetchall()
            if not rows:
                return pa.Table.from_batches(batches, _ORDERS)
            numbers, accounts, names, amounts, months, banks = zip(*rows, strict=True)
            columns = (
                range(serial + 1, serial + len(rows) + 1),
                [f"P{number}" for number in numbers],
                accounts,
                names,
                amounts,
                [f"{month:%Y-%m}待遇" for month in months],
                banks,
            )
            arrays = [pa.array(list(values), field.type) for values, field in zip(columns, _ORDERS, strict=True)]
            batches.append(pa.RecordBatch.from_arrays(arrays, schema=_ORDERS))
            last, serial = numbers[-1], serial + len(rows)


def write_files(act: Act, batch_id: int, folder: Path, payer: Payer) -> tuple[Path, Path]:
    """The batch as pain.001 and as a delimited file with control totals.  Raises Refused unless it is released."""
    batch = Batch.objects.get(pk=batch_id)
    if batch.state != Batch.State.RELEASED:
        raise Refused("批次未放行或已结，不能导出", "the batch is not released, or over; it cannot be written")
    table = orders(act, batch_id)
    xml, text = folder / f"PAY-{batch_id}.xml", folder / f"PAY-{batch_id}.txt"
    write_payments(xml, f"PAY-{batch_id}", act.at, payer, batch.day, table.select(PAYMENTS.names))
    total = write_payouts(text, f"PAY-{batch_id}", batch.day, table.select(ORDERS.names))
    if total != batch.total:
        raise Refused("文件合计与批次不符", "the file's total is not that of the batch")
    return xml, text


def take_return(act: Act, batch_id: int, source: bytes | Path, name: str = "") -> Returned:
    """回盘: what became of each payment; closes the batch.  What came back is owed again, its account is closed.

    Raises Refused with the first fault of a file that is not sound or does not answer every payment once.
    """
    if not Batch.objects.filter(pk=batch_id, state=Batch.State.RELEASED).exists():
        raise Refused("批次未放行或已结，不能回盘", "the batch is not released, or over")
    table = orders(act, batch_id)
    answer = read_payout_return(source, table.select(ORDERS.names), f"PAY-{batch_id}", name)
    if not answer.usable:
        first = answer.problems[0]
        raise Refused(f"{first.place}：{first.zh}", f"{first.place}: {first.en}")
    ids = [int(order[1:]) for order in answer.table["order"].to_pylist()]
    codes = answer.table["result"].to_pylist()
    with refusing(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_payment p SET code = r.code, result_act_id = %s "
            "FROM unnest(%s::bigint[], %s::smallint[]) r (id, code) WHERE p.id = r.id AND p.batch_id = %s",
            [act.id, ids, codes, batch_id],
        )
        told = {int(code): code.zh for code in Result}
        for code in sorted(set(codes) - {int(Result.PAID)}):
            cursor.execute(
                "UPDATE cases_account a SET closed_at = %s, why_closed = %s FROM cases_payment p "
                "WHERE p.account_id = a.id AND p.batch_id = %s AND p.code = %s AND a.closed_at IS NULL",
                [act.at, told[code], batch_id, code],
            )
        Batch.objects.filter(pk=batch_id).update(state=Batch.State.CLOSED)
        measures.end_recovered(act, batch_id)
        _book(act, batch_id, f"returned:{batch_id}", f"RET-{batch_id}", -1, "p.code <> 0")
        cursor.execute(
            "SELECT count(*) FILTER (WHERE code = 0), coalesce(sum(amount) FILTER (WHERE code = 0), 0)::bigint, "
            "count(*) FILTER (WHERE code <> 0), coalesce(sum(amount) FILTER (WHERE code <> 0), 0)::bigint "
            "FROM cases_payment WHERE batch_id = %s",
            [batch_id],
        )
        return Returned(*cursor.fetchone())


def repay(act: Act, person_id: int, benefit: str, amount: int, day: date, reference: str) -> int:
    """退款: money that came back settles what was paid too much, the oldest month first; gives what is left, fen.

    Booked as expenditure taken back.  Raises Refused when more came than is owed, or it is entered already.
    """
    owed = measures.overpaid(act, person_id, benefit)
    left = sum(one.over for one in owed) - amount
    if left < 0 or amount <= 0:
        raise Refused(
            f"退款超过应退金额，多出{yuan(-left)}元，请核对",
            f"the repayment is {yuan(-left)} yuan more than is owed; look into it",
        )
    with refusing():
        for one in owed:
            taken = min(one.over, amount)
            if taken:
                Repayment.objects.create(
                    person_id=person_id,
                    benefit=benefit,
                    month=one.month,
                    amount=taken,
                    day=day,
                    reference=reference,
                    act_id=act.id,
                )
            amount -= taken
        total = sum(one.over for one in owed) - left
        _post(act, f"repaid:{reference}", reference, day, {fund_of(benefit): -total})
    return left


def sides(act: Act, batch_id: int) -> list[Side]:
    """What the cases say moved at the bank: the batch, and what came back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT -sum(amount)::bigint, coalesce(sum(amount) FILTER (WHERE code <> 0), 0)::bigint FROM cases_payment "
            "WHERE batch_id = %s",
            [batch_id],
        )
        out, back = cursor.fetchone()
    return [Side(f"PAY-{batch_id}", out), *([Side(f"RET-{batch_id}", back)] if back else [])]


def fund_of(benefit: str) -> tuple[int, int]:
    """(fund, account of expenditure) from which a benefit is paid, by its folder in the law."""
    folder = the_law().variables[benefit].rule.function.__module__.split(".")
    return BRANCHES.get(folder[3] if folder[2] == "insurance" else "", (PUBLIC_FUNDS, OTHER))


def _book(act: Act, batch_id: int, key: str, reference: str, sign: int, which: str) -> None:
    """One transaction: expenditure of each fund against its expenditure account at the bank."""
    batch = Batch.objects.get(pk=batch_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.benefit, sum(l.amount)::bigint FROM cases_line l JOIN cases_payment p ON p.id = l.payment_id "
            f"WHERE p.batch_id = %s AND {which} GROUP BY 1 HAVING sum(l.amount) <> 0",
            [batch_id],
        )
        found = cursor.fetchall()
    sums: dict[tuple[int, int], int] = {}
    for benefit, amount in found:
        of = fund_of(benefit)
        sums[of] = sums.get(of, 0) + amount
    if sums:
        signed = {of: sign * amount for of, amount in sums.items()}
        _post(act, key, reference, batch.day, signed)


def _post(act: Act, key: str, reference: str, day: date, sums: dict[tuple[int, int], int]) -> None:
    """Spends so much of each (fund, account of expenditure) from its account at the bank; below zero, takes it back."""
    if any(fund == PUBLIC_FUNDS for fund, _ in sums) and not Fund.objects.filter(code=PUBLIC_FUNDS).exists():
        ledger.add_fund(act, PUBLIC_FUNDS, PUBLIC_FUNDS, "财政资金", "11")
    legs: list[Leg] = []
    for (fund, chart), amount in sorted(sums.items()):
        spent, bank = ledger.accounts(act, [AccountKey(chart, int(fund)), AccountKey(EXPENDITURE_BANK, int(fund))])
        legs += [Leg(spent, int(fund), amount), Leg(bank, int(fund), -amount)]
    ledger.post(act, [Transaction(key, Kind.BENEFIT, day, legs, reference=reference, across=len(sums) > 1)])
