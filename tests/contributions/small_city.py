"""A few employers and persons for the tests of contributions, made through the rooms' own services."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date

import numpy as np
import openpyxl
import pyarrow as pa

from shebao.access import services as access
from shebao.access.acting import Act, acting
from shebao.access.models import Place
from shebao.database.copying import ranges
from shebao.files.identity import birth_day, check_digit
from shebao.files.unified_code import check_character
from shebao.people.services import loading

PLACE = "110105"
OPENED = date(2005, 1, 1)


def number(k: int) -> str:
    """The k-th sound identity number: births spread over 1950 to 1989."""
    first = f"{PLACE}{1950 + k % 40:04d}{1 + k // 40 % 12:02d}{1 + k // 480 % 28:02d}{k // 13440:03d}"
    return first + check_digit(first)


def name(k: int) -> str:
    """The k-th name."""
    return "王李张刘陈杨赵黄周吴"[k % 10] + "伟芳娜敏静丽强磊军洋"[k // 10 % 10] + "一二三四五六七八九十"[k // 100 % 10]


def code(k: int) -> str:
    """The k-th sound organisation code."""
    first = f"91110105MA{k:07d}"
    return first + check_character(first)


def city(actor: int) -> None:
    """The place where everybody is."""
    with acting(actor, "access.manage") as act:
        if not Place.objects.filter(code=PLACE).exists():
            access.add_places(act, [(PLACE, 2, "朝阳区", False)])


def organisations(act: Act, first: int, count: int) -> list[int]:
    """Employers in the record; the k-th has the risk class 1, 2 or 3."""
    ids = loading.draw("organisation", count)
    loading.load(
        act,
        {
            "people_organisation": pa.table(
                {
                    "id": ids,
                    "kind": np.ones(count, np.int16),
                    "name": [f"第{first + k}公司" for k in range(count)],
                    "code": [code(first + k) for k in range(count)],
                    "place": [PLACE] * count,
                    "injury_class": np.arange(count).astype(np.int16) % 3 + 1,
                }
            )
        },
        OPENED,
        "测试",
    )
    return [int(k) for k in ids]


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
        OPENED,
        "测试",
    )
    return [int(k) for k in ids]


# ---------------------------------------------------------------- declarations
HEADERS = ["姓名", "证件类型", "证件号码", "变动类型", "起始月", "终止月", "月缴费工资", "户口或身份类别", "减少原因"]
Line = dict[str, object]


def line(k: int, change: str = "正常", wage: object = "5000.00", **more: object) -> Line:
    """A row about the k-th person.  more: first, last, status, reason, name, paper."""
    return {
        "姓名": more.get("name", name(k)),
        "证件类型": None,
        "证件号码": more.get("paper", number(k)),
        "变动类型": change,
        "起始月": more.get("first"),
        "终止月": more.get("last"),
        "月缴费工资": wage,
        "户口或身份类别": more.get("status", "本市城镇" if change == "新增" else None),
        "减少原因": more.get("reason", "其他" if change == "减少" else None),
    }


def cells(organisation_code: str, month: str, lines: Sequence[Line]) -> list[list[object]]:
    """The sheet: what stands above, the header in row 2, people from row 3."""
    above = ["统一社会信用代码", organisation_code, "申报月份", month]
    return [above, list(HEADERS), *([one[header] for header in HEADERS] for one in lines)]


def excel(organisation_code: str, month: str, lines: Sequence[Line]) -> bytes:
    """The declaration as Excel."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in cells(organisation_code, month, lines):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def comma(organisation_code: str, month: str, lines: Sequence[Line]) -> bytes:
    """The declaration as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(
        [*row, *[None] * (len(HEADERS) - len(row))] for row in cells(organisation_code, month, lines)
    )
    return out.getvalue().encode()
