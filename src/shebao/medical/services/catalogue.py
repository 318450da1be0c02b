"""医保目录: items from a table, and what an institution calls them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.db import IntegrityError, connection, transaction

from shebao.access.acting import Act
from shebao.files.problems import FileRefused, Problem
from shebao.medical.models import CatalogueItem
from shebao.people.refusals import Refused
from shebao.rules.kinds import ONE4

FEN = 100  # to a yuan
DEMO = Path(__file__).parents[1] / "catalogue.csv"  # a small catalogue of the project's own
COLUMNS = (
    "code",
    "kind",
    "name",
    "class",
    "first_share",
    "price_limit",
    "sex",
    "age_from",
    "age_to",
    "day_quantity",
    "since",
    "until",
)
_KINDS = {"drug": 1, "service": 2, "material": 3}
_CLASSES = {"甲": 1, "乙": 2, "丙": 3}
_SEXES = {"": None, "男": 1, "女": 2}


@dataclass(frozen=True)
class Item:
    """An item; see models.CatalogueItem.  since, until: first and last day."""

    code: str
    kind: int
    name: str
    item_class: int
    first_share: int
    price_limit: int
    sex: int | None
    age_from: int | None
    age_to: int | None
    day_quantity: int | None
    since: date
    until: date | None


def read(path: Path) -> list[Item]:
    """Items of a comma-separated file with the COLUMNS; yuan and shares as decimals.  Raises FileRefused."""
    items: list[Item] = []
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if missing := set(COLUMNS) - set(reader.fieldnames or ()):
                names = ", ".join(sorted(missing))
                raise FileRefused([Problem(path.name, f"缺少列{names}，请补上", f"the columns {names} are missing", 1)])
            for number, row in enumerate(reader, 2):
                try:
                    items.append(_item(row))
                except (KeyError, ValueError) as error:
                    problems.append(Problem(path.name, f"内容有误，请更正：{error}", f"is wrong: {error}", number))
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileRefused(
            [Problem(path.name, "不是UTF-8编码的CSV文件，请另存后重试", "is no CSV file in UTF-8; save it as one")]
        ) from error
    if problems:
        raise FileRefused(problems)
    return items


def _exact(text: str, scale: int) -> int:
    """A decimal as a whole number of its parts.  Raises ValueError."""
    try:
        value = Decimal(text) * scale
        if value != int(value):
            raise ValueError(text)
    except (InvalidOperation, OverflowError) as error:
        raise ValueError(text) from error
    return int(value)


def _item(row: Mapping[str, str]) -> Item:
    def whole(name: str) -> int | None:
        return int(row[name]) if row[name] else None

    return Item(
        code=row["code"].strip(),
        kind=_KINDS[row["kind"]],
        name=row["name"].strip(),
        item_class=_CLASSES[row["class"]],
        first_share=_exact(row["first_share"] or "0", ONE4),
        price_limit=_exact(row["price_limit"] or "0", FEN),
        sex=_SEXES[row["sex"]],
        age_from=whole("age_from"),
        age_to=whole("age_to"),
        day_quantity=_exact(row["day_quantity"], ONE4) if row["day_quantity"] else None,
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
    )


def add_items(act: Act, items: Iterable[Item]) -> int:
    """Items of the catalogue, each from its first to its last day; gives how many.  Raises Refused.

    An item that is there and open ends the day before the new one begins.
    """
    given = list(items)
    codes, days = [item.code for item in given], [item.since for item in given]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE medical_catalogue c SET valid = daterange(lower(c.valid), u.since) "
                "FROM unnest(%s::text[], %s::date[]) AS u (code, since) "
                "WHERE c.code = u.code AND c.valid @> u.since AND lower(c.valid) < u.since AND upper_inf(c.valid)",
                [codes, days],
            )
            CatalogueItem.objects.bulk_create(
                CatalogueItem(
                    code=item.code,
                    kind=item.kind,
                    name=item.name,
                    item_class=item.item_class,
                    first_share=item.first_share,
                    price_limit=item.price_limit,
                    sex=item.sex,
                    age_from=item.age_from,
                    age_to=item.age_to,
                    day_quantity=item.day_quantity,
                    valid=(item.since, None if item.until is None else date.fromordinal(item.until.toordinal() + 1)),
                    act_id=act.id,
                )
                for item in given
            )
    except IntegrityError as error:
        raise Refused(
            "目录中已有同一编码且日期重叠的项目，请核对生效日期",
            "an item of the code holds on these days already; look at the days",
        ) from error
    return len(given)


def match_all(act: Act, institution_id: int, codes: Sequence[str], since: date) -> int:
    """The institution calls these items by the catalogue's own codes; gives how many matches are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO medical_matching (institution_id, own_code, own_name, list_type, code, valid, act_id) "
            "SELECT %s, c.code, min(c.name), (min(c.kind) * 100 + 1)::text, c.code, daterange(%s, NULL), %s "
            "FROM medical_catalogue c WHERE c.code = ANY(%s) AND NOT EXISTS (SELECT FROM medical_matching m "
            "WHERE m.institution_id = %s AND m.own_code = c.code AND m.undone_at IS NULL) GROUP BY c.code",
            [institution_id, since, act.id, list(codes), institution_id],
        )
        return int(cursor.rowcount)
