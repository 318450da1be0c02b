"""The Django app `takeover`."""

from __future__ import annotations

from django.apps import AppConfig


class TakeoverConfig(AppConfig):
    """Taking over an existing system."""

    name = "shebao.takeover"
    label = "takeover"
