"""The site as a server: WSGI by gunicorn, files by whitenoise.  Some processes, some threads in each."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from shebao.portal import lawbook

THREADS = 8


class _Site(BaseApplication):  # type: ignore[misc]
    """gunicorn without a command line of its own."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Takes the options."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Loaded once, before the processes part: they share the compiled law."""
        return application()


def serve(host: str, port: int, workers: int) -> None:
    """Serves until it is stopped.  The database is chosen before (shebao.database.connection.use)."""
    options = {
        "bind": f"{host}:{port}",
        "workers": workers,
        "threads": THREADS,
        "preload_app": True,
        "loglevel": "warning",
        "limit_request_line": 4094,
        "timeout": 120,
    }
    subprocess.Popen([sys.executable, "-m", lawbook.__name__])
    _Site(options).run()


def application() -> Any:
    """The site as a WSGI application, with the law loaded; no connection is shared between processes."""
    from shebao.assessment.services import benefits, plan

    found = get_wsgi_application()
    plan(benefits())
    connections.close_all()
    return found
