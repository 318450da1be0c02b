"""The Django app `medical`."""

from __future__ import annotations

from django.apps import AppConfig


class MedicalConfig(AppConfig):
    """医疗: settlement at the card reader."""

    name = "shebao.medical"
    label = "medical"
