"""One transaction with an actor and a purpose.

The database decides what the transaction may see: `access_enter` looks up the actor's grants for the purpose and keeps
their places for the transaction, so that the program cannot widen them by naming others.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection, transaction


class NotAllowed(Exception):
    """The actor has no right to the purpose.  Says so in Chinese and English."""

    def __init__(self, purpose: str) -> None:
        super().__init__(f"您没有办理此项业务的权限（{purpose}），请联系权限管理员 / You have no right to {purpose}")


@dataclass(frozen=True)
class Act:
    """A transaction under way."""

    id: int
    actor_id: int
    purpose: str
    at: datetime  # when the transaction began: what it records is known from then on


@contextmanager
def acting(actor_id: int, purpose: str) -> Iterator[Act]:
    """Opens the transaction; all that is done in it is kept together, or nothing.

    Raises NotAllowed when the actor is inactive or none of its roles is for the purpose.
    """
    with transaction.atomic(durable=True):
        yield _enter(actor_id, purpose)


def _enter(actor_id: int, purpose: str) -> Act:
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT act, at FROM access_enter(%s, %s)", [actor_id, purpose])
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") == "42501":  # insufficient_privilege
                raise NotAllowed(purpose) from None
            raise
        number, at = cursor.fetchone()
    return Act(number, actor_id, purpose, at)
