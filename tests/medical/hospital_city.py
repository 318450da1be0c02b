"""A few persons, two hospitals and a small catalogue, made through the rooms' own services; and a hospital's desk."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
from django.db import connection as django
from psycopg.types.range import DateRange

from shebao.access import services as access
from shebao.access.acting import Act, acting
from shebao.access.models import Place
from shebao.access.services import system_actor
from shebao.contributions.models import Membership
from shebao.contributions.services import memberships
from shebao.contributions.services.memberships import Entry
from shebao.database.copying import ranges
from shebao.files.identity import birth_day, check_digit
from shebao.files.nhsa import Definitions, Refused, decode
from shebao.files.nhsa.hospital import Hospital, Message, Reply, example
from shebao.ledger import services as ledger
from shebao.medical.models import Institution
from shebao.medical.models.cover import ACCUMULATORS
from shebao.medical.services import catalogue, cover, institutions
from shebao.medical.services.batch import Service
from shebao.people import services as people
from shebao.people.codes import EventKind
from shebao.people.facts import Card, Event
from shebao.people.services import loading
from shebao.people.services.registration import next_card

PLACE = "110105"
TODAY = date(2013, 11, 20)
YEAR = 2013
MEDICAL = (2, 3)  # branches
CODES = ("H11010500001", "H11010500002")  # institutions: level 3, and level 1 of a community


def number(k: int) -> str:
    """The k-th sound identity number: births spread over 1940 to 1999."""
    first = f"{PLACE}{1940 + k % 60:04d}{1 + k // 60 % 12:02d}{1 + k // 720 % 28:02d}{k // 20160:03d}"
    return first + check_digit(first)


def name(k: int) -> str:
    """The k-th name."""
    return "王李张刘陈杨赵黄周吴"[k % 10] + "伟芳娜敏静丽强磊军洋"[k // 10 % 10] + "一二三四五六七八九十"[k // 100 % 10]


def citizens(act: Act, numbers: Sequence[int]) -> list[int]:
    """Persons of these identity numbers in the record."""
    ids = loading.draw("person", len(numbers))
    papers = [number(k) for k in numbers]
    born = [birth_day(paper) for paper in papers]
    life = ranges(born, [None] * len(born), pa.date32())
    loading.load(
        act,
        {
            "people_person": pa.table({"id": ids, "place": [PLACE] * len(ids)}),
            "people_name": pa.table({"person_id": ids, "valid": life, "name": [name(k) for k in numbers]}),
            "people_vitals": pa.table(
                {
                    "person_id": ids,
                    "sex": np.array([2 - int(paper[16]) % 2 for paper in papers], np.int16),
                    "birth_day": pa.array(born, pa.date32()),
                }
            ),
            "people_identifier": pa.table(
                {"person_id": ids, "valid": life, "kind": np.ones(len(ids), np.int16), "number": papers}
            ),
        },
        date(2005, 1, 1),
        "测试",
    )
    return [int(k) for k in ids]


@dataclass
class Town:
    """Who is there, by the place of the identity number; desks: the hospitals' sides."""

    actives: list[int]
    retired: list[int]
    residents: list[int]
    desks: list[Desk]
    numbers: dict[int, int]  # person -> k
    gateway: Any = None

    def paper(self, person: int) -> str:
        """The identity number."""
        return number(self.numbers[person])

    def name(self, person: int) -> str:
        """The name."""
        return name(self.numbers[person])


def town(each: int = 4, today: date = TODAY) -> Town:
    """Makes it: so many active employees, retired and resident elderly each; the year's covers are open."""
    setup = system_actor("setup")
    with acting(setup, "access.manage") as act:
        if not Place.objects.filter(code=PLACE).exists():
            access.add_places(act, [(PLACE, 2, "朝阳区", False)])
    with acting(setup, "ledger.open") as act:
        ledger.open_period(act, today.replace(day=1))
    with acting(setup, "people.load") as act:
        persons = citizens(act, range(3 * each))
        actives, retired, residents = persons[:each], persons[each : 2 * each], persons[2 * each :]
        first = date(2010, 1, 1)
        employee, resident = Membership.Scheme.FLEXIBLE, Membership.Scheme.RESIDENT
        memberships.enter(act, [Entry(p, first, None, 3, MEDICAL) for p in actives], employee)
        memberships.enter(act, [Entry(p, first, None, 4, MEDICAL) for p in retired], employee)
        memberships.enter(act, [Entry(p, first, None, 5, MEDICAL, 1) for p in residents], resident)
    desks = []
    with acting(setup, "medical.register") as act:
        catalogue.add_items(act, catalogue.read(catalogue.DEMO))
        codes = [item.code for item in catalogue.read(catalogue.DEMO)]
        for code, level in zip(CODES, (Institution.Level.LEVEL_3, Institution.Level.LEVEL_1), strict=True):
            made = institutions.register(
                act, code, f"第{level}医院", level, PLACE, date(2010, 1, 1), community=level == 1
            )
            access_key, secret = institutions.issue_key(act, made.pk)
            catalogue.match_all(act, made.pk, codes, date(2010, 1, 1))
            desks.append(Desk(Hospital(code, made.name, PLACE, access_key, secret)))
        cover.open_year(act, today.year, today)
    numbers = {person: k for k, person in enumerate(persons)}
    return Town(actives, retired, residents, desks, numbers)


def carded(person: int, card_number: str, state: int, on: date = date(2012, 1, 1)) -> None:
    """Gives a person a card in a state."""
    with acting(system_actor("setup"), "people.record") as act:
        card = Card(since=on, card=next_card(), number=card_number, state=state)
        people.record(act, person, Event(kind=EventKind.CARD, occurred_on=on, source="测试", facts=[card]))


def award(database: Any, person: int, benefit: str, owner: str, since: date) -> None:
    """An award as an approval leaves it."""
    with psycopg.connect(database.dsn("postgres"), autocommit=True) as plain:
        plain.execute("SET session_replication_role = replica")  # the approval itself is tested elsewhere
        claim = plain.execute(
            "INSERT INTO cases_claim (person_id, benefit, owner, kind, origin, due_on, basis_day, basis_known, law, "
            "cause, act_id) VALUES (%s, %s, %s, 1, 1, %s, %s, now(), '', '', 1) RETURNING id",
            [person, benefit, owner, since, since],
        ).fetchone()
        assert claim is not None
        plain.execute("SET session_replication_role = origin")
        plain.execute("ALTER TABLE cases_award DISABLE TRIGGER approved")
        plain.execute(
            "INSERT INTO cases_award (person_id, benefit, owner, amount, valid, recorded, basis_day, basis_known, "
            "claim_id, act_id) VALUES (%s, %s, %s, 1, %s, tstzrange(now(), NULL), %s, now(), %s, 1)",
            [person, benefit, owner, DateRange(since, None), since, claim[0]],
        )
        plain.execute("ALTER TABLE cases_award ENABLE TRIGGER approved")


_AT = itertools.count()


@dataclass
class Desk:
    """A hospital's desk: makes messages, and asks a service in this process, or whatever `send` is."""

    hospital: Hospital
    service: Service | None = None
    send: Any = None
    said: list[Message] = field(default_factory=list)

    @property
    def definitions(self) -> Definitions:
        return self.hospital.definitions

    def ask(self, infno: str, values: Mapping[str, Any], **more: Any) -> Reply:
        """Sends a message and reads the answer."""
        message = self.message(infno, values, **more)
        return self.hospital.read(infno, self.sent(message))

    def message(self, infno: str, values: Mapping[str, Any], **more: Any) -> Message:
        when = datetime.now().replace(microsecond=0) + timedelta(seconds=next(_AT) // 10_000)
        return self.hospital.message(infno, values, when, **more)

    def sent(self, message: Message) -> bytes:
        self.said.append(message)
        if self.send is not None:
            answer: bytes = self.send(message)
            return answer
        assert self.service is not None
        now = self.service.now()
        try:
            return self.service.run([self.service.asked(decode(message.body, self.definitions), now)])[0]
        except Refused as refused:
            return self.service.refused(refused, now)

    def done(self, infno: str, values: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """The output of a message that must succeed."""
        reply = self.ask(infno, values, **more)
        assert reply.infcode == 0, reply.err_msg
        assert reply.output is not None
        return reply.output

    # ---------------------------------------------------------------- a visit
    def register(self, town: Town, person: int, on: date, **changes: Any) -> str:
        """2201: gives the visit."""
        return str(self.done("2201", self.registration(town, person, on, **changes))["data"]["mdtrt_id"])

    def registration(self, town: Town, person: int, on: date, **changes: Any) -> dict[str, Any]:
        given = {
            "psn_no": str(person),
            "insutype": "390" if person in town.residents else "310",
            "begntime": datetime(on.year, on.month, on.day, 9),
            "mdtrt_cert_no": town.paper(person),
            "certno": town.paper(person),
            "psn_name": town.name(person),
            "psn_cert_type": "01",
            "psn_type": "11",
            "ipt_otp_no": "1",
        } | changes
        return example(self.definitions, "2201", datetime(2013, 1, 1), **given)

    def lines(
        self, person: int, visit: str, on: date, items: Sequence[tuple[str, int, int]], batch: str = "1", **changes: Any
    ) -> dict[str, Any]:
        """2204's input: (code, pieces, fen a piece) each."""
        rows = []
        for k, (code, pieces, price) in enumerate(items):
            (row,) = example(
                self.definitions,
                "2204",
                datetime(on.year, on.month, on.day, 9, 30),
                **{
                    "feedetl_sn": f"{batch}-{k + 1}",
                    "mdtrt_id": visit,
                    "psn_no": str(person),
                    "chrg_bchno": batch,
                    "med_list_codg": code,
                    "medins_list_codg": code,
                    "cnt": pieces * 10_000,
                    "pric": price * 10_000,
                    "det_item_fee_sumamt": pieces * price,
                }
                | changes,
            )["feedetail"]
            rows.append(row)
        return {"feedetail": rows}

    def bill(
        self,
        town: Town,
        person: int,
        visit: str,
        result: Sequence[Mapping[str, Any]],
        infno: str = "2207",
        **changes: Any,
    ) -> dict[str, Any]:
        """The input of a bill (2206, 2207, 2303, 2304) for lines as they were answered."""
        sums = {
            "medfee_sumamt": sum(row["det_item_fee_sumamt"] for row in result),
            "fulamt_ownpay_amt": sum(row["fulamt_ownpay_amt"] for row in result),
            "overlmt_selfpay": sum(row["overlmt_amt"] for row in result),
            "preselfpay_amt": sum(row["preselfpay_amt"] for row in result),
            "inscp_scp_amt": sum(row["inscp_scp_amt"] for row in result),
        }
        given = (
            {
                "psn_no": str(person),
                "mdtrt_id": visit,
                "chrg_bchno": "1",
                "insutype": "390" if person in town.residents else "310",
                "med_type": "11",
                "psn_setlway": "01",
                "acct_used_flag": "1",
                "mdtrt_cert_no": town.paper(person),
                "certno": town.paper(person),
                "psn_cert_type": "01",
            }
            | sums
            | changes
        )
        return example(self.definitions, infno, datetime(2013, 1, 1), **given)

    def visited(
        self, town: Town, person: int, on: date, items: Sequence[tuple[str, int, int]], **changes: Any
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """A whole visit up to its lines: (visit, 2207's input, 2204's output)."""
        visit = self.register(town, person, on)
        result = self.done("2204", self.lines(person, visit, on, items))
        return visit, self.bill(town, person, visit, result["result"], **changes), result


# ---------------------------------------------------------------- what must hold
def cover_of(person: int) -> dict[str, int]:
    with django.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(ACCUMULATORS)} FROM medical_cover WHERE person_id = %s AND year = 2013", [person]
        )
        return dict(zip(ACCUMULATORS, cursor.fetchone(), strict=True))


def owed(side: str) -> list[tuple[int, int]]:
    """What the funds paid, by fund: as the settlements say, and as the books do."""
    funds = {
        "settlement": """
            SELECT fund, sum(amount)::bigint FROM medical_settlement s, LATERAL (VALUES
                (CASE s.insutype WHEN '390' THEN 7 ELSE 2 END, s.pool), (10, s.large), (11, s.supplement),
                (12, s.catastrophic), (13, s.assistance)) f (fund, amount)
            GROUP BY fund HAVING sum(amount) <> 0 ORDER BY 1
        """,
        "ledger": """
            SELECT p.fund_id, sum(p.amount)::bigint FROM ledger_posting p JOIN ledger_account a ON a.id = p.account_id
            WHERE a.chart_id = 502 GROUP BY p.fund_id HAVING sum(p.amount) <> 0 ORDER BY 1
        """,
    }
    with django.cursor() as cursor:
        cursor.execute(funds[side])
        return list(cursor.fetchall())


def unequal() -> list[int]:
    """Persons whose accumulators are not the sums of their settlements."""
    sums = ", ".join(f"coalesce(sum(s.{name}), 0)" for name in ACCUMULATORS)
    with django.cursor() as cursor:
        cursor.execute(
            f"SELECT c.person_id FROM medical_cover c, LATERAL (SELECT {sums} FROM medical_settlement s "
            f"WHERE s.person_id = c.person_id AND s.year = c.year) t ({', '.join(ACCUMULATORS)}) "
            f"WHERE ({', '.join(f'c.{n}' for n in ACCUMULATORS)}) IS DISTINCT FROM "
            f"({', '.join(f't.{n}' for n in ACCUMULATORS)})"
        )
        return [row[0] for row in cursor.fetchall()]
