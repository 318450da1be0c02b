"""The life of a card; organisations and their standing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from shebao.files.unified_code import check_character
from shebao.people import selectors, services
from shebao.people.codes import CardState, OrganisationKind, OrganisationState
from shebao.people.facts import Card
from shebao.people.models import OrganisationAccount, OrganisationChange, OrganisationStanding
from shebao.people.refusals import Refused


def day(k: int) -> date:
    return date(2011, 7, k)


def test_a_card_is_asked_for_made_lost_and_replaced(person: Any, does: Any) -> None:
    one = person(on=day(1))
    with does("people.card") as act:
        (card,) = [k.fact.card for k in selectors.person(act, one).of(Card)]
        services.issue_card(act, one, card, "b00012345", day(10), "制卡中心")
        services.activate_card(act, one, card, day(12), "窗口")
        services.lose_card(act, one, card, day(15), "电话")
        services.activate_card(act, one, card, day(16), "窗口")  # found again
        services.lose_card(act, one, card, day(20), "电话")
        new = services.replace_card(act, one, card, day(21), "窗口")
        services.issue_card(act, one, new, "B00099999", day(28), "制卡中心")
    with does("people.read") as act:
        states = [(k.fact.card, k.fact.since, k.fact.until, k.fact.state) for k in selectors.person(act, one).of(Card)]
        assert [x.person_id for x in selectors.find(act, "B00099999")] == [one]
        assert [x.person_id for x in selectors.find(act, "b00012345")] == [one]
    assert states == [
        (card, day(1), day(9), CardState.ASKED),
        (card, day(10), day(11), CardState.ISSUED),
        (card, day(12), day(14), CardState.ACTIVE),
        (card, day(15), day(15), CardState.LOST),
        (card, day(16), day(19), CardState.ACTIVE),
        (card, day(20), day(20), CardState.LOST),
        (card, day(21), None, CardState.REPLACED),
        (new, day(21), day(27), CardState.ASKED),
        (new, day(28), None, CardState.ISSUED),
    ]


def test_a_card_does_not_skip_a_step(person: Any, does: Any) -> None:
    one, other = person(on=day(1)), person(on=day(1))
    with does("people.card") as act:
        cards = {who: selectors.person(act, who).of(Card)[0].fact.card for who in (one, other)}
    card = cards[one]
    with pytest.raises(Refused, match="已申领，不能启用"), does("people.card") as act:
        services.activate_card(act, one, card, day(5), "窗口")
    with pytest.raises(Refused, match="已有在用"), does("people.card") as act:
        services.ask_card(act, one, day(5), "窗口")
    with pytest.raises(Refused, match="没有卡"), does("people.card") as act:
        services.lose_card(act, other, card, day(5), "窗口")
    with does("people.card") as act:
        services.issue_card(act, one, card, "C1", day(5), "制卡中心")
    with pytest.raises(Refused, match="早于上一状态"), does("people.card") as act:
        services.activate_card(act, one, card, day(4), "窗口")
    with pytest.raises(Refused, match="该卡号已发出"), does("people.card") as act:
        services.issue_card(act, other, cards[other], "C1", day(6), "制卡中心")
    with does("people.card") as act:
        services.cancel_card(act, one, card, day(8), "窗口")
        assert services.ask_card(act, one, day(9), "窗口") != card
    with pytest.raises(Refused, match="已注销，不能"), does("people.card") as act:
        services.activate_card(act, one, card, day(9), "窗口")


def test_an_organisation_through_its_life(does: Any) -> None:
    code = "91110105MA0000099"
    code += check_character(code)
    given: dict[str, Any] = {"kind": OrganisationKind.ENTERPRISE, "place": "110105", "since": date(2005, 1, 1)}
    with does("people.organisation") as act:
        one = services.register_organisation(act, name="工厂", code=code.lower(), injury_class=2, **given)
        services.set_account(act, one, services.BankAccount("工商银行", "6222001", "工厂"), date(2005, 1, 1))
        services.set_account(act, one, services.BankAccount("建设银行", "4367002", "工厂"), date(2011, 1, 1))
        services.set_standing(act, one, OrganisationState.SUSPENDED, date(2010, 1, 1), date(2010, 6, 30))
        services.change_organisation(act, one, injury_class=3, name="新工厂")
    with pytest.raises(Refused, match="已登记"), does("people.organisation") as act:
        services.register_organisation(act, name="另一个", code=code, **given)
    with pytest.raises(Refused, match="校验码"), does("people.organisation") as act:
        services.register_organisation(act, name="又一个", code=code[:17] + ("A" if code[17] != "A" else "B"), **given)
    with does("people.read"):
        standing = OrganisationStanding.objects.filter(organisation_id=one, recorded__upper_inf=True).order_by("valid")
        assert [(s.valid.lower, s.valid.upper, s.state) for s in standing] == [
            (date(2005, 1, 1), date(2010, 1, 1), 1),
            (date(2010, 1, 1), date(2010, 7, 1), 2),
            (date(2010, 7, 1), None, 1),
        ]
        accounts = OrganisationAccount.objects.filter(organisation_id=one, recorded__upper_inf=True).order_by("valid")
        assert [(a.valid.lower, a.bank) for a in accounts] == [
            (date(2005, 1, 1), "工商银行"),
            (date(2011, 1, 1), "建设银行"),
        ]
        (change,) = OrganisationChange.objects.filter(organisation_id=one)
        assert (change.name, change.injury_class) == ("工厂", 2)
