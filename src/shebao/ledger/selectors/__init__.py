"""The reads of the ledger.

balances    what stands on accounts
statements  trial balance, fund statements
personal    an owner's account line by line
comparison  cases, ledger and bank
"""

from shebao.ledger.selectors.balances import Standing, balances, standing
from shebao.ledger.selectors.comparison import Comparison, Difference, Found, Side, compare, ledger_side, three_way
from shebao.ledger.selectors.personal import Entry, PersonalStatement, personal_statement
from shebao.ledger.selectors.statements import FundStatement, Line, Row, TrialBalance, fund_statement, trial_balance

__all__ = [
    "Comparison",
    "Difference",
    "Entry",
    "Found",
    "FundStatement",
    "Line",
    "PersonalStatement",
    "Row",
    "Side",
    "Standing",
    "TrialBalance",
    "balances",
    "compare",
    "fund_statement",
    "ledger_side",
    "personal_statement",
    "standing",
    "three_way",
    "trial_balance",
]
