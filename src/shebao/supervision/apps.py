"""The Django app `supervision`."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """监督: figures and targets."""

    name = "shebao.supervision"
    label = "supervision"
