"""Django's settings.  The database is chosen when the program starts: shebao.database.connection.use."""

from __future__ import annotations

import os
import secrets

# Signs sessions and tokens.  Without one in the environment every start makes its own, so nothing outlives a restart.
SECRET_KEY = os.environ.get("SHEBAO_SECRET_KEY") or secrets.token_urlsafe(48)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    "shebao.database",
    "shebao.access",
    "shebao.people",
    "shebao.ledger",
    "shebao.contributions",
    "shebao.assessment",
    "shebao.cases",
    "shebao.takeover",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "shebao"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
