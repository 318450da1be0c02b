"""A declaration of 10,000 rows from Excel against reading the same file alone: declaration.py [ROWS] [ROUNDS]

Alone: the workbook to Python rows.  Whole: rows, columns, every check, totals.  In turn, after one round to warm up;
prints the medians, their ratio and its ends.
"""

from __future__ import annotations

import datetime
import io
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

import openpyxl
import python_calamine

from shebao.files.declaration import read_declaration
from shebao.files.identity import check_digit

CODE = "91350100M000100Y43"


def written(path: Path, rows: int) -> None:
    """A sound declaration: most people as last month, some who join or leave, amounts as a payroll has them."""
    chance = random.Random(7)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["统一社会信用代码", CODE, "单位名称", "样本公司", "申报月份", "2014-07"])
    headers = "序号 姓名 证件类型 证件号码 变动类型 起始月 终止月 月缴费工资 户口或身份类别 减少原因 备注"
    sheet.append(headers.split())
    total = 0
    for k in range(rows):
        born = datetime.date(1955, 1, 1) + datetime.timedelta(days=k % 14_000)
        first = f"110105{born:%Y%m%d}{k // 14_000:03d}"
        fen = chance.randrange(150_000, 3_000_000)
        name = "".join(chance.choice("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗") for _ in range(3))
        row: list[object] = [k + 1, name, "居民身份证", first + check_digit(first), "正常", None, None, fen / 100]
        if k % 20 == 0:
            row = [*row[:4], "新增", "2014-07", None, fen / 100, "外埠农村"]
        elif k % 20 == 1:
            row, fen = [*row[:4], "减少", None, "2014-06", None, None, "合同到期"], 0
        total += fen
        sheet.append(row)
    sheet.append(["合计", rows, None, None, None, None, None, total / 100])
    book.save(path)


def alone(data: bytes) -> int:
    with python_calamine.load_workbook(io.BytesIO(data)) as book:
        return len(book.get_sheet_by_index(0).to_python())


def whole(data: bytes) -> int:
    declared = read_declaration(data, "declaration.xlsx", CODE, 201407)
    assert declared.usable, declared.problems[0]
    return len(declared.table)


def main() -> None:
    rows, rounds = (int(text) for text in [*sys.argv[1:3], "10000", "15"][:2])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "declaration.xlsx"
        written(path, rows)
        data = path.read_bytes()
    seconds: dict[str, list[float]] = {"alone": [], "whole": []}
    for number in range(rounds + 1):
        for name, read in (("alone", alone), ("whole", whole)):
            start = time.perf_counter()
            read(data)
            if number:
                seconds[name].append(time.perf_counter() - start)
    ratios = [b / a for a, b in zip(seconds["alone"], seconds["whole"], strict=True)]
    for name, found in seconds.items():
        print(f"{name}: {statistics.median(found) * 1000:.0f} ms")
    print(f"ratio: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}), {rows} rows")


if __name__ == "__main__":
    main()
