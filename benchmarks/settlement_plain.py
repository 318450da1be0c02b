"""The settlement service with a transaction for each message, to measure beside: "settlement_plain:application"."""

from __future__ import annotations

from typing import Any

from shebao.database import connection
from shebao.medical import serve


def application() -> Any:
    """Eight lanes that each take one message."""
    connection.setup()
    from shebao.medical.services.lanes import Lanes

    made = Lanes.__init__
    Lanes.__init__ = lambda self, service, told, lanes=8, limit=1: made(self, service, told, 8, 1)  # type: ignore[method-assign]
    return serve.application()
