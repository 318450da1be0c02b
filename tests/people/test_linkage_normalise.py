"""Records in one form."""

from __future__ import annotations

import datetime

import duckdb
import pyarrow as pa

from shebao.people.linkage.normalise import COLUMNS, TABLE, normalise


def _normalised(*rows: dict[str, object]) -> list[dict[str, object]]:
    given = [dict.fromkeys(COLUMNS) | {"record": str(k)} | row for k, row in enumerate(rows)]
    columns = {name: [row[name] for row in given] for name in COLUMNS}
    with duckdb.connect() as connection:
        number, sound = normalise(connection, pa.table(columns))
        found = connection.table(TABLE).order("unique_id").to_arrow_table().to_pylist()
    assert [row["number"] for row in found] == number.to_pylist()
    assert [row["sound"] for row in found] == sound.tolist()
    return found


def test_numbers() -> None:
    given = [
        "11010519491231002X",
        " 11010519491231002x ",
        "110105491231002",
        "110105194912310021",
        "110105491332002",
        "",
    ]
    found = _normalised(*({"id_number": number} for number in [*given, None]))
    assert [(row["number"], row["sound"]) for row in found] == [
        ("11010519491231002X", True),
        ("11010519491231002X", True),
        ("11010519491231002X", True),  # 15 digits, of the same person
        ("110105194912310021", False),  # the check digit
        ("110105491332002", False),  # no such day
        (None, False),
        (None, False),
    ]


def test_names() -> None:
    found = _normalised(
        {"name": "张 伟", "pinyin": "Zhang Wei"},
        {"name": "欧阳文远"},
        {"name": "欧文"},
        {"name": "买买提·艾力"},
        {"name": "李"},
        {"name": "　"},
    )
    assert [(row["name"], row["surname"], row["first"], row["second"]) for row in found] == [
        ("张伟", "张", "伟", None),
        ("欧阳文远", "欧阳", "文", "远"),
        ("欧文", "欧", "文", None),
        ("买买提艾力", "买", "买", "提艾力"),
        ("李", "李", None, None),
        (None, None, None, None),
    ]
    assert found[0]["pinyin"] == "zhangwei"


def test_addresses_birthdays_telephones() -> None:
    home = {"place": "110105001", "birth_day": datetime.date(1988, 3, 4), "phone": "138-0013 8000"}
    found = _normalised(
        {**home, "address": "12号院3号楼2单元401室"}, {**home, "address": "12-3-2-401"}, {**home, "address": "某某胡同"}
    )
    assert found[0]["address"] == found[1]["address"] != None  # noqa: E711
    assert found[2]["address"] is None
    assert (found[0]["year"], found[0]["month"], found[0]["day"]) == (1988, 3, 4)
    assert found[0]["phone"] == "13800138000"


def test_what_stands_in_many_records_is_nobodys() -> None:
    here = {"place": "110105001", "address": "1号"}
    for many, left in ((20, True), (21, False)):
        found = _normalised(*({**here, "phone": "01012345678"} for _ in range(many)), {"phone": "13800138000"})
        assert [row["phone"] is not None for row in found] == [left] * many + [True]
        assert all((row["address"] is not None) == left for row in found[:-1])
