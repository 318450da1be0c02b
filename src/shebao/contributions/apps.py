"""The Django app `contributions`."""

from __future__ import annotations

from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    """Contributions."""

    name = "shebao.contributions"
    label = "contributions"
