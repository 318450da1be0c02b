"""What the ledger is told of contributions; the room's only way to it.

Money arrives on the clearing fund (征缴过渡户), and stays there as 暂收款 until a bill is paid in full: then it goes to
the insurances' funds as income, the accounts' part to the fund's personal part, and from there to the persons.

    receipt     clearing: 收入户存款 to 暂收款
    settlement  clearing: 暂收款 to 收入户存款; each fund: 收入户存款 to 保险费收入 (统筹 and 个人账户);
                of a subsidy 财政专户存款 to 财政补贴收入
    credit      each fund: the fund's own personal part to the persons' accounts
    late fee    clearing: 暂收款 to 收入户存款; each fund: 收入户存款 to 其他收入, in proportion to the bill's lines
    refund      clearing: 暂收款 to 收入户存款
    interest    as a credit
    opening     each fund: 财政专户存款 to the persons' accounts
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from django.db import connection as django_connection

from shebao.access.acting import Act
from shebao.database.connection import psycopg_connection
from shebao.database.extraction import selected
from shebao.law.insurance.contributions.facts import Insurance
from shebao.ledger import services as ledger
from shebao.ledger.models import Kind, Part
from shebao.rules.kernel import Ints

CLEARING = 8  # fund of money that is not yet any insurance's
CITY = "11"
INCOME_BANK, FISCAL_BANK, SUSPENSE = 103, 104, 201
SUBSIDY_INCOME, OTHER_INCOME = 412, 414
INCOME = {
    Insurance.PENSION: 401,
    Insurance.MEDICAL: 402,
    Insurance.UNEMPLOYMENT: 403,
    Insurance.INJURY: 404,
    Insurance.MATERNITY: 405,
    Insurance.RESIDENT_PENSION: 401,
    Insurance.RESIDENT_MEDICAL: 402,
}
ACCOUNT = {Insurance.PENSION: 301, Insurance.MEDICAL: 303, Insurance.RESIDENT_PENSION: 301}  # personal accounts
MOST_LEGS = 10_000  # persons credited by one transaction

Smallints = npt.NDArray[np.int16]


@dataclass
class Legs:
    """Legs of several transactions, in pieces of columns.  place: index into `places`; owner: a person, 0 for none."""

    places: list[str]
    header: list[Ints] = field(default_factory=list)
    chart: list[Ints] = field(default_factory=list)
    fund: list[Ints] = field(default_factory=list)
    part: list[Ints] = field(default_factory=list)
    place: list[Ints] = field(default_factory=list)
    owner: list[Ints] = field(default_factory=list)
    amount: list[Ints] = field(default_factory=list)

    def add(
        self,
        header: Ints,
        chart: Ints | int,
        fund: Ints | int,
        part: Part,
        place: Ints | int,
        amount: Ints,
        owner: Ints | int = 0,
    ) -> None:
        """Legs of one sort; those of 0 fen are none."""
        kept = amount != 0
        for column, given in (
            (self.header, header),
            (self.chart, chart),
            (self.fund, fund),
            (self.part, int(part)),
            (self.place, place),
            (self.owner, owner),
            (self.amount, amount),
        ):
            column.append(np.broadcast_to(np.asarray(given, np.int64), amount.shape)[kept])

    def post(
        self, act: Act, keys: Sequence[str], kind: Kind, days: pa.Array, references: Sequence[str], across: bool
    ) -> ledger.Counts:
        """Posts the transactions that have legs."""
        header, chart, fund, part, place, owner, amount = (
            np.concatenate([*column, np.empty(0, np.int64)])
            for column in (self.header, self.chart, self.fund, self.part, self.place, self.owner, self.amount)
        )
        order = np.argsort(header, kind="stable")
        used, header = np.unique(header[order], return_inverse=True)
        chosen = pa.array(used)
        headers = pa.table(
            {
                "key": pa.array(keys, pa.string()).take(chosen),
                "kind": np.full(len(used), kind, np.int16),
                "day": days.take(chosen),
                "reference": pa.array(references, pa.string()).take(chosen),
                "across": np.full(len(used), across),
            }
        )
        accounts = self._accounts(act, chart, fund, part, place, owner)
        legs = pa.table(
            {
                "header": header.astype(np.int64),
                "account": accounts[order],
                "fund": fund[order].astype(np.int16),
                "amount": amount[order],
            }
        )
        return ledger.post_columns(act, headers, legs)

    def _accounts(self, act: Act, chart: Ints, fund: Ints, part: Ints, place: Ints, owner: Ints) -> Ints:
        """The account of each leg; each is asked for once."""
        keys, back = np.unique(
            np.stack([chart, fund, part, np.where(owner > 0, 0, place), owner]), axis=1, return_inverse=True
        )
        first = np.empty(keys.shape[1], np.int64)
        first[back[::-1]] = np.arange(len(back))[::-1]  # an owner's account is made in the place of its first leg
        found: Ints = ledger.account_columns(
            act,
            pa.table(
                {
                    "chart": keys[0].astype(np.int16),
                    "fund": keys[1].astype(np.int16),
                    "part": keys[2].astype(np.int16),
                    "place": [self.places[k] for k in place[first].tolist()],
                    "owner": pa.array([f"person:{k}" if k else None for k in keys[4].tolist()], pa.string()),
                }
            ),
        )
        return found[back.reshape(-1)]


def _of(table: dict[Insurance, int], insurance: Ints) -> Ints:
    """The chart code of each insurance; 0 where it has none."""
    codes = np.zeros(max(map(int, Insurance)) + 1, np.int64)
    for which, code in table.items():
        codes[int(which)] = code
    found: Ints = codes[insurance]
    return found


def _days(day: date, count: int) -> pa.Array:
    return pa.array([day] * count, pa.date32())


def received(act: Act, receipts: pa.Table) -> None:
    """Money on our account.  Columns id, reference, amount, day."""
    amount = np.asarray(receipts.column("amount")).astype(np.int64)
    header = np.arange(len(amount))
    legs = Legs([CITY])
    legs.add(header, INCOME_BANK, CLEARING, Part.POOL, 0, amount)
    legs.add(header, SUSPENSE, CLEARING, Part.POOL, 0, -amount)
    references = receipts.column("reference").to_pylist()
    days = receipts.column("day").combine_chunks() if isinstance(receipts, pa.Table) else receipts.column("day")
    legs.post(act, [f"receipt:{text}" for text in references], Kind.RECEIPT, days, references, across=False)


@dataclass(frozen=True)
class Lines:
    """Lines of bills.  bill: index into numbers; place: index into places; amounts in fen."""

    numbers: list[str]  # 缴费单号 of each bill
    places: list[str]  # districts
    district: Ints  # of each bill
    bill: Ints
    place: Ints
    insurance: Ints
    paid: Ints  # employer and own part
    subsidy: Ints
    account: Ints


def lines_of(ids: Ints) -> Lines:
    """The lines of bills, in the order of ids."""
    with django_connection.cursor() as cursor:
        cursor.execute(
            "SELECT b.number, left(coalesce(o.place, p.place), 6) FROM unnest(%s::bigint[]) WITH ORDINALITY u (id, no) "
            "JOIN contributions_bill b USING (id) LEFT JOIN people_organisation o ON o.id = b.organisation_id "
            "LEFT JOIN people_person p ON p.id = b.person_id ORDER BY u.no",
            [ids.tolist()],
        )
        bills = cursor.fetchall()
    places = sorted({place for _, place in bills})
    index = {place: k for k, place in enumerate(places)}
    district = np.asarray([index[place] for _, place in bills], np.int64)
    rows = selected(
        psycopg_connection(),
        {
            "bill": "u.no - 1",
            "insurance": "l.insurance",
            "paid": "l.employer + l.own",
            "subsidy": "l.subsidy",
            "account": "l.account",
        },
        "FROM unnest(%s::bigint[]) WITH ORDINALITY u (id, no) JOIN contributions_bill_line l ON l.bill_id = u.id "
        "ORDER BY u.no, l.insurance",
        [ids.tolist()],
    )
    return Lines(
        [number for number, _ in bills],
        places,
        district,
        rows["bill"],
        district[rows["bill"]],
        rows["insurance"],
        rows["paid"],
        rows["subsidy"],
        rows["account"],
    )


def settled(act: Act, lines: Lines, day: date) -> None:
    """The money of bills that are paid in full goes to the funds; of a negative bill, back from them."""
    places = [*lines.places, CITY]
    total = np.zeros(len(lines.numbers), np.int64)
    np.add.at(total, lines.bill, lines.paid)
    legs = Legs(places)
    header = np.arange(len(total))
    legs.add(header, SUSPENSE, CLEARING, Part.POOL, len(places) - 1, total)
    legs.add(header, INCOME_BANK, CLEARING, Part.POOL, len(places) - 1, -total)
    income = _of(INCOME, lines.insurance)
    legs.add(lines.bill, INCOME_BANK, lines.insurance, Part.POOL, lines.place, lines.paid)
    legs.add(lines.bill, income, lines.insurance, Part.POOL, lines.place, lines.account - lines.paid)
    legs.add(lines.bill, income, lines.insurance, Part.PERSONAL, lines.place, -lines.account)
    legs.add(lines.bill, FISCAL_BANK, lines.insurance, Part.POOL, lines.place, lines.subsidy)
    legs.add(lines.bill, SUBSIDY_INCOME, lines.insurance, Part.POOL, lines.place, -lines.subsidy)
    keys = [f"bill:{number}" for number in lines.numbers]
    legs.post(act, keys, Kind.CONTRIBUTION, _days(day, len(keys)), lines.numbers, across=True)


def credited(act: Act, lines: Lines, bill: Ints, insurance: Ints, person: Ints, amount: Ints, day: date) -> None:
    """Persons' accounts get their part: rows of (bill of `lines`, insurance, person), bills ascending.

    A bill of very many persons makes several transactions.
    """
    if not len(bill):
        return
    start = np.searchsorted(bill, bill)
    piece = (np.arange(len(bill)) - start) // MOST_LEGS
    pairs, header = np.unique(np.stack([bill, piece]), axis=1, return_inverse=True)
    header = header.reshape(-1)
    place = lines.district[bill]
    own = _of(ACCOUNT, insurance)
    legs = Legs(lines.places)
    legs.add(header, own, insurance, Part.PERSONAL, place, -amount, person)
    # the other side, one leg for each transaction, insurance and place
    keys, back = np.unique(np.stack([header, insurance, place]), axis=1, return_inverse=True)
    sums = np.zeros(keys.shape[1], np.int64)
    np.add.at(sums, back.reshape(-1), amount)
    legs.add(keys[0], _of(ACCOUNT, keys[1]), keys[1], Part.PERSONAL, keys[2], sums)
    named = [f"credit:{lines.numbers[b]}:{k}" for b, k in zip(*pairs.tolist(), strict=True)]
    references = [lines.numbers[b] for b in pairs[0].tolist()]
    legs.post(act, named, Kind.CONTRIBUTION, _days(day, len(named)), references, across=True)


def late_fees(act: Act, payments: pa.Table) -> None:
    """Late fees that were paid become the funds' other income, by the bill's lines.

    payments: columns id, bill_id, amount, day, each bill once.  Fen that the division leaves go to the largest line.
    """
    lines = lines_of(np.asarray(payments.column("bill_id")))
    amount = np.asarray(payments.column("amount")).astype(np.int64)
    weight = np.zeros(len(amount), np.int64)
    np.add.at(weight, lines.bill, lines.paid)
    shares = zip(amount[lines.bill].tolist(), lines.paid.tolist(), weight[lines.bill].tolist(), strict=True)
    # Python's integers: the product of two large amounts is more than int64 holds
    share = np.asarray([fee * paid // bill for fee, paid, bill in shares], np.int64)
    given = np.zeros(len(amount), np.int64)
    np.add.at(given, lines.bill, share)
    largest = np.lexsort((-lines.insurance, lines.paid, lines.bill))
    last = largest[np.searchsorted(lines.bill[largest], np.arange(len(amount)), side="right") - 1]
    share[last] += amount - given
    places = [*lines.places, CITY]
    legs = Legs(places)
    header = np.arange(len(amount))
    legs.add(header, SUSPENSE, CLEARING, Part.POOL, len(places) - 1, amount)
    legs.add(header, INCOME_BANK, CLEARING, Part.POOL, len(places) - 1, -amount)
    legs.add(lines.bill, INCOME_BANK, lines.insurance, Part.POOL, lines.place, share)
    legs.add(lines.bill, OTHER_INCOME, lines.insurance, Part.POOL, lines.place, -share)
    keys = [f"late-fee:{k}" for k in payments.column("id").to_pylist()]
    days = payments.column("day").combine_chunks()
    legs.post(act, keys, Kind.CONTRIBUTION, days, lines.numbers, across=True)


def interest(act: Act, year: int, insurance: int, person: Ints, amount: Ints, day: date) -> None:
    """A year's interest of personal accounts, or a difference to what was booked of it; key by act.

    The fund's own personal part gives what the accounts get, kept in the city's place.
    """
    codes = np.full(len(person), insurance, np.int64)
    header = np.arange(len(person)) // MOST_LEGS
    own = _of(ACCOUNT, codes)
    legs = Legs([CITY])
    legs.add(header, own, codes, Part.PERSONAL, 0, -amount, person)
    sums = np.add.reduceat(amount, np.arange(0, len(person), MOST_LEGS))
    legs.add(np.arange(len(sums)), own[: len(sums)], codes[: len(sums)], Part.PERSONAL, 0, sums)
    keys = [f"interest:{year}:{insurance}:{act.id}:{person[k * MOST_LEGS]}" for k in range(len(sums))]
    legs.post(act, keys, Kind.INTEREST, _days(day, len(keys)), [f"{year}"] * len(keys), across=False)


def opened(act: Act, rows: pa.Table, day: date, key: str) -> None:
    """Balances of personal accounts as another system left them; what covers them is on the fiscal account.

    rows: person_id, insurance, balance, place.
    """
    person, insurance, amount = (
        np.asarray(rows.column(name)).astype(np.int64) for name in ("person_id", "insurance", "balance")
    )
    coded = rows.column("place").combine_chunks().dictionary_encode()
    places: list[str] = coded.dictionary.to_pylist()
    place = np.asarray(coded.indices).astype(np.int64)
    header = np.arange(len(person)) // MOST_LEGS
    legs = Legs(places)
    legs.add(header, _of(ACCOUNT, insurance), insurance, Part.PERSONAL, place, -amount, person)
    keys, back = np.unique(np.stack([header, insurance, place]), axis=1, return_inverse=True)
    sums = np.zeros(keys.shape[1], np.int64)
    np.add.at(sums, back.reshape(-1), amount)
    legs.add(keys[0], FISCAL_BANK, keys[1], Part.PERSONAL, keys[2], sums)
    named = [f"opening:{key}:{k}" for k in range(int(header[-1]) + 1)]
    legs.post(act, named, Kind.OPENING, _days(day, len(named)), [key] * len(named), across=True)


def refunded(act: Act, refund_id: int, amount: int, day: date, reference: str) -> None:
    """Money goes back to who paid it."""
    legs = Legs([CITY])
    one = np.asarray([amount])
    legs.add(np.zeros(1, np.int64), SUSPENSE, CLEARING, Part.POOL, 0, one)
    legs.add(np.zeros(1, np.int64), INCOME_BANK, CLEARING, Part.POOL, 0, -one)
    legs.post(act, [f"refund:{refund_id}"], Kind.REFUND, _days(day, 1), [reference], across=False)
