"""The whole city: the same for a seed and for any size, with right check digits and consistent households and times."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from typer.testing import CliRunner

from shebao.cli import app
from shebao.files import identity, unified_code
from shebao.law.city.facts import Sex
from shebao.law.insurance.contributions.facts import Insurance
from shebao.people.codes import IdentifierKind, RelationKind, Role
from shebao.people.names import keys
from shebao.rules.kinds import date_of
from shebao.samplecity import organisations
from shebao.samplecity.city import DAY, Block, City
from shebao.samplecity.codes import MEDICAL_SCHEMES, PENSION_SCHEMES, Provider, Scheme, State
from shebao.samplecity.households import WINDOW
from shebao.samplecity.population import BLOCK
from shebao.samplecity.report import report

Ints = npt.NDArray[np.int64]
FOREVER = 10**6
WINDOWED = ("persons", "names", "households", "members", "relations", "contacts", "status", "residence", "particulars")


@pytest.fixture(scope="module")
def city() -> City:
    return City(people=BLOCK + 3 * WINDOW, seed=5)


@pytest.fixture(scope="module")
def block(city: City) -> Block:
    return city.block(0)


def day_numbers(column: pa.ChunkedArray) -> Ints:
    """Days since 1970; of an empty cell one beyond all."""
    return column.cast(pa.int32()).fill_null(FOREVER).to_numpy().astype(np.int64)


def spans(table: pa.Table) -> tuple[Ints, Ints]:
    return day_numbers(table["valid_from"]), day_numbers(table["valid_to"])


def overlaps(owner: Ints, start: Ints, end: Ints) -> int:
    order = np.lexsort((start, owner))
    owner, start, end = owner[order], start[order], end[order]
    return int(((owner[1:] == owner[:-1]) & (start[1:] < end[:-1])).sum())


def test_the_same_seed_gives_the_same_city_and_another_seed_another(city: City, block: Block) -> None:
    again = City(people=city.people, seed=5)
    for name, table in again.block(0).tables.items():
        assert table.equals(block.tables[name]), name
    assert again.organisations().equals(city.organisations())
    other = City(people=city.people, seed=6).block(0)
    assert not [name for name, table in other.tables.items() if table.equals(block.tables[name])]


def test_a_person_is_the_same_in_a_city_of_any_size(block: Block) -> None:
    """A smaller city is the beginning of a larger one, households too when it ends with a whole window."""
    whole = City(people=5 * WINDOW, seed=5).block(0)
    for name, table in whole.tables.items():
        key = "household" if name == "households" else "number"
        cut = block.tables[name].filter(pc.less(block.tables[name][key], 5 * WINDOW))
        assert table.equals(cut), name
    ragged = City(people=5 * WINDOW + 300, seed=5).block(0)
    assert ragged.persons.num_rows == 5 * WINDOW + 300
    for name in set(ragged.tables) - set(WINDOWED):
        cut = block.tables[name].filter(pc.less(block.tables[name]["number"], 5 * WINDOW + 300))
        assert ragged.tables[name].equals(cut), name
    assert set(pc.unique(ragged.members["number"]).to_pylist()) == set(
        ragged.persons.filter(ragged.persons["death_day"].is_null())["number"].to_pylist()
    )


def test_the_blocks_are_the_city(city: City) -> None:
    blocks = list(city.blocks())
    numbers = np.concatenate([block.persons["number"].to_numpy() for block in blocks])
    assert (numbers == np.arange(city.people)).all() and len(blocks) == 2
    for name, table in blocks[1].tables.items():
        assert table.schema == blocks[0].tables[name].schema
        key = "household" if name == "households" else "number"
        assert pc.min(table[key]).as_py() >= BLOCK and pc.max(table[key]).as_py() < city.people
    with pytest.raises(ValueError, match="no block 2"):
        city.block(2)


def test_places_have_four_levels_with_prefixes(city: City) -> None:
    places = city.places().to_pylist()
    codes = {row["place"] for row in places}
    assert [sum(row["level"] == k for row in places) for k in (1, 2, 3)] == [1, 16, 325]
    assert {"11", "110105", "110105001", "110105001003"} <= codes and len(codes) == len(places)
    assert all(row["above"] in codes and row["place"].startswith(row["above"]) for row in places if row["level"] > 1)


def test_every_place_of_a_person_or_an_organisation_is_there(city: City, block: Block) -> None:
    codes = pa.array(city.places()["place"])
    for column in (block.persons["place"], block.residence["place"], city.organisations()["place"]):
        assert pc.all(pc.is_in(column, codes)).as_py()
        assert pc.all(pc.equal(pc.utf8_length(column), 12)).as_py()


def test_check_digits_are_right(city: City, block: Block) -> None:
    whole = city.organisations()
    codes = whole["code"].to_pylist()
    assert not [code for code in codes if unified_code.fault(code) or unified_code.fault(code[8:17])]
    assert len(set(codes)) == len(codes) == len(set(whole["name"].to_pylist()))
    rows = block.identifiers.to_pylist()
    new = {row["number"]: row["text"] for row in rows if row["kind"] == IdentifierKind.CITIZEN}
    assert len(new) == block.persons.num_rows and not [text for text in new.values() if identity.fault(text)]
    old = {row["number"]: row["text"] for row in rows if row["kind"] == IdentifierKind.CITIZEN_15}
    assert len(old) > 1000 and all(identity.from_old(text) == new[number] for number, text in old.items())
    for account in block.bank["account"].to_pylist()[:500]:
        values = [int(digit) * (2 if k % 2 else 1) for k, digit in enumerate(reversed(account))]
        assert sum(value // 10 + value % 10 for value in values) % 10 == 0


def test_no_number_can_be_a_real_one(city: City, block: Block) -> None:
    assigned = {*range(110101, 110120), *range(110221, 110230)}
    assert not {int(text[2:8]) for text in city.organisations()["code"].to_pylist()} & assigned
    assert all(text.startswith("12") and len(text) == 11 for text in block.contacts["text"].to_pylist())
    assert all(text.startswith("99") for text in block.bank["account"].to_pylist())
    assert all("样本" in name for name in city.organisations()["name"].to_pylist())


def test_employers_are_many_and_a_few_are_large() -> None:
    """3 % of the people, and sizes over four powers of ten in a large city."""
    people = 4**7 * organisations.CELL
    assert 0.029 < organisations.count(people) / people < 0.031
    whole = City(people=1_000_000).organisations()
    assert (whole["organisation"].to_numpy() == np.arange(whole.num_rows)).all()
    sizes = np.sort(whole["size"].to_numpy())
    assert np.median(sizes) <= 3 and sizes[-1] > 50_000
    assert 0.2 < sizes[-len(sizes) // 100 :].sum() / sizes.sum() < 0.95
    hospitals = pc.sum(pc.equal(whole["provider"], int(Provider.HOSPITAL))).as_py()
    assert abs(hospitals / 1_000_000 * 19_612_368 / 1779 - 1) < 0.03


def test_pinyin_is_that_of_the_record(block: Block) -> None:
    rows = block.names.slice(0, 3000).to_pylist()
    wrong = [row for row in rows if keys(row["name"]) != (row["pinyin"], row["initials"])]
    assert not [row for row in wrong if row["name"][0] == row["surname"] and not _read_in_words(row["name"])]
    assert len(wrong) < 30


def _read_in_words(name: str) -> bool:
    """Whether a dictionary reads a character of the name otherwise beside its neighbour."""
    return "".join(keys(character).pinyin for character in name) != keys(name).pinyin


def test_households_hang_together(block: Block) -> None:
    sex, born = block.persons["sex"].to_numpy(), day_numbers(block.persons["birth_day"])
    members, heads = block.members, block.households["household"].to_numpy()
    household, number = (members[name].to_numpy() for name in ("household", "number"))
    role = members["role"].to_numpy()
    assert len(np.unique(number)) == len(number)
    assert (np.sort(number[role == Role.HEAD]) == np.sort(heads)).all()
    assert (household[role == Role.HEAD] == number[role == Role.HEAD]).all()
    sizes = dict(zip(*np.unique(household, return_counts=True), strict=True))
    assert sizes == dict(zip(heads.tolist(), block.households["size"].to_pylist(), strict=True))
    dead = block.persons.filter(block.persons["death_day"].is_valid())["number"].to_numpy()
    assert not np.isin(number, dead).any() and len(dead) > 100
    assert (household // WINDOW == number // WINDOW).all()
    wives = role == Role.SPOUSE
    assert wives.sum() > 1000 and (sex[number[wives]] != sex[household[wives]]).all()
    age = (DAY - born) / 365.2425
    children = role == Role.CHILD
    assert children.sum() > 1000 and (age[household[children]] - age[number[children]] >= 18).all()
    parents = role == Role.PARENT
    assert parents.sum() > 100 and (age[number[parents]] - age[household[parents]] >= 18).all()
    place = dict(zip(heads.tolist(), block.households["place"].to_pylist(), strict=True))
    lives = block.persons["place"].take(pa.array(number)).to_pylist()
    assert all(place[home] == own for home, own in zip(household.tolist(), lives, strict=True))


def test_relations_are_of_the_right_sex_and_age(block: Block) -> None:
    sex, born = block.persons["sex"].to_numpy(), day_numbers(block.persons["birth_day"])
    who, other, kind = (block.relations[name].to_numpy() for name in ("number", "other", "kind"))
    spouses = kind == RelationKind.SPOUSE
    pairs = set(zip(who[spouses].tolist(), other[spouses].tolist(), strict=True))
    assert len(pairs) > 1000 and all((b, a) in pairs for a, b in pairs)
    assert (sex[who[spouses]] != sex[other[spouses]]).all()
    parents = kind == RelationKind.PARENT
    assert (born[who[parents]] - born[other[parents]] >= 15 * 365).all()
    of_sex = who[parents] * 10 + sex[other[parents]]
    assert len(np.unique(of_sex)) == len(of_sex)  # at most one father and one mother
    cared = kind == RelationKind.GUARDIAN
    assert (born[who[cared]] > DAY - 18 * 366).all() and (born[other[cared]] <= DAY - 18 * 365).all()
    minors = int((born > DAY - 18 * 365).sum())
    assert cared.sum() > 0.85 * minors
    assert (kind == RelationKind.PAYEE).sum() > 10
    assert (who != other).all()


def test_twins_have_one_birth_day_one_mother_and_other_numbers(block: Block) -> None:
    relations = block.relations.filter(pc.equal(block.relations["kind"], int(RelationKind.PARENT)))
    women = block.persons["sex"].to_numpy() == Sex.FEMALE
    of = {
        a: b for a, b in zip(relations["number"].to_pylist(), relations["other"].to_pylist(), strict=True) if women[b]
    }
    born = day_numbers(block.persons["birth_day"])
    brood: dict[tuple[int, int], list[int]] = {}
    for child, mother in of.items():
        brood.setdefault((mother, int(born[child])), []).append(child)
    twins = [children for children in brood.values() if len(children) > 1]
    assert len(twins) >= 5 and all(len(children) == 2 for children in twins)
    numbers = block.identifiers["text"].to_pylist()
    assert all(numbers[a] != numbers[b] for a, b in twins)
    siblings: dict[int, list[int]] = {}
    for mother, day in brood:
        siblings.setdefault(mother, []).append(day)
    assert all(np.diff(sorted(days)).min() >= 270 for days in siblings.values() if len(days) > 1)


def test_a_person_has_one_employer_at_a_time(city: City, block: Block) -> None:
    work = block.work
    start, end = spans(work)
    assert (start < end).all() and not overlaps(work["number"].to_numpy(), start, end)
    known = work.filter(work["organisation"].is_valid())
    organisation = known["organisation"].to_numpy()
    whole = city.organisations()
    founded = day_numbers(whole["founded"])
    assert organisation.max() < whole.num_rows
    assert (day_numbers(known["valid_from"]) >= founded[organisation]).all()
    now = work["valid_to"].is_null().to_numpy()
    assert (work["wage"].is_valid().to_numpy() == now).all()
    born, died = (day_numbers(block.persons[name]) for name in ("birth_day", "death_day"))
    number = work["number"].to_numpy()
    assert (start - born[number] >= 15 * 365).all()
    assert (died[number[now]] > DAY).all()


def test_memberships_that_exclude_each_other_do_not_overlap(block: Block) -> None:
    rows = block.memberships
    start, end = spans(rows)
    number, scheme = (rows[name].to_numpy() for name in ("number", "scheme"))
    assert (start < end).all() and (start <= DAY).all()
    for group in (PENSION_SCHEMES, MEDICAL_SCHEMES, *((code,) for code in Scheme)):
        inside = np.isin(scheme, group)
        assert inside.any() and not overlaps(number[inside], start[inside], end[inside]), group
    died = day_numbers(block.persons["death_day"])
    assert (end[died[number] <= DAY] < FOREVER).all()


def test_who_pays_has_a_history_up_to_the_last_month_and_work(block: Block) -> None:
    rows = block.memberships.filter(block.memberships["valid_to"].is_null())
    pays = rows.filter(
        pc.and_(pc.equal(rows["scheme"], int(Scheme.PENSION)), pc.equal(rows["state"], int(State.PAYING)))
    )
    payers = set(pays["number"].to_pylist())
    works = set(block.work.filter(block.work["valid_to"].is_null())["number"].to_pylist())
    assert len(payers) > 4000 and payers <= works
    history = block.history
    last = history.filter(pc.and_(pc.equal(history["year"], 2014), pc.equal(history["insurance"], 1)))
    paid = set(last["number"].to_pylist())
    assert len(payers - paid) < 0.06 * len(payers)  # but for gaps


def test_histories_begin_with_their_insurance_and_rest_on_the_pension(block: Block) -> None:
    history = block.history
    names = ("number", "insurance", "year", "months", "base", "kind", "region")
    number, insurance, year, months, base, kind, region = (history[name].to_numpy() for name in names)
    lowest = np.argmax(months[:, None] >> np.arange(12) & 1, axis=1)
    first = {Insurance.MEDICAL: (2001, 3), Insurance.UNEMPLOYMENT: (1999, 10), Insurance.INJURY: (2004, 0)}
    for code, (since, month) in (first | {Insurance.MATERNITY: (2005, 6)}).items():
        of = insurance == code
        assert int((year[of].astype(np.int64) * 12 + lowest[of]).min()) == since * 12 + month
        assert (region[of] == 11).all() and (base[of] > 0).all()
    assert (months > 0).all() and (months < 4096).all()
    cases = block.persons["case"].to_numpy()
    plain = (cases[number] == 0) & (region == 11)
    pension: dict[tuple[int, int], int] = {}
    for who, when, mask in zip(*(c[plain & (insurance == 1)].tolist() for c in (number, year, months)), strict=True):
        pension[who, when] = pension.get((who, when), 0) | mask
    for who, when, mask in zip(*(c[plain & (insurance > 1)].tolist() for c in (number, year, months)), strict=True):
        assert mask & ~pension[who, when] == 0
    assert (kind[insurance > 1] != 2).all()


def test_only_the_histories_asked_for_are_made() -> None:
    city = City(people=500, insurances=[Insurance.PENSION])
    assert pc.unique(city.block(0).history["insurance"]).to_pylist() == [1]


def test_accounts_are_of_the_last_december_and_of_whom_has_paid(block: Block) -> None:
    accounts = block.accounts
    assert pc.unique(accounts["day"]).to_pylist() == [datetime.date(2013, 12, 31)]
    assert pc.min(accounts["balance"]).as_py() > 0
    keys = np.stack([accounts["number"].to_numpy(), accounts["insurance"].to_numpy()])
    assert len(np.unique(keys, axis=1).T) == accounts.num_rows
    paid = {
        code: set(block.history.filter(pc.equal(block.history["insurance"], code))["number"].to_pylist())
        for code in (1, 2)
    }
    for code in (1, 2):
        owners = set(accounts.filter(pc.equal(accounts["insurance"], code))["number"].to_pylist())
        assert len(owners) > 1000 and owners <= paid[code]


def test_one_card_of_a_person_is_in_force(block: Block) -> None:
    cards = block.cards
    issued, ended = (day_numbers(cards[name]) for name in ("issued", "ended"))
    assert (issued <= np.minimum(ended, DAY)).all()
    assert not overlaps(cards["number"].to_numpy(), issued, ended)
    assert len(set(cards["card"].to_pylist())) == cards.num_rows
    assert 0 < (np.unique(cards["number"].to_numpy(), return_counts=True)[1] > 1).sum() < 0.1 * cards.num_rows


def test_statuses_begin_within_a_life_and_one_of_a_kind_holds(block: Block) -> None:
    status = block.status
    start, end = spans(status)
    number, kind = status["number"].to_numpy(), status["kind"].to_numpy()
    assert (start < end).all() and (start <= DAY).all()
    assert not overlaps(number * 100 + kind, start, end)
    assert (start >= day_numbers(block.persons["birth_day"])[number]).all()


def test_residence_rows_follow_each_other(block: Block) -> None:
    start, end = spans(block.residence)
    number = block.residence["number"].to_numpy()
    assert (start < end).all() and not overlaps(number, start, end)
    assert set(np.unique(number)) == set(range(block.persons.num_rows))
    assert (np.unique(number, return_counts=True)[1] == 2).sum() > 500


def test_another_day_is_another_time() -> None:
    block = City(people=WINDOW, day=DAY - 365 * 4).block(0)
    limit = date_of(DAY - 365 * 4)
    for table in (block.work, block.memberships, block.residence, block.status, block.names):
        assert pc.max(table["valid_from"]).as_py() <= limit
    assert pc.max(block.history["year"]).as_py() == limit.year


def test_the_report_is_near_the_published_figures() -> None:
    """At 200,000 people; rates and rare groups within their own bounds."""
    lines = {line.indicator: line for line in report(City(people=200_000, seed=3, insurances=[Insurance.PENSION]))}
    near = {"migrants": 5, "sex_ratio": 3, "sex_ratio_hukou": 3, "sex_ratio_migrants": 3, "households": 5, "pension": 3}
    near |= {"medical": 3, "resident_medical": 6, "cards": 4, "welfare_pension": 10, "dibao": 20, "low_income": 15}
    near |= {"organisations": 5, "medical_institutions": 10, "care_homes": 15, "streets": 0, "five_guarantee": 60}
    near |= {"age_0_14": 10, "age_60_plus": 10, "age_65_plus": 10, "resident_pension_rate": 4, "nrcms_rate": 1}
    near |= {"injury_rate": 1, "maternity_rate": 1, "vouchers": 25, "migrants_2013": 5}
    for indicator, percent in near.items():
        ratio = lines[indicator].ratio
        assert ratio is not None and abs(ratio - 1) <= percent / 100, (indicator, float(ratio or 0))
    assert set(lines) - set(near) == {"total", "total_2013"}
    assert all(line.source and line.confidence in ("source", "seed", "approx") for line in lines.values())


def test_memory_does_not_grow_with_the_city() -> None:
    """A block is made from its number alone: what a city keeps between blocks does not grow."""
    small, large = City(people=BLOCK), City(people=1000 * BLOCK)
    before = dict(vars(large))
    block = large.block(999)
    assert vars(large) == before and vars(small).keys() == vars(large).keys()
    assert block.persons.num_rows == BLOCK and pc.min(block.persons["number"]).as_py() == 999 * BLOCK
    ratio = sum(t.nbytes for t in block.tables.values()) / sum(t.nbytes for t in small.block(0).tables.values())
    assert 0.9 < ratio < 1.1
    assert [field.name for field in dataclasses.fields(Block)] == list(block.tables)


def test_the_command_prints_the_report(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["sample", str(tmp_path / "people.parquet"), "--people", "300", "--report", "--lang", "zh"]
    )
    assert result.exit_code == 0, result.output
    for words in ("福利养老金享受人数", "16,300,000", "京政发〔2011〕51号", "可信程度"):
        assert words in result.stdout
