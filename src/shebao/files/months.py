"""Months as people write them: 2014-07, 2014年7月, 201407, 2014/7, a day of the month, an Excel date."""

from __future__ import annotations

import datetime
import re

from shebao.rules.values import Problem

FIRST, LAST = 195001, 209912
_FORM = re.compile(
    r"(\d{4})(?:[-/](\d{1,2})|\.(\d{2})|年(\d{1,2})月?|(\d{2}))(?:[-/]\d{1,2}(?: 00:00:00)?|\d{1,2}日)?", re.ASCII
)


def parse_month(written: object) -> int:
    """The month as 201407, from 1950 to 2099.

    written: text, an int, a whole float, a date.  Raises values.Problem with the remedy; 2014.1, which a spreadsheet
    makes of October too, is refused.
    """
    if isinstance(written, datetime.date):
        return _bounded(written.year, written.month, written)
    if isinstance(written, float) and written.is_integer():
        written = int(written)
    found = None
    if isinstance(written, (str, int)) and not isinstance(written, bool):
        found = _FORM.fullmatch(str(written).strip())
    if found is None:
        shown = str(written)[:40]
        raise Problem(
            f"“{shown}”不是月份，请写作2014-07（单元格设为文本）", f"{shown} is no month; write 2014-07, as text"
        )
    return _bounded(int(found[1]), int(next(part for part in found.groups()[1:] if part)), written)


def _bounded(year: int, month: int, written: object) -> int:
    if not 1 <= month <= 12:
        raise Problem(f"{written}的月份不在1至12之间，请更正", f"{written}: the month is not from 1 to 12; correct it")
    if not FIRST <= year * 100 + month <= LAST:
        raise Problem(
            f"{written}不在1950年至2099年之间，请更正", f"{written} is outside the years 1950 to 2099; correct it"
        )
    return year * 100 + month


def written_month(month: int) -> str:
    """201407 as 2014-07."""
    return f"{month // 100:04d}-{month % 100:02d}"
