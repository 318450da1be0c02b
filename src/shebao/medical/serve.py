"""The gateway as a server: granian, some worker processes, each with its lanes.

A worker is a new process that knows nothing yet, so this module imports no table before the database is chosen.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from shebao.database import connection

# How a worker learns what it serves: the parent puts it into the environment.
DSN, FIXED, LANES = "SHEBAO_MEDICAL_DSN", "SHEBAO_MEDICAL_TODAY", "SHEBAO_MEDICAL_LANES"


def application() -> Any:
    """What a worker serves, as the environment says."""
    connection.setup()
    from shebao.medical.gateway import Application

    fixed = os.environ[FIXED]
    return Application(os.environ[DSN], date.fromisoformat(fixed) if fixed else None, int(os.environ[LANES]))


def serve(dsn: str, host: str, port: int, workers: int = 1, fixed: date | None = None, lanes: int = 1) -> None:
    """Serves messages until it is stopped.  fixed: the day of a sample city that stands still."""
    os.environ[DSN] = dsn
    os.environ[FIXED] = fixed.isoformat() if fixed else ""
    os.environ[LANES] = str(lanes)
    Granian(
        f"{__name__}:application",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=workers,
        factory=True,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()
