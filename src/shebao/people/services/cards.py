"""社会保障卡的一生: asked for, issued, activated, lost, found, replaced, cancelled."""

from __future__ import annotations

from datetime import date

from django.db import connection

from shebao.access.acting import Act
from shebao.people.codes import CardState, EventKind
from shebao.people.facts import Card, Event
from shebao.people.refusals import Refused
from shebao.people.services.recording import lock, record
from shebao.people.services.registration import next_card

# What a card may become next.
_NEXT: dict[CardState, tuple[CardState, ...]] = {
    CardState.ASKED: (CardState.ISSUED, CardState.CANCELLED),
    CardState.ISSUED: (CardState.ACTIVE, CardState.LOST, CardState.REPLACED, CardState.CANCELLED),
    CardState.ACTIVE: (CardState.LOST, CardState.REPLACED, CardState.CANCELLED),
    CardState.LOST: (CardState.ACTIVE, CardState.REPLACED, CardState.CANCELLED),
    CardState.REPLACED: (),
    CardState.CANCELLED: (),
}


def ask_card(act: Act, person_id: int, on: date, source: str) -> int:
    """申领: gives the number of the card's life.  Raises Refused while another card is in use."""
    lock(person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM people_card WHERE person_id = %s AND upper_inf(recorded) AND upper_inf(valid) "
            "AND state NOT IN (%s, %s))",
            [person_id, CardState.REPLACED, CardState.CANCELLED],
        )
        if cursor.fetchone()[0]:
            raise Refused(
                "已有在用或在办的卡；遗失、损坏请办理补换", "there is a card already; replace it when lost or broken"
            )
    card = next_card()
    _record(act, person_id, Card(since=on, card=card, number=None, state=CardState.ASKED), source)
    return card


def issue_card(act: Act, person_id: int, card: int, number: str, on: date, source: str) -> None:
    """制发: the card is made and has its number.  Raises Refused."""
    number = number.strip().upper()
    if not number:
        raise Refused("请填写卡号", "the card's number is missing")
    _become(act, person_id, card, CardState.ISSUED, on, source, number)


def activate_card(act: Act, person_id: int, card: int, on: date, source: str) -> None:
    """启用, and 解挂 of a card that was found again.  Raises Refused."""
    _become(act, person_id, card, CardState.ACTIVE, on, source)


def lose_card(act: Act, person_id: int, card: int, on: date, source: str) -> None:
    """挂失.  Raises Refused."""
    _become(act, person_id, card, CardState.LOST, on, source)


def replace_card(act: Act, person_id: int, card: int, on: date, source: str) -> int:
    """补换: the old card ends, a new one is asked for; gives the new one's number of life.  Raises Refused."""
    _become(act, person_id, card, CardState.REPLACED, on, source)
    return ask_card(act, person_id, on, source)


def cancel_card(act: Act, person_id: int, card: int, on: date, source: str) -> None:
    """注销.  Raises Refused."""
    _become(act, person_id, card, CardState.CANCELLED, on, source)


def _become(
    act: Act, person_id: int, card: int, state: CardState, on: date, source: str, number: str | None = None
) -> None:
    lock(person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, number, lower(valid) FROM people_card WHERE person_id = %s AND card = %s "
            "AND upper_inf(recorded) AND upper_inf(valid)",
            [person_id, card],
        )
        found = cursor.fetchone()
    if found is None:
        raise Refused(f"此人没有卡{card}", f"the person has no card {card}")
    now = CardState(found[0])
    if state not in _NEXT[now]:
        raise Refused(
            f"卡{now.label}，不能{state.label.removeprefix('已')}",
            f"a card that is {now.name} does not become {state.name}",
        )
    if on < found[2]:
        raise Refused(f"日期早于上一状态（{found[2]}）", f"the day is before that of the state before ({found[2]})")
    _record(act, person_id, Card(since=on, card=card, number=number or found[1], state=state), source)


def _record(act: Act, person_id: int, card: Card, source: str) -> None:
    record(act, person_id, Event(kind=EventKind.CARD, occurred_on=card.since, source=source, facts=[card]))
