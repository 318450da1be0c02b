"""What is stored: registration, declaration, bill, money received, histories and personal accounts."""

from __future__ import annotations

from shebao.contributions.models.accounts import Credit, Interest
from shebao.contributions.models.assessing import Bill, BillLine, Item, Problem, Subsidy
from shebao.contributions.models.declaring import Declaration, DeclarationLine, Wage
from shebao.contributions.models.history import History, Opening
from shebao.contributions.models.receiving import BankFile, LateFee, Notice, Payment, Receipt, Refund
from shebao.contributions.models.registration import Choice, Employer, Membership
from shebao.contributions.models.settling import Settled

__all__ = [
    "BankFile",
    "Bill",
    "BillLine",
    "Choice",
    "Credit",
    "Declaration",
    "DeclarationLine",
    "Employer",
    "History",
    "Interest",
    "Item",
    "LateFee",
    "Membership",
    "Notice",
    "Opening",
    "Payment",
    "Problem",
    "Receipt",
    "Refund",
    "Settled",
    "Subsidy",
    "Wage",
]
