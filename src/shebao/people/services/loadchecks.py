"""What is wrong with the tables of a load, row by row; by the column, not by the row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from shebao.files import identity, unified_code
from shebao.files.identities import suspects
from shebao.files.problems import FileRefused, Problem
from shebao.people import particulars
from shebao.people.codes import (
    HUKOUS,
    SEXES,
    HouseholdKind,
    IdentifierKind,
    OrganisationKind,
    OrganisationState,
    Protection,
    Role,
)
from shebao.people.facts import CODES
from shebao.people.services.loadtables import DEFAULTS, EMPTY, FACTS, ONE_AT_A_TIME, REFERS, TABLES

_MOST = 1000  # faults told of a column; more of the same help nobody
_ENDLESS = np.iinfo(np.int32).max
_LISTS: dict[tuple[str, str], list[int]] = {
    **{key: [int(v) for v in kind.values] for key, kind in CODES.items()},
    ("people_organisation", "kind"): OrganisationKind.values,
    ("people_organisation", "injury_class"): list(range(1, 9)),
    ("people_organisation_state", "state"): OrganisationState.values,
    ("people_household", "kind"): HouseholdKind.values,
    ("people_person", "protected"): Protection.values,
    ("people_membership", "role"): Role.values,
    ("people_vitals", "sex"): list(SEXES),
    ("people_residence", "hukou"): list(HUKOUS),
}
Flags = npt.NDArray[np.bool_]
Columns = dict[str, pa.Array]


def formed(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables with all their columns in their types, empty tables left out.  Raises FileRefused."""
    problems = [
        Problem(name, "没有这个表", f"no such table; there are {', '.join(TABLES)}")
        for name in tables
        if name not in TABLES
    ]
    found: dict[str, pa.Table] = {}
    for name in TABLES:
        if name in tables:
            found[name] = _formed(name, tables[name], problems)
    if problems:
        raise FileRefused(problems)
    return {name: table for name, table in found.items() if table.num_rows}


def _formed(name: str, table: pa.Table, problems: list[Problem]) -> pa.Table:
    wanted = TABLES[name]
    for column in table.column_names:
        if column not in wanted:
            problems.append(Problem(name, "没有这一列，请删除", "no such column; leave it out", field=column))
    columns: Columns = {}
    for column, kind in wanted.items():
        key = (name, column)
        if column in table.column_names:
            try:
                values = table[column].cast(kind).combine_chunks()
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
                problems.append(Problem(name, f"类型应为{kind}", f"is not of type {kind}", field=column))
                continue
            if key in DEFAULTS:
                values = pc.fill_null(values, pa.scalar(DEFAULTS[key], kind))
        elif key in DEFAULTS:
            values = pa.repeat(pa.scalar(DEFAULTS[key], kind), table.num_rows)
        elif key in EMPTY:
            values = pa.nulls(table.num_rows, kind)
        else:
            problems.append(Problem(name, "缺少这一列，请补充", "the column is missing; add it", field=column))
            continue
        columns[column] = values
    return pa.table(columns)


def check(tables: Mapping[str, pa.Table]) -> None:
    """Looks at every row.  Raises FileRefused with what is wrong."""
    columns = {name: {c: table[c].combine_chunks() for c in table.column_names} for name, table in tables.items()}
    problems = list(
        chain(
            _empty(columns),
            _codes(columns),
            _particulars(columns),
            _days(columns),
            _twice(columns),
            _references(columns),
            _places(columns),
            _numbers(columns),
            _overlaps(columns),
        )
    )
    if problems:
        raise FileRefused(problems)


def _told(name: str, column: str, values: pa.Array, wrong: Flags, zh: str, en: str) -> Iterator[Problem]:
    for row in islice(np.flatnonzero(wrong).tolist(), _MOST):
        value = values[row].as_py()
        yield Problem(name, zh, en, row=row + 1, field=column, found="" if value is None else str(value))


def _flags(array: pa.Array) -> Flags:
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), np.bool_)


def _empty(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    for name, columns in tables.items():
        for column, values in columns.items():
            if (name, column) in EMPTY:
                continue
            wrong = ~np.asarray(values.is_valid())
            if pa.types.is_string(values.type) and (name, column) not in DEFAULTS:
                wrong |= _flags(pc.equal(pc.utf8_trim_whitespace(values), ""))
            yield from _told(name, column, values, wrong, "为空，请填写", "is empty; fill it in")


def _codes(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    for (name, column), codes in _LISTS.items():
        if name in tables:
            values = tables[name][column]
            wrong = np.asarray(values.is_valid()) & ~_flags(pc.is_in(values, pa.array(codes, values.type)))
            yield from _told(name, column, values, wrong, f"不是代码（{_list(codes)}）", f"is none of {_list(codes)}")


def _particulars(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    """By input: the largest and the smallest value tell whether all can be kept."""
    if "people_particular" not in tables:
        return
    names, values = tables["people_particular"]["input"], tables["people_particular"]["value"]
    for name in pc.unique(names.drop_null()).to_pylist():
        here = _flags(pc.equal(names, name))
        for value in pc.unique(values.filter(pa.array(here)).drop_null()).to_pylist():
            found = particulars.fault(name, value)
            if found:
                wrong = here & _flags(pc.equal(values, value))
                yield from _told("people_particular", "value", values, wrong, *found)


def _list(codes: Iterable[int]) -> str:
    return ", ".join(map(str, codes))


def _days(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    for name, columns in tables.items():
        if "valid" in columns:
            valid = columns["valid"]
            lower, upper = valid.field("lower"), valid.field("upper")
            wrong = ~np.asarray(lower.is_valid()) | _flags(pc.less_equal(upper, lower))
            yield from _told(
                name, "valid", valid, wrong, "起始日为空或不早于终止日", "has no first day, or ends before it begins"
            )
    if "people_vitals" in tables:
        vitals = tables["people_vitals"]
        wrong = _flags(pc.less(vitals["death_day"], vitals["birth_day"]))
        yield from _told(
            "people_vitals",
            "death_day",
            vitals["death_day"],
            wrong,
            "死亡日期早于出生日期",
            "is before the day of birth",
        )


def _repeated(*keys: pa.Array) -> Flags:
    """Rows whose keys stood in an earlier row."""
    coded = [np.asarray(key.dictionary_encode().indices.fill_null(-1)) for key in keys]
    order = np.lexsort(coded[::-1])
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for codes in coded:
        same &= codes[order][1:] == codes[order][:-1]
    found = np.zeros(len(order), np.bool_)
    found[order[1:]] = same
    return found


def _twice(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    for name in ("people_organisation", "people_household", "people_person"):
        if name in tables:
            ids = tables[name]["id"]
            yield from _told(name, "id", ids, _repeated(ids), "编号重复", "stands in an earlier row too")
    if "people_vitals" in tables:
        persons = tables["people_vitals"]["person_id"]
        yield from _told(
            "people_vitals", "person_id", persons, _repeated(persons), "此人有两行", "has an earlier row too"
        )
    if "people_card" in tables:
        card = tables["people_card"]
        open_ended = ~np.asarray(card["valid"].field("upper").is_valid()) & np.asarray(card["number"].is_valid())
        shown = pc.if_else(pa.array(open_ended), card["number"], pa.array([f"-{k}" for k in range(len(open_ended))]))
        yield from _told("people_card", "number", shown, _repeated(shown), "卡号重复", "stands in an earlier row too")


def _references(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    for name, columns in tables.items():
        for column, head in REFERS.items():
            if column not in columns or (name not in FACTS and column == "person_id"):
                continue
            values = columns[column]
            unknown = values.is_valid()
            if head in tables:
                unknown = pc.and_(unknown, pc.invert(pc.is_in(values, tables[head]["id"])))
            asked = values.filter(unknown).unique()
            if len(asked):
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT id FROM {head} WHERE id = ANY(%s)", [asked.to_pylist()])
                    there = pa.array([row[0] for row in cursor.fetchall()], pa.int64())
                wrong = _flags(unknown) & ~_flags(pc.is_in(values, there))
                yield from _told(name, column, values, wrong, f"{head}中没有这个编号", f"is not in {head}")


def _places(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    for name in ("people_organisation", "people_household", "people_person"):
        if name in tables:
            values = tables[name]["place"]
            with connection.cursor() as cursor:
                cursor.execute("SELECT code FROM access_place WHERE code = ANY(%s)", [values.unique().to_pylist()])
                there = pa.array([row[0] for row in cursor.fetchall()], pa.string())
            wrong = ~_flags(pc.is_in(values, there))
            yield from _told(name, "place", values, wrong, "没有这个地区代码", "is no place that is known")
    if "people_residence" in tables:
        for column in ("place", "hukou_place"):
            values = tables["people_residence"][column]
            form = pc.match_substring_regex(values, r"^\d{2}(\d{4}(\d{3}(\d{3})?)?)?$")
            wrong = np.asarray(values.is_valid()) & ~_flags(form)
            yield from _told(
                "people_residence", column, values, wrong, "应为2、6、9或12位数字", "has not 2, 6, 9 or 12 digits"
            )


def _numbers(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    if "people_identifier" in tables:
        yield from _identifiers(tables["people_identifier"])
    if "people_organisation" in tables:
        codes = tables["people_organisation"]["code"]
        for row in unified_code.suspects(codes).tolist()[:_MOST]:
            code = codes[row].as_py()
            fault = unified_code.fault(code)
            if fault or code != unified_code.normal(code):
                zh, en = fault or ("应为大写字母且无空格、连字符", "has a small letter, a blank or a hyphen")
                yield Problem("people_organisation", zh, en, row=row + 1, field="code", found=code)
        yield from _taken("people_organisation", "code", codes, codes.is_valid(), "code", "people_organisation", "")


def _identifiers(columns: Columns) -> Iterator[Problem]:
    name = "people_identifier"
    kinds, numbers = columns["kind"], columns["number"]
    citizen = _flags(pc.equal(kinds, int(IdentifierKind.CITIZEN)))
    doubtful = np.zeros(len(numbers), np.bool_)
    doubtful[suspects(numbers)] = True
    for row in np.flatnonzero(citizen & doubtful).tolist()[:_MOST]:
        number = numbers[row].as_py()
        fault = identity.fault(number) if number else None
        if fault or (number and number != number.strip().upper()):
            zh, en = fault or ("末位字母应大写且无空格", "has a small letter or a blank")
            yield Problem(name, zh, en, row=row + 1, field="number", found=str(number))
    old = _flags(pc.equal(kinds, int(IdentifierKind.CITIZEN_15)))
    form = _flags(pc.match_substring_regex(numbers, r"^[1-9][0-9]{14}$"))
    yield from _told(name, "number", numbers, old & ~form, "应为15位数字", "has not 15 digits")
    for kind in kinds.unique().to_pylist():
        if kind is not None and kind != IdentifierKind.UNVERIFIED:
            where = f" AND kind = {int(kind)} AND upper_inf(recorded)"
            yield from _taken(name, "number", numbers, pc.equal(kinds, kind), "number", name, where)


def _taken(
    name: str, column: str, values: pa.Array, chosen: pa.Array, stored: str, table: str, where: str
) -> Iterator[Problem]:
    """Values of the chosen rows that stand in an earlier one, or in the record."""
    own = pc.if_else(chosen, values, pa.scalar(None, pa.string()))
    present = np.asarray(own.is_valid())
    yield from _told(name, column, values, present & _repeated(own), "与前面的行重复", "stands in an earlier row too")
    with connection.cursor() as cursor:
        asked = own.drop_null().unique().to_pylist()
        cursor.execute(f"SELECT {stored} FROM {table} WHERE {stored} IN (SELECT unnest(%s::text[])){where}", [asked])
        there = pa.array([row[0] for row in cursor.fetchall()], pa.string())
    wrong = present & _flags(pc.is_in(own, there))
    yield from _told(name, column, values, wrong, "已有登记，请查重", "is in the record already; look for a duplicate")


def _overlaps(tables: Mapping[str, Columns]) -> Iterator[Problem]:
    for name, keys, only in ONE_AT_A_TIME:
        if name not in tables:
            continue
        columns = tables[name]
        chosen = np.asarray(columns["valid"].is_valid())
        if only is not None:
            kinds = columns[only[0]].cast(pa.int16())
            chosen &= _flags(pc.is_in(kinds, pa.array(sorted(only[1]), pa.int16())))
        wrong = _overlapping([columns[key] for key in keys], columns["valid"], chosen)
        yield from _told(
            name,
            "valid",
            columns["valid"],
            wrong,
            "与同一人（单位）前面的行日期重叠，请改为首尾相接",
            "overlaps an earlier row of the same person or organisation; let one end before the next begins",
        )


def _number_coded(key: pa.Array) -> pa.Array:
    """A key as numbers: of a text, its place among the texts of the table."""
    return (key.dictionary_encode().indices if pa.types.is_string(key.type) else key).cast(pa.int64())


def _overlapping(keys: list[pa.Array], valid: pa.Array, chosen: Flags) -> Flags:
    """Rows that begin before an earlier one of the same keys has ended."""
    found = np.zeros(len(valid), np.bool_)
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return found
    coded = [np.asarray(pc.fill_null(_number_coded(key), 0))[rows] for key in keys]
    lower = np.asarray(pc.fill_null(valid.field("lower").cast(pa.int32()), 0)).astype(np.int64)[rows]
    upper = np.asarray(pc.fill_null(valid.field("upper").cast(pa.int32()), _ENDLESS)).astype(np.int64)[rows]
    order = np.lexsort([lower, *coded[::-1]])
    first = np.ones(len(order), np.bool_)
    first[1:] = np.any([codes[order][1:] != codes[order][:-1] for codes in coded], axis=0)
    group = np.cumsum(first)
    # Days are far below 2^33: the latest end so far within the group, the group being the higher part.
    latest = np.maximum.accumulate((group << 33) + upper[order] + 2**31) - (group << 33) - 2**31
    clash = ~first[1:] & (lower[order][1:] < latest[:-1])
    found[rows[order[1:]]] = clash
    return found
