"""定点医药机构: their register and agreements, and the keys of their messages."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import IntegrityError, transaction

from shebao.access.acting import Act
from shebao.medical.models import Institution, Key
from shebao.people.refusals import Refused


def register(
    act: Act,
    code: str,
    name: str,
    level: Institution.Level,
    place: str,
    since: date,
    until: date | None = None,
    *,
    community: bool = False,
    organisation_id: int | None = None,
) -> Institution:
    """A designated institution; since, until: the first and the last day of its agreement.  Raises Refused."""
    try:
        with transaction.atomic():
            return Institution.objects.create(
                code=code,
                name=name,
                level=level,
                community=community,
                place_id=place,
                organisation_id=organisation_id,
                agreement=(since, None if until is None else date.fromordinal(until.toordinal() + 1)),
                act_id=act.id,
            )
    except IntegrityError as error:
        raise Refused(
            f"机构编码[{code}]已登记，或编码、协议期限有误，请核对后重新登记",
            f"{code} is registered already, or the code, the place or the days are wrong",
        ) from error


def change_state(act: Act, institution_id: int, state: Institution.State) -> None:
    """Suspends settlement, takes it up again, or ends the agreement.  Raises Refused."""
    if not Institution.objects.filter(pk=institution_id).update(state=state, act_id=act.id):
        raise Refused("没有此定点机构", "there is no such institution")


def renew(act: Act, institution_id: int, until: date) -> None:
    """The agreement goes on to this last day.  Raises Refused."""
    institution = Institution.objects.filter(pk=institution_id).first()
    if institution is None:
        raise Refused("没有此定点机构", "there is no such institution")
    first = institution.agreement.lower
    if until < first:
        raise Refused("协议终止日早于开始日，请更正", "the agreement would end before it begins; correct the day")
    institution.agreement = (first, date.fromordinal(until.toordinal() + 1))
    institution.act_id = act.id
    institution.save(update_fields=["agreement", "act_id"])


def issue_key(act: Act, institution_id: int) -> tuple[str, str]:
    """A new key in place of the one in use: (access key, secret); the secret is shown this once."""
    Key.objects.filter(institution_id=institution_id, ended_at=None).update(ended_at=act.at)
    access_key, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
    Key.objects.create(access_key=access_key, institution_id=institution_id, secret=secret, act_id=act.id)
    return access_key, secret
