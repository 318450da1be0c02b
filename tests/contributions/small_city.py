"""A few employers and persons for the tests of contributions, made through the rooms' own services."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
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
