"""Double entry: funds, accounts, transactions, their legs, periods."""

from __future__ import annotations

from django.contrib.postgres.functions import TransactionNow
from django.db import models

from shebao.access.models import Act


class ChartCode(models.Model):
    """科目: an account of the chart, from chart.csv."""

    class Kind(models.IntegerChoices):
        """What it is, and on which side it grows."""

        ASSET = 1, "资产"
        LIABILITY = 2, "负债"
        FUND = 3, "基金"
        INCOME = 4, "收入"
        EXPENDITURE = 5, "支出"

    code = models.SmallIntegerField(primary_key=True)
    name = models.TextField()
    name_en = models.TextField()
    kind = models.SmallIntegerField(choices=Kind)
    confidence = models.TextField()
    source = models.TextField()

    class Meta:
        """One row a code."""

        db_table = "ledger_chart"


class Fund(models.Model):
    """基金: what must balance by itself.  One of an insurance in the place that pools it."""

    code = models.SmallIntegerField(primary_key=True)
    insurance = models.SmallIntegerField()
    name = models.TextField()
    place = models.TextField()

    class Meta:
        """An insurance has one fund in a place."""

        constraints = [models.UniqueConstraint(fields=("insurance", "place"), name="ledger_fund_once")]


class Part(models.IntegerChoices):
    """Whose money within a fund."""

    POOL = 1, "统筹"
    PERSONAL = 2, "个人账户"


class Account(models.Model):
    """账户 of a fund.  `owner` is known to the rooms above only; an owner's account has a balance row."""

    chart = models.ForeignKey(ChartCode, models.PROTECT, db_index=False, db_constraint=False)
    fund = models.ForeignKey(Fund, models.PROTECT, db_index=False, db_constraint=False)
    part = models.SmallIntegerField(choices=Part)
    place = models.TextField()  # where it is kept; the only column that changes
    owner = models.TextField(null=True)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, db_constraint=False)

    class Meta:
        """The fund's own accounts are by place; an owner's account is one, wherever it is kept."""

        constraints = [
            models.UniqueConstraint(
                fields=("chart", "fund", "part", "place"),
                condition=models.Q(owner=None),
                name="ledger_account_of_fund",
            ),
            models.UniqueConstraint(
                fields=("owner", "fund", "part", "chart"),
                condition=models.Q(owner__isnull=False),
                name="ledger_account_of_owner",
            ),
            models.CheckConstraint(condition=models.Q(part__in=Part.values), name="ledger_account_part"),
            models.CheckConstraint(condition=~models.Q(owner=""), name="ledger_account_owner"),
        ]


class Balance(models.Model):
    """What stands on an owner's account now; written by the triggers of the legs alone.

    Fen, debit positive.  held: debits of pending transactions.  guarded: a liability or a fund, which must not be
    overdrawn: posted + held <= 0.
    """

    account = models.OneToOneField(Account, models.PROTECT, primary_key=True, db_constraint=False)
    posted = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    guarded = models.BooleanField()


class Kind(models.IntegerChoices):
    """What a transaction is."""

    OPENING = 1, "期初"
    RECEIPT = 2, "收款"
    CONTRIBUTION = 3, "缴费入账"
    INTEREST = 4, "计息"
    SUBSIDY = 5, "财政补贴"
    BENEFIT = 6, "待遇支付"
    REFUND = 7, "退费"
    MOVE = 8, "账户间划拨"
    TRANSFER = 9, "关系转移"
    ADJUSTMENT = 10, "调整"
    BETWEEN_FUNDS = 11, "基金间划转"
    REVERSAL = 12, "冲销"
    VOID = 13, "撤销"


class State(models.IntegerChoices):
    """What a row of the journal is; it never changes, a pending one is settled or voided by another row."""

    POSTED = 1, "已记账"
    PENDING = 2, "待定"
    VOID = 3, "撤销"
    REFUSED = 4, "已拒绝"


class Transaction(models.Model):
    """凭证: what moved, when and why.  Its legs are in Posting, of a pending one in Hold."""

    key = models.TextField()  # made by the client; burned for ever, of a refused one too
    state = models.SmallIntegerField(choices=State, default=State.POSTED)
    kind = models.SmallIntegerField(choices=Kind)
    day = models.DateField()  # of the books
    legs = models.IntegerField()
    across = models.BooleanField(default=False)  # touches several funds, balanced in each
    text = models.TextField(default="")  # of a refused one: why
    reference = models.TextField(default="")  # what it is about: a bill, an award, a line of a bank statement
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    settles = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, db_constraint=False)
    recorded_at = models.DateTimeField(db_default=TransactionNow())

    class Meta:
        """A transaction is reversed once, a pending one settled or voided once."""

        constraints = [
            models.UniqueConstraint(fields=("key",), name="ledger_transaction_key"),
            models.UniqueConstraint(
                fields=["reverses"], condition=models.Q(reverses__isnull=False), name="ledger_reversed_once"
            ),
            models.UniqueConstraint(
                fields=["settles"], condition=models.Q(settles__isnull=False), name="ledger_settled_once"
            ),
            models.CheckConstraint(
                name="ledger_transaction_legs",
                condition=models.Q(state__in=(State.POSTED, State.PENDING), legs__gte=2)
                | models.Q(state__in=(State.VOID, State.REFUSED), legs=0),
            ),
            models.CheckConstraint(
                name="ledger_transaction_of",
                condition=models.Q(reverses=None, settles=None)
                | models.Q(state=State.POSTED, settles=None, kind=Kind.REVERSAL)
                | models.Q(state__in=(State.POSTED, State.VOID), reverses=None),
            ),
            models.CheckConstraint(
                name="ledger_void_settles", condition=~models.Q(state=State.VOID) | models.Q(settles__isnull=False)
            ),
            models.CheckConstraint(
                name="ledger_reversal_reverses",
                condition=~models.Q(kind=Kind.REVERSAL, state=State.POSTED) | models.Q(reverses__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=("day",), condition=models.Q(kind=Kind.OPENING), name="ledger_transaction_opening")
        ]


class Movement(models.Model):
    """One leg of a transaction: fen, debit positive, credit negative."""

    pk = models.CompositePrimaryKey("transaction_id", "no", "day")
    transaction = models.ForeignKey(Transaction, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    amount = models.BigIntegerField()
    day = models.DateField()  # the transaction's
    no = models.IntegerField()  # 1 to the transaction's `legs`
    fund = models.ForeignKey(
        Fund, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )  # the account's

    class Meta:
        """Found by transaction and by account."""

        abstract = True


class Posting(Movement):
    """分录 of a posted transaction; partitioned by the month of the books.

    What a foreign key would say (transaction, account, fund) is said by the table's trigger for all rows of a
    statement at once: neither transactions nor accounts are ever deleted, so it stays true.
    """

    class Meta:
        """Statements of an account are read by day."""

        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_posting_amount")]
        indexes = [models.Index(fields=("account", "day"), name="ledger_posting_account")]


class Hold(Movement):
    """A leg of a pending transaction: counts in no balance, reserves what it would take."""

    class Meta:
        """Few and short-lived."""

        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_hold_amount")]
        indexes = [models.Index(fields=("account",), name="ledger_hold_account")]


class Period(models.Model):
    """A month of the books."""

    class State(models.IntegerChoices):
        """Posting goes into an open one; a closed one may be opened again, a locked one never."""

        OPEN = 1, "开放"
        CLOSED = 2, "已结账"
        LOCKED = 3, "已锁定"

    month = models.DateField(primary_key=True)  # its first day
    state = models.SmallIntegerField(choices=State, default=State.OPEN)
    reason = models.TextField(default="")  # of the last change; asked for when it is opened again
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, db_constraint=False)  # that made the last change

    class Meta:
        """Named by the first day."""

        constraints = [models.CheckConstraint(condition=models.Q(month__day=1), name="ledger_period_month")]


class PeriodEvent(models.Model):
    """What was done to a period, and why; written by the trigger of the period."""

    month = models.DateField()
    state = models.SmallIntegerField(choices=Period.State)
    reason = models.TextField(default="")
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, db_constraint=False)
    recorded_at = models.DateTimeField(db_default=TransactionNow())

    class Meta:
        """The history of the periods."""

        db_table = "ledger_period_event"


class Snapshot(models.Model):
    """What a period closed with.  Made when it is closed; goes when it is opened again.

    One row for each of a fund's own accounts that ever moved, and one, without account, for all owners' accounts of a
    chart code, fund and part together.  Fen: debit, credit are the month's, balance (debit positive) is at its end.
    """

    month = models.ForeignKey(Period, models.PROTECT, db_column="month", db_index=False)
    chart = models.ForeignKey(ChartCode, models.PROTECT, db_index=False)
    fund = models.ForeignKey(Fund, models.PROTECT, db_index=False)
    part = models.SmallIntegerField(choices=Part)
    account = models.ForeignKey(Account, models.PROTECT, null=True, db_index=False)
    debit = models.BigIntegerField()
    credit = models.BigIntegerField()
    balance = models.BigIntegerField()

    class Meta:
        """Once in a month."""

        constraints = [
            models.UniqueConstraint(
                fields=("month", "chart", "fund", "part", "account"),
                nulls_distinct=False,
                name="ledger_snapshot_once",
            )
        ]
