"""The Django app `ledger`."""

from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Ledger."""

    name = "shebao.ledger"
    label = "ledger"
