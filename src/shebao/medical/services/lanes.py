"""Lanes: threads that take what waits, each with its connection.  There is no timer: a lane takes what queued while
its last batch was under way, so that a message that comes alone goes alone, and many go together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue

from django.db import connection

from shebao.medical.services.batch import Service
from shebao.medical.services.state import Asked

LIMIT = 256  # messages in a batch
LANES = 1  # more make smaller batches, which cost more than they hide

Given = Callable[[bytes], None]  # takes an answer
Told = Callable[[Sequence[tuple[Given, bytes]]], None]  # hands the answers of a batch to where they belong


class Lanes:
    """Some lanes over one queue.  told: called in a lane's thread with all answers of a batch at once."""

    def __init__(self, service: Service, told: Told, lanes: int = LANES, limit: int = LIMIT) -> None:
        self._service, self._told, self._limit = service, told, limit
        self._waiting: SimpleQueue[tuple[Asked, Given] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._lane, daemon=True) for _ in range(lanes)]
        for thread in self._threads:
            thread.start()

    def put(self, asked: Asked, given: Given) -> None:
        """A message waits; `given` gets its answer."""
        self._waiting.put((asked, given))

    def stop(self) -> None:
        """What waits is answered, then the lanes end."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _lane(self) -> None:
        try:
            while (first := self._waiting.get()) is not None:
                batch = [first]
                ended = False
                while len(batch) < self._limit:
                    try:
                        more = self._waiting.get_nowait()
                    except Empty:
                        break
                    if more is None:
                        ended = True
                        break
                    batch.append(more)
                answers = self._service.run([asked for asked, _ in batch])
                self._told(list(zip((given for _, given in batch), answers, strict=True)))
                if ended:
                    return
        finally:
            connection.close()
