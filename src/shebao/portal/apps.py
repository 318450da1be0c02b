"""The Django app `portal`."""

from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """页面: everybody's pages, and the API."""

    name = "shebao.portal"
    label = "portal"
