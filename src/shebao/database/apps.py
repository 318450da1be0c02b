"""The Django app that holds the trigger functions every room uses."""

from __future__ import annotations

from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    """Has no tables."""

    name = "shebao.database"
    label = "database"
