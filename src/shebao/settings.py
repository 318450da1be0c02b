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
    "shebao.medical",
    "shebao.takeover",
    "shebao.supervision",
    "shebao.portal",
    "django_htmx",
    "django.contrib.staticfiles",
]
ROOT_URLCONF = "shebao.portal.urls"
MIDDLEWARE = [
    "shebao.portal.middleware.told",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shebao.portal.middleware.signed_in",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": ["django.template.context_processors.request", "shebao.portal.middleware.page"],
            "builtins": ["shebao.portal.templatetags.portal"],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
CSRF_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 << 20
CSRF_COOKIE_SAMESITE = "Lax"
# Behind a proxy that speaks TLS: SHEBAO_HTTPS=1, and the host names that it is asked for.
CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = os.environ.get("SHEBAO_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CSRF_COOKIE_SECURE else None
ALLOWED_HOSTS += [name for name in os.environ.get("SHEBAO_HOSTS", "").split(",") if name]
SHEBAO_TODAY = None  # the fixed day of a sample city: shebao serve --today
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "shebao",
        "TIME_ZONE": TIME_ZONE,  # the database's day, which ends tokens and grants, is the city's
        "CONN_MAX_AGE": None,  # a thread keeps its connection: a page is many small queries
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
