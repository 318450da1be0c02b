"""The Django app `assessment`."""

from __future__ import annotations

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """The assessment."""

    name = "shebao.assessment"
    label = "assessment"
