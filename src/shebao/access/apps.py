"""The Django app `access`."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """权限: who acts, where, for what; who read whom."""

    name = "shebao.access"
    label = "access"
