"""The Django app `cases`."""

from __future__ import annotations

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """待遇: claim, decision, approval, award, payment."""

    name = "shebao.cases"
    label = "cases"

    def ready(self) -> None:
        """Tells the assessment where the awards are."""
        from shebao.cases import facts

        facts.tell()
