"""What the rows of a declaration must have by their kind of change, and what must not stand twice."""

from __future__ import annotations

import numpy as np

from shebao.files.cells import Fault
from shebao.files.declaration.columns import Columns, Flags
from shebao.files.declaration.fields import BY_NAME, Change
from shebao.files.identity import masked
from shebao.files.months import written_month

_NEEDED = {
    Change.NORMAL: ("wage",),
    Change.JOIN: ("from_month", "wage", "status"),
    Change.LEAVE: ("to_month", "reason"),
    Change.WAGE: ("from_month", "wage"),
    Change.BACK: ("from_month", "to_month", "wage"),
}


def check_people(columns: Columns, month: int) -> None:
    """Tells the columns what is wrong with their rows.  month: of the declaration, 0 when it is not known."""
    changes = columns.numbers["change"]
    for name in ("name", "id_number", "change"):
        _missing(columns, name, np.ones(len(changes), np.bool_), "")
    for change, names in _NEEDED.items():
        for name in names:
            _missing(columns, name, changes == change, change.zh, change.en)
    first, last = columns.numbers["from_month"], columns.numbers["to_month"]
    for k in np.flatnonzero((first > 0) & (last > 0) & (first > last)):
        begun = written_month(int(first[k]))
        fault = (f"早于起始月{begun}，请更正其中之一", f"lies before the first month {begun}; correct one of them")
        columns.say(int(k), "to_month", written_month(int(last[k])), fault)
    if month:
        _against(columns, month)
    _twice(columns)


def _missing(columns: Columns, name: str, rows: Flags, zh: str, en: str = "") -> None:
    """A cell that these rows need is empty, and not because what stood there was bad."""
    field = BY_NAME[name]
    for k in np.flatnonzero(rows & ~columns.given[name] & ~columns.bad[name]):
        fault = (
            f"{zh}须填写{field.zh}，请补填" if zh else f"缺少{field.zh}，请补填",
            f"the {field.en.lower()} is missing{f', which {en} needs' if en else ''}; fill it in",
        )
        columns.say(int(k), name, None, fault)


def _against(columns: Columns, month: int) -> None:
    """Months of the rows against the one that is declared."""
    changes = columns.numbers["change"]
    declared = written_month(month)
    back = changes == Change.BACK
    for name in ("from_month", "to_month"):
        numbers = columns.numbers[name]
        for k in np.flatnonzero(~back & (numbers > month)):
            fault = (
                f"晚于申报月份{declared}，请在该月再申报",
                f"lies behind the month declared, {declared}; declare it in its own month",
            )
            columns.say(int(k), name, written_month(int(numbers[k])), fault)
    last = columns.numbers["to_month"]
    for k in np.flatnonzero(back & (last >= month)):
        fault = (
            f"补缴只能到申报月份{declared}之前，请更正",
            f"a back payment ends before the month declared, {declared}; correct it",
        )
        columns.say(int(k), "to_month", written_month(int(last[k])), fault)


def _twice(columns: Columns) -> None:
    """A person stands once in a file; besides that with back payments of months that do not meet."""
    numbers = columns.texts["id_number"].dictionary_encode()
    keys = numbers.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64) * 100
    keys += columns.numbers["id_kind"]
    known = columns.given["id_number"]
    distinct, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    if len(distinct) == len(keys):
        return
    groups: dict[int, list[int]] = {}
    for k in np.flatnonzero(known & (counts[inverse] > 1)).tolist():
        groups.setdefault(int(inverse[k]), []).append(k)
    for places in groups.values():
        number = masked(columns.texts["id_number"][places[0]].as_py())
        met = _meeting(columns, places)
        for k, others in met.items():
            columns.say(k, "id_number", number, _twice_fault([int(columns.rows[p]) for p in others if p != k]))
        names = {k: columns.texts["name"][k].as_py() for k in places if columns.given["name"][k]}
        if not met and len(set(names.values())) > 1:
            for k, name in names.items():
                rows = _rows([int(columns.rows[p]) for p in places if p != k])
                fault = (
                    f"与第{rows}行证件号码相同而姓名不同，请对照证件核对",
                    f"has the number of row {rows} and another name; compare both with the certificates",
                )
                columns.say(k, "name", name, fault)


def _meeting(columns: Columns, places: list[int]) -> dict[int, list[int]]:
    """Of one person's rows those that exclude others, with these: all but back payments, and those of one month."""
    changes, first, last = (columns.numbers[name] for name in ("change", "from_month", "to_month"))
    alone = [k for k in places if changes[k] != Change.BACK]
    found = dict.fromkeys(alone, alone) if len(alone) > 1 else {}
    backs = sorted((int(first[k]), k) for k in places if changes[k] == Change.BACK and first[k] and last[k])
    latest = -1
    for month, k in backs:
        if latest >= 0 and month <= last[latest]:
            found.setdefault(k, []).append(latest)
            found.setdefault(latest, []).append(k)
        if latest < 0 or last[k] > last[latest]:
            latest = k
    return found


def _rows(rows: list[int]) -> str:
    return ", ".join(map(str, rows[:5])) + (" ..." if len(rows) > 5 else "")


def _twice_fault(rows: list[int]) -> Fault:
    shown = _rows(rows)
    return (
        f"与第{shown}行是同一人，请只保留一行（补缴的月份不得重叠）",
        f"stands in row {shown} too; keep one row for a person (back payments must be of different months)",
    )
