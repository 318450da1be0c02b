"""The plain way to settle a claim, to measure beside: a request is a transaction, rows are objects, the law one case.

The queries have the shape of a claim module that works with an object-relational mapper throughout: read the claim,
validate each line, value each line, lock what is counted, save each part, write a log of the change around it.  It
writes the rows that the service writes, by the same law and into the same ledger.
"""

from __future__ import annotations

import json
import os
import uuid
from typing import Any

from shebao.database import connection

connection.use(os.environ["SHEBAO_MEDICAL_DSN"], connection.BATCH)

from datetime import UTC, date, datetime  # noqa: E402 (the tables need the database)

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpRequest, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

from shebao.access.acting import acting  # noqa: E402
from shebao.access.services import system_actor  # noqa: E402
from shebao.law import the_law  # noqa: E402
from shebao.ledger import services as ledger  # noqa: E402
from shebao.ledger.models import Account, Kind  # noqa: E402
from shebao.ledger.values import Leg, Transaction  # noqa: E402
from shebao.medical import law  # noqa: E402
from shebao.medical.models import CatalogueItem, Cover, Institution, Line, Matching, Message, Settlement, Visit  # noqa: E402
from shebao.medical.models.cover import ACCUMULATORS  # noqa: E402
from shebao.people.models import Person, Vitals  # noqa: E402
from shebao.rules.decide import decide  # noqa: E402
from shebao.rules.kinds import day as number_of  # noqa: E402

DAY = date.fromisoformat(os.environ["SHEBAO_MEDICAL_TODAY"])
ACTOR = system_actor("settlement")
BILL_LAW, PAYMENT_LAW = the_law().given(law.GIVEN), the_law().given((*law.GIVEN, "bill_own"))


def settle(request: HttpRequest) -> JsonResponse:
    """{visit, person}: settles its batch."""
    given = json.loads(request.body)
    with acting(ACTOR, "medical.settle") as act:
        person = Person.objects.get(pk=given["person"])
        vitals = Vitals.objects.get(person_id=person.pk, recorded__upper_inf=True)
        visit = Visit.objects.get(person_id=person.pk, id=given["visit"])
        institution = Institution.objects.get(pk=visit.institution_id)
        sums = dict.fromkeys(("amount", "own_paid", "over_limit", "first_share", "in_scope"), 0)
        for line in Line.objects.filter(person_id=person.pk, visit_id=visit.id, undone_act_id=None):
            item = CatalogueItem.objects.get(code=line.code, valid__contains=DAY)
            Matching.objects.get(institution=institution, own_code=line.own_code, code=item.code, undone_at=None)
            for name in sums:
                sums[name] += getattr(line, name)
        cover = Cover.objects.select_for_update().get(person_id=person.pk, year=DAY.year)
        retired = bool(cover.retired & 1 << (DAY.month - 1))
        insutype, insured = ("310", 2 if retired else 1) if cover.employee & 1 << (DAY.month - 1) else ("390", 5)
        facts: dict[str, Any] = {
            "bill_day": number_of(DAY),
            "bill_care": visit.care,
            "bill_class": insured,
            "bill_hospital_level": institution.level,
            "bill_community": int(institution.community),
            "bill_own_paid": sums["own_paid"],
            "bill_over_limit": sums["over_limit"],
            "bill_first_share": sums["first_share"],
            "bill_in_scope": sums["in_scope"],
            "birth_day": number_of(vitals.birth_day),
            "assistance_standing": cover.standing,
            **{name: getattr(cover, name) for name in ACCUMULATORS if name.startswith("year_")},
        }
        bill = decide(BILL_LAW, facts, on=number_of(DAY), want=law.BILL, trace=False)
        value = {name: bill[name].value or 0 for name in law.BILL}
        paid = decide(
            PAYMENT_LAW,
            {
                "bill_day": number_of(DAY),
                "bill_own": value["bill_own"],
                "assistance_standing": cover.standing,
                "medical_aid_day": number_of(DAY),
                "medical_aid_care": value["bill_aid_care"],
                "medical_own_share": value["bill_own_in_scope"],
                "medical_aid_paid": cover.aid_outpatient,
                "relief_class": cover.relief,
            },
            on=number_of(DAY),
            want=law.PAYMENT,
            trace=False,
        )
        now = datetime.now(UTC)
        funds = {"pool": value["bill_pool"], "large": value["bill_large"], "supplement": value["bill_supplement"]}
        settlement = Settlement(
            person_id=person.pk,
            id=uuid.uuid4().int >> 66,
            institution_id=institution.pk,
            visit_id=visit.id,
            batch=given["batch"],
            msgid=uuid.uuid4().hex[:30],
            year=DAY.year,
            insutype=insutype,
            med_type=visit.med_type,
            care=visit.care,
            insured_class=insured,
            standing=cover.standing,
            bill_day=DAY,
            settled_at=now,
            day=DAY,
            period_number=0,
            final=True,
            approx=True,
            total=sums["amount"],
            **{name: sums[name] for name in ("own_paid", "over_limit", "first_share", "in_scope")},
            deductible=value["bill_deductible"],
            own_ratio=value["bill_own_ratio"],
            above_cap=value["bill_above_cap"],
            **funds,
            catastrophic=value["bill_catastrophic"],
            assistance=paid["medical_assistance"].value or 0,
            account=paid["account_pay"].value or 0,
            cash=paid["cash_pay"].value or 0,
            act_id=act.id,
        )
        for name in ACCUMULATORS:
            added = 0
            if name.startswith("year_"):
                added = value[f"{name}_after"] - getattr(cover, name)
                setattr(cover, name, value[f"{name}_after"])
            setattr(settlement, name, added)
        settlement.save(force_insert=True)
        cover.save()
        legs = []
        for name, fund in (("pool", 2 if insutype == "310" else 7), ("large", 10), ("supplement", 11)):
            if funds[name]:
                for chart, sign in ((502, 1), (201, -1)):
                    account = Account.objects.get(
                        chart_id=chart, fund_id=fund, part=1, place=institution.place_id, owner=None
                    )
                    legs.append(Leg(account.pk, fund, sign * funds[name]))
        if legs:
            key = f"settlement:{settlement.id}"
            ledger.post(act, [Transaction(key, Kind.BENEFIT, DAY, legs, "", str(settlement.id), True)])
        answer = {"setl_id": str(settlement.id), "medfee_sumamt": settlement.total, "psn_cash_pay": settlement.cash}
        Message.objects.create(
            institution_id=institution.pk,
            msgid=settlement.msgid,
            infno="2207",
            digest=b"",
            answer=json.dumps(answer).encode(),
            person_id=person.pk,
            operator="",
            act_id=act.id,
        )
    return JsonResponse({"infcode": 0, **answer}, json_dumps_params={"separators": (",", ":")})


urlpatterns = [path("settle", settle)]


def application() -> Any:
    """For gunicorn: "settlement_orm:application()"."""
    from django.conf import settings

    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    return get_wsgi_application()
