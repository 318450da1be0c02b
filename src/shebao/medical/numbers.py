"""Numbers made by the program: of visits, lines and settlements, without asking the database for each."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connection

_EPOCH = 1_577_836_800_000  # 2020-01-01 UTC in milliseconds
WORKERS = 1024
_EACH = 4096  # numbers of a worker in a millisecond


class Numbers:
    """Rising numbers below 2**63: milliseconds since 2020, the worker, a count.  For several threads.

    worker: no two that run at once have the same.
    """

    def __init__(self, worker: int, clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._worker, self._clock, self._lock = worker % WORKERS, clock, threading.Lock()
        self._last, self._count = 0, 0

    def take(self, count: int) -> list[int]:
        """The next numbers.  A clock that goes back is waited for by counting on from its last millisecond."""
        with self._lock:
            now = max(self._clock() - _EPOCH, self._last)
            if now > self._last:
                self._last, self._count = now, 0
            found = []
            for _ in range(count):
                if self._count == _EACH:
                    self._last, self._count = self._last + 1, 0
                found.append((self._last * WORKERS + self._worker) * _EACH + self._count)
                self._count += 1
            return found

    def next(self) -> int:
        """The next number."""
        return self.take(1)[0]


def drawn() -> Numbers:
    """Those of a worker that the database tells apart from the others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('medical_worker_seq')")
        return Numbers(int(cursor.fetchone()[0]))
