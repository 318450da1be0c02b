"""The FHIR facade comes to what the messages come to."""

from __future__ import annotations

from datetime import date
from typing import Any

import hospital_city
import msgspec
import pytest
from hospital_city import PLACE, TODAY, Town, cover_of

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.database import connection
from shebao.medical import fhir
from shebao.medical.models import Visit
from shebao.medical.services.batch import Service

ON = "2013-11-05T09:00:00"


@pytest.fixture(scope="module")
def town(database: Any) -> Town:
    database.use(connection.BATCH)
    made = hospital_city.town(each=4)
    service = Service.of_programme(TODAY)
    for desk in made.desks:
        desk.service = service
    return made


@pytest.fixture(scope="module")
def outside(town: Town) -> fhir.Desk:
    desk = town.desks[0]
    assert desk.service is not None
    return fhir.Desk(desk.service, desk.hospital.code, desk.hospital.name, PLACE)


def claim(town: Town, person: int, number: str, code: str = "XA09") -> fhir.Resource:
    items = [(code, "5", "512.00"), ("FW07", "1", "420"), ("FW02", "1", "20.00")]
    return {
        "resourceType": "Claim",
        "id": number,
        "identifier": [{"value": number}],
        "contained": [
            {
                "resourceType": "Patient",
                "identifier": [{"value": town.paper(person)}],
                "name": [{"text": town.name(person)}],
            }
        ],
        "patient": {"identifier": {"value": str(person)}},
        "billablePeriod": {"start": ON},
        "insurance": [{"coverage": {"identifier": {"value": "310"}}}],
        "item": [
            {
                "productOrService": {"coding": [{"system": fhir.ITEM, "code": item}]},
                "quantity": {"value": msgspec.Raw(count.encode())},
                "unitPrice": {"value": msgspec.Raw(price.encode()), "currency": "CNY"},
            }
            for item, count, price in items
        ],
    }


def test_coverage_and_eligibility(town: Town, outside: fhir.Desk) -> None:
    with acting(system_actor("setup"), "medical.read") as act:
        (found,) = fhir.coverage(act, town.actives[0], date(2013, 11, 5))
        assert fhir.coverage(act, town.actives[0], date(2012, 11, 5)) == []
    assert (found["status"], found["type"]["coding"][0]["code"]) == ("active", "310")
    request = {
        "resourceType": "CoverageEligibilityRequest",
        "patient": {"identifier": {"value": str(town.actives[0])}},
        "servicedDate": "2013-11-05",
        "insurance": [{"coverage": {"identifier": {"value": "310"}}}],
    }
    response = outside.eligibility(request)
    assert response["resourceType"] == "CoverageEligibilityResponse" and response["insurance"][0]["inforce"]
    other = request | {"insurance": [{"coverage": {"identifier": {"value": "390"}}}]}
    response = outside.eligibility(other)
    assert not response["insurance"][0]["inforce"] and "310" in response["disposition"]


def test_a_claim_is_settled_once(town: Town, outside: fhir.Desk) -> None:
    person = town.actives[1]
    sent = fhir.decoded(fhir.encoded(claim(town, person, "C-1")))
    response = outside.claim(sent)
    told = msgspec.json.decode(fhir.encoded(response))
    amounts = {each["category"]["coding"][0]["code"]: each["amount"]["value"] for each in told["total"]}
    assert told["outcome"] == "complete"
    assert amounts == {"submitted": 3000, "eligible": 3000, "deductible": 1800, "benefit": 840}
    assert outside.claim(sent)["identifier"] == response["identifier"]
    assert cover_of(person)["year_outpatient_eligible"] == 300000


def test_a_claim_that_is_refused_leaves_no_bill(town: Town, outside: fhir.Desk) -> None:
    person = town.actives[2]
    response = outside.claim(fhir.decoded(fhir.encoded(claim(town, person, "C-2", code="FW99"))))
    assert response["outcome"] == "error" and "FW99" in response["disposition"]
    assert not Visit.objects.filter(person_id=person, state=Visit.State.OPEN).exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"resourceType": "Patient"},
        {"item": []},
        {"patient": {}},
        {"contained": []},
        {"insurance": [{"coverage": {"identifier": {"value": "999"}}}]},
        {"billablePeriod": {"start": "yesterday"}},
        {"item": [{"productOrService": {"coding": [{"code": "FW01"}]}, "unitPrice": {"value": -1}}]},
        {"item": [{"productOrService": {"coding": [{"code": "FW01"}]}, "unitPrice": {"value": "NaN"}}]},
    ],
)
def test_what_is_no_claim(town: Town, outside: fhir.Desk, broken: dict[str, Any]) -> None:
    with pytest.raises(fhir.Unsound):
        outside.claim(claim(town, town.actives[3], "C-3") | broken)
    with pytest.raises(fhir.Unsound):
        fhir.decoded(b"[")
