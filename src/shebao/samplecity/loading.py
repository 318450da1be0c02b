"""The sample city into the record, the histories and the ledger, through the same doors as another system's data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shebao.access import services as access
from shebao.access.acting import Act, acting
from shebao.contributions.law import contribution_year
from shebao.contributions.models import Membership
from shebao.contributions.services import opening
from shebao.law.insurance.contributions.facts import ContributorStatus
from shebao.ledger import services as ledger
from shebao.people import services as people
from shebao.people.codes import OrganisationState, WorkKind
from shebao.people.particulars import inputs as kept_inputs
from shebao.rules.kinds import date_of
from shebao.samplecity.city import Block, City
from shebao.samplecity.codes import Scheme, State
from shebao.samplecity.draws import Flags, Ints

SOURCE = "样本城市（虚构）"
INSURED_FROM = date(2005, 7, 1)  # from when all five insurances exist; what was before stands in the histories
ALL_BRANCHES = (1, 6)
# Of each set of branches (a bit for each), the runs of neighbours: a membership is one run.
_RUNS = {
    mask: [
        (k, next(n for n in range(k, 7) if not mask >> n & 1))
        for k in range(1, 6)
        if mask >> k & 1 and not mask >> (k - 1) & 1
    ]
    for mask in range(0, 64, 2)
}


@dataclass
class Loaded:
    """What was written: rows by table, and money in personal accounts (fen)."""

    persons: int = 0
    organisations: int = 0
    accounts: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, rows: int) -> None:
        """Rows of a table."""
        self.rows[table] = self.rows.get(table, 0) + rows


Progress = Callable[[int, int], None]  # (persons done, persons in all)


def load(actor: int, city: City, progress: Progress | None = None) -> Loaded:
    """Writes the whole city; each block of people is one transaction, complete with everything about them.

    The books are opened for the month of the city's day.
    """
    loaded = Loaded()
    on = date_of(city.day)
    with acting(actor, "access.places") as act:
        places = city.places()
        columns = [places.column(name).to_pylist() for name in ("place", "level", "name", "confidence")]
        rows = zip(*columns, strict=True)
        access.add_places(act, [(*place, confidence == "assumed") for *place, confidence in rows])
    with acting(actor, "ledger.open") as act:
        ledger.open_period(act, on.replace(day=1))
    with acting(actor, "people.load") as act:
        organisations = _load_organisations(act, city, on, loaded)
    for number, block in enumerate(city.blocks()):
        with acting(actor, "people.load") as act:
            _load_block(act, block, organisations, on, f"{SOURCE}{city.seed}-{number}", loaded)
        if progress:
            progress(loaded.persons, city.people)
    return loaded


def _span(lower: pa.Array, upper: pa.Array) -> pa.Array:
    return pa.StructArray.from_arrays([_whole(lower), _whole(upper)], ["lower", "upper"])


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _since(day: pa.Array | pa.ChunkedArray) -> pa.Array:
    return _span(day, pa.nulls(len(day), pa.date32()))


def _valid(table: pa.Table) -> pa.Array:
    return _span(table["valid_from"], table["valid_to"])


def _load_organisations(act: Act, city: City, on: date, loaded: Loaded) -> Ints:
    """Gives the record's number of each organisation, by its index."""
    table = city.organisations()
    ids = people.draw("organisation", table.num_rows)
    founded = _since(table["founded"])
    written = people.load(
        act,
        {
            "people_organisation": pa.table(
                {
                    "id": ids,
                    **{name: table[name] for name in ("kind", "name", "code", "place", "sector", "injury_class")},
                }
            ),
            "people_organisation_state": pa.table(
                {
                    "organisation_id": ids,
                    "valid": founded,
                    "state": np.full(len(ids), OrganisationState.REGISTERED, np.int16),
                }
            ),
            "people_organisation_account": pa.table(
                {
                    "organisation_id": ids,
                    "valid": founded,
                    "bank": ["样本银行"] * len(ids),
                    "account": table["bank_account"],
                    "holder": table["name"],
                }
            ),
        },
        on,
        SOURCE,
    )
    first = np.asarray(table["founded"].cast(pa.int32()).to_numpy(), "datetime64[D]").astype("datetime64[M]")
    month = np.maximum(first, np.datetime64(INSURED_FROM, "M")).astype("datetime64[D]")
    employers = pa.table(
        {
            "organisation_id": ids,
            "branches": _branches(np.full(len(ids), ALL_BRANCHES[0]), np.full(len(ids), ALL_BRANCHES[1])),
            "state": np.ones(len(ids), np.int16),
            "injury_rate": np.zeros(len(ids), np.int16),
            "bank": ["样本银行"] * len(ids),
            "account": table["bank_account"],
            "agreement": [""] * len(ids),
            "valid": _since(pa.array(month)),
        }
    )
    opening.load_registrations(act, employers, employers.slice(0, 0), employers.slice(0, 0))
    for name, rows in {**written, "contributions_employer": len(ids)}.items():
        loaded.add(name, rows)
    loaded.organisations = len(ids)
    found: Ints = ids
    return found


def _branches(first: Ints, after: Ints) -> pa.Array:
    return pa.StructArray.from_arrays(
        [pa.array(first.astype(np.int32)), pa.array(after.astype(np.int32))], ["lower", "upper"]
    )


def _load_block(act: Act, block: Block, organisations: Ints, on: date, key: str, loaded: Loaded) -> None:
    persons = block.persons
    ids = people.draw("person", persons.num_rows)
    first = int(persons["number"][0].as_py())

    def person(numbers: pa.ChunkedArray) -> Ints:
        found: Ints = ids[np.asarray(numbers) - first]
        return found

    households = people.draw("household", block.households.num_rows)
    household_numbers = np.asarray(block.households["household"])
    order = np.argsort(household_numbers)

    def household(numbers: pa.ChunkedArray) -> Ints:
        found: Ints = households[order[np.searchsorted(household_numbers[order], np.asarray(numbers))]]
        return found

    def organisation(indexes: pa.ChunkedArray) -> pa.Array:
        return pc.take(pa.array(organisations), _whole(indexes))

    def facts(table: pa.Table, valid: pa.Array, **columns: object) -> pa.Table:
        return pa.table({"person_id": person(table["number"]), "valid": valid, **columns})

    cards = block.cards
    work = block.work
    particulars = block.particulars.filter(pc.is_in(block.particulars["input"], pa.array(list(kept_inputs()))))
    born = pc.take(_whole(persons["birth_day"]), pa.array(np.asarray(particulars["number"]) - first))
    written = people.load(
        act,
        {
            "people_household": pa.table({"id": households, "place": block.households["place"]}),
            "people_person": pa.table({"id": ids, "place": persons["place"], "protected": persons["protected"]}),
            "people_name": facts(block.names, _since(block.names["valid_from"]), name=block.names["name"]),
            "people_vitals": pa.table(
                {
                    "person_id": ids,
                    "sex": persons["sex"],
                    "birth_day": persons["birth_day"],
                    "death_day": persons["death_day"],
                }
            ),
            "people_identifier": facts(
                block.identifiers,
                _valid(block.identifiers),
                kind=block.identifiers["kind"],
                number=block.identifiers["text"],
            ),
            "people_residence": facts(
                block.residence,
                _valid(block.residence),
                place=block.residence["place"],
                address=block.residence["address"],
                hukou=block.residence["hukou"],
                hukou_place=block.residence["registered"],
            ),
            "people_membership": facts(
                block.members,
                _since(block.members["since"]),
                household_id=household(block.members["household"]),
                role=block.members["role"],
            ),
            "people_work": facts(
                work,
                _valid(work),
                organisation_id=organisation(work["organisation"]),
                kind=np.where(
                    np.asarray(work["organisation"].is_valid()), int(WorkKind.EMPLOYED), int(WorkKind.FLEXIBLE)
                ).astype(np.int16),
            ),
            "people_status": facts(
                block.status,
                _valid(block.status),
                kind=block.status["kind"],
                grade=block.status["grade"],
                category=block.status["category"],
            ),
            "people_relation": facts(
                block.relations,
                _valid(block.relations),
                kind=block.relations["kind"],
                other_id=person(block.relations["other"]),
            ),
            "people_contact": facts(
                block.contacts,
                _since(block.contacts["valid_from"]),
                kind=block.contacts["kind"],
                value=block.contacts["text"],
            ),
            "people_card": facts(
                cards,
                _span(cards["issued"], cards["ended"]),
                card=people.draw("card", cards.num_rows),
                number=cards["card"],
                state=cards["state"],
            ),
            "people_particular": facts(
                particulars, _since(born), input=particulars["input"], value=particulars["value"]
            ),
        },
        on,
        key,
    )
    memberships, wages = _registrations(block, ids, first, organisations, on)
    opening.load_registrations(act, memberships.slice(0, 0), memberships, wages)
    rows = _once(block.history, np.asarray(persons["case"]) > 0, first)
    history = pa.table(
        {
            "person_id": person(rows["number"]),
            **{name: rows[name] for name in rows.column_names if name != "number"},
        }
    )
    opening.load_history(act, history, SOURCE)
    accounts = block.accounts
    of = person(accounts["number"])
    district = pc.utf8_slice_codeunits(persons["place"], 0, 6)
    loaded.accounts += opening.open_accounts(
        act,
        pa.table(
            {
                "person_id": of,
                "insurance": accounts["insurance"],
                "as_of": accounts["day"],
                "balance": accounts["balance"],
                "own": np.zeros(len(of), np.int64),
                "place": pc.take(district, pa.array(np.asarray(accounts["number"]) - first)),
            }
        ),
        SOURCE,
        on,
        key,
    )
    loaded.persons += len(ids)
    counts = {
        "contributions_membership": memberships.num_rows,
        "contributions_wage": wages.num_rows,
        "contributions_history": history.num_rows,
        "contributions_opening": accounts.num_rows,
    }
    for name, rows in {**written, **counts}.items():
        loaded.add(name, rows)


def _once(history: pa.Table, hard: Flags, first: int) -> pa.Table:
    """The histories without the rows that stand twice, which are to try the law: the database refuses them."""
    places = np.flatnonzero(hard[np.asarray(history["number"]) - first])
    names = ("number", "insurance", "year", "region", "kind", "credited", "months")
    keys = np.stack([np.asarray(history[name]).astype(np.int64)[places] for name in names])
    keys[-1] = keys[-1] & 63 == 0  # a year has one row, or one for each half
    _, kept = np.unique(keys, axis=1, return_index=True)
    wanted = np.ones(history.num_rows, np.bool_)
    wanted[places] = False
    wanted[places[kept]] = True
    return history.filter(pa.array(wanted))


def _registrations(block: Block, ids: Ints, first: int, organisations: Ints, on: date) -> tuple[pa.Table, pa.Table]:
    """Who is insured now, through whom and in which branches; and the wages declared for the contribution year."""
    people_count = len(ids)
    current = block.memberships.filter(pc.is_null(block.memberships["valid_to"]))
    who = np.asarray(current["number"]) - first
    scheme, state, status = (np.asarray(current[name]).astype(np.int64) for name in ("scheme", "state", "status"))
    since = np.asarray(current["valid_from"].cast(pa.int32())).astype(np.int64)
    working = block.work.filter(pc.is_null(block.work["valid_to"]))
    worker = np.asarray(working["number"]) - first
    began = np.full(people_count, np.iinfo(np.int64).max)
    began[worker] = np.asarray(working["valid_from"].cast(pa.int32()))
    employer = np.full(people_count, -1, np.int64)
    known = np.asarray(working["organisation"].is_valid())
    employer[worker[known]] = organisations[np.asarray(working["organisation"].drop_null())]

    paying = state == State.PAYING
    staff = paying & (scheme <= 5) & np.isin(status, (ContributorStatus.EMPLOYEE, ContributorStatus.RURAL_WORKER))
    staff &= employer[who] >= 0
    alone = paying & (scheme <= 3) & (status == ContributorStatus.FLEXIBLE)
    retired = (state == State.RECEIVING) & (scheme == Scheme.MEDICAL)
    resident = paying & np.isin(scheme, (Scheme.RESIDENT_PENSION, Scheme.RESIDENT_MEDICAL))
    branch = np.select([scheme == Scheme.RESIDENT_PENSION, scheme == Scheme.RESIDENT_MEDICAL], [1, 2], scheme)
    form = np.select(
        [staff | retired, alone],
        [int(Membership.Scheme.EMPLOYEE), int(Membership.Scheme.FLEXIBLE)],
        int(Membership.Scheme.RESIDENT),
    )
    kind = np.select([retired, resident], [int(ContributorStatus.RETIREE), int(ContributorStatus.RESIDENT)], status)
    grade = np.where(scheme == Scheme.RESIDENT_MEDICAL, status, 0)
    payer = np.where(staff, employer[who], 0)
    start = np.where(staff | alone, np.maximum(began[who], 0), since)
    start = np.where(start > 200_000, since, start)
    day = np.maximum(start.astype("datetime64[D]").astype("datetime64[M]"), np.datetime64(INSURED_FROM, "M"))
    month = day.astype("datetime64[D]").astype(np.int64)
    kept = staff | alone | retired | resident
    rows = np.stack([who, form, kind, grade, payer, month])[:, kept]
    groups, back = np.unique(rows, axis=1, return_inverse=True)
    masks = np.zeros(groups.shape[1], np.int64)
    np.bitwise_or.at(masks, back.reshape(-1), 1 << branch[kept])
    place: list[int] = []
    lower: list[int] = []
    upper: list[int] = []
    for k, mask in enumerate(masks.tolist()):
        for low, high in _RUNS[mask]:
            place.append(k)
            lower.append(low)
            upper.append(high)
    who, form, kind, grade, payer, month = groups[:, place]
    memberships = pa.table(
        {
            "person_id": ids[who],
            "branches": _branches(np.asarray(lower, np.int64), np.asarray(upper, np.int64)),
            "scheme": form.astype(np.int16),
            "status": kind.astype(np.int16),
            "subsidy": np.zeros(len(who), np.int16),
            "grade": pa.array(grade.astype(np.int16), mask=grade == 0),
            "organisation_id": pa.array(payer, mask=payer == 0),
            "valid": _since(pa.array(month.astype(np.int32), pa.int32()).view(pa.date32())),
        }
    )
    return memberships, _wages(working, ids, first, groups, on)


def _wages(working: pa.Table, ids: Ints, first: int, groups: Ints, on: date) -> pa.Table:
    """Wages of who is insured through the employer, or alone, for the contribution year of the month after the day."""
    following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    begins, after = contribution_year(following)
    who, form, _, _, payer, month = groups
    insured = form != int(Membership.Scheme.RESIDENT)
    wage = np.full(len(ids), -1, np.int64)
    told = np.asarray(working["wage"].is_valid())
    wage[np.asarray(working["number"])[told] - first] = np.asarray(working["wage"].drop_null())
    insured &= wage[who] >= 0
    keys, place = np.unique(who[insured], return_index=True)
    payer, month = payer[insured][place], month[insured][place]
    since = np.maximum(month, (begins - date(1970, 1, 1)).days)
    return pa.table(
        {
            "person_id": ids[keys],
            "organisation_id": pa.array(payer, mask=payer == 0),
            "wage": wage[keys],
            "valid": _span(
                pa.array(since.astype(np.int32), pa.int32()).view(pa.date32()),
                pa.array([after] * len(keys), pa.date32()),
            ),
        }
    )
