"""A folder as a city's old system would leave it: invented persons with histories, balances and awards."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from shebao.files.identity import check_digit
from shebao.files.unified_code import check_character

Row = dict[str, Any]
Folder = dict[str, list[Row]]
SUMS = {"histories": ("base", "weighted", "account"), "balances": ("balance", "own"), "awards": ("amount",)}
PLACES = ("11", "110105", "110108")  # that access_place has, once `add_places` was called
AS_OF = "2014-06-30"


def identity(born: date, number: int, male: bool, area: str = "110105") -> str:
    """A sound identity number."""
    first = f"{area}{born:%Y%m%d}{number % 500 * 2 + male:03d}"
    return first + check_digit(first)


def invented(persons: int, seed: int = 1, prefix: str = "p") -> Folder:
    """The rows of all files, as they are written: amounts in yuan."""
    draw = random.Random(seed)
    found: Folder = {kind: [] for kind in ("organisations", "persons", "histories", "balances", "awards")}
    for k in range(max(1, persons // 50)):
        first = f"91110105{seed:04d}{k:05d}"
        found["organisations"].append(
            {
                "organisation": f"o{k}",
                "code": first + check_character(first),
                "name": f"第{k}单位",
                "place": draw.choice(PLACES),
                "kind": "企业",
                "sector": "C",
                "injury_class": "2",
                "since": "2001-03-01",
            }
        )
    for k in range(persons):
        _person(found, draw, k, f"{prefix}{k}")
    return found


def _person(found: Folder, draw: random.Random, k: int, key: str) -> None:
    born = date(1940, 1, 1) + timedelta(days=draw.randrange(19_000))
    male = draw.random() < 0.5
    works = born.year > 1955
    found["persons"].append(
        {
            "person_id": key,
            "name": draw.choice("王李张刘陈") + draw.choice(("伟", "芳", "秀英", "建国", "敏")),
            "id_kind": "居民身份证",
            "id_number": identity(born, k, male, draw.choice(("110101", "110105", "110108"))),
            "sex": "男" if male else "女",
            "birth_day": born.isoformat(),
            "death_day": "",
            "place": draw.choice(PLACES),
            "address": "某路1号",
            "hukou": "本市非农业户口",
            "phone": f"139{k:08d}",
            "organisation": found["organisations"][k % len(found["organisations"])]["organisation"] if works else "",
            "work_since": "2005-01-01" if works else "",
        }
    )
    for year in range(2005, 2005 + draw.randrange(0, 9)):
        base = Decimal(draw.randrange(1000_00, 9000_00)) / 100 * 12
        found["histories"].append(
            {
                "person_id": key,
                "insurance": "职工基本养老保险",
                "year": year,
                "region": "北京",
                "kind": "缴费",
                "months": "1-12",
                "base": base,
                "weighted": base * 13 / 2,
                "credited": "",
                "account": "0",
                "wage": "0",
            }
        )
    balance = Decimal(draw.randrange(0, 90_000_00)) / 100
    if draw.random() < 0.8:
        found["balances"].append(
            {"person_id": key, "insurance": 1, "as_of": "2013-12-31", "balance": balance, "own": balance // 2}
        )
    if draw.random() < 0.3:
        found["balances"].append(
            {"person_id": key, "insurance": "职工基本医疗保险", "as_of": AS_OF, "balance": balance // 9, "own": 0}
        )
    if not works:
        found["awards"].append(
            {
                "person_id": key,
                "kind": "基本养老金",
                "amount": Decimal(draw.randrange(1500_00, 5000_00)) / 100,
                "since": "2010-03-01",
                "paid_to": "2014-06-01",
            }
        )


def control(folder: Folder) -> dict[str, dict[str, Any]]:
    """Rows and sums, file by file."""
    return {
        f"{kind}.csv": {"rows": len(rows)}
        | {column: sum((Decimal(str(row[column])) for row in rows), Decimal()) for column in SUMS.get(kind, ())}
        for kind, rows in folder.items()
        if rows
    }


def write(
    path: Path, folder: Folder, totals: Mapping[str, Mapping[str, Any]] | None = None, source: str = "旧系统"
) -> Path:
    """Writes the files and the control file; totals: when they are not those of the rows."""
    path.mkdir(parents=True)
    for kind, rows in folder.items():
        if not rows:
            continue
        with (path / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    lines = [f"source: {source}", f"as_of: {AS_OF}", "files:"]
    for name, measures in (totals or control(folder)).items():
        lines.append(f"  {name}: {{{', '.join(f'{measure}: {value}' for measure, value in measures.items())}}}")
    (path / "control.yaml").write_text("\n".join(lines), encoding="utf-8")
    return path


def report(path: Path) -> list[dict[str, str]]:
    """The rows of a report."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def places_of(rows: Iterable[Mapping[str, str]]) -> set[tuple[str, str, str]]:
    """(file, row, field) of each fault."""
    return {(row["file"], row["row"], row["field"]) for row in rows if row["warning"] == "False"}
