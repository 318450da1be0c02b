"""The verbs of the ledger: every write, within the caller's act.

accounts  the accounts, made when first asked for
postings  transactions: post, reverse; pending ones: settle, void
periods   months of the books: open, close, lock
journal   the statement behind the postings
"""

from shebao.ledger.services.accounts import account_columns, accounts, add_fund, move_owner
from shebao.ledger.services.periods import close_period, lock_period, open_period, reopen_period
from shebao.ledger.services.postings import Counts, burn, post, post_columns, reverse, settle, void

__all__ = [
    "Counts",
    "account_columns",
    "accounts",
    "add_fund",
    "burn",
    "close_period",
    "lock_period",
    "move_owner",
    "open_period",
    "post",
    "post_columns",
    "reopen_period",
    "reverse",
    "settle",
    "void",
]
