"""Control totals side by side: declared with the files, read in them, written into the record, posted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from shebao.files.problems import Problem
from shebao.ledger.models import Kind
from shebao.takeover.layout import SUMS

ROWS = "rows"


@dataclass(frozen=True)
class Line:
    """One total.  measure: `rows`, or a column that is summed, in fen.  None: there is no such figure."""

    kind: str
    file: str
    measure: str
    declared: int | None
    read: int
    loaded: int | None = None
    ledger: int | None = None

    @property
    def agrees(self) -> bool:
        """Whether all figures that there are are the same."""
        return all(figure in (None, self.read) for figure in (self.declared, self.loaded, self.ledger))


def compared(kind: str, file: str, declared: Mapping[str, int], read: Mapping[str, int]) -> list[Line]:
    """The totals of a file before anything is written."""
    return [Line(kind, file, measure, declared.get(measure), read[measure]) for measure in (ROWS, *SUMS[kind])]


def faults(lines: list[Line]) -> Iterator[Problem]:
    """Totals that were not declared, or are not those of the file."""
    for line in lines:
        if line.declared is None:
            yield Problem(
                line.file,
                f"没有申报控制总数{line.measure}，请在control文件中补充（文件中为{line.read}）",
                f"has no control total for {line.measure}; declare it in the control file (the file has {line.read})",
                field=line.measure,
                warning=line.measure != ROWS,
            )
        elif line.declared != line.read:
            yield Problem(
                line.file,
                f"控制总数不符：申报{line.declared}，文件中{line.read}；请核对是否缺行、重复或被截断",
                f"control total: declared {line.declared}, the file has {line.read}; look for rows that are missing, "
                "twice or cut off",
                field=line.measure,
                found=str(line.read),
            )


_COUNTED = {
    "organisations": "(SELECT count(*) FROM people_organisation WHERE act_id = %(act)s) + (SELECT count(*) FROM "
    "staged_organisations t JOIN people_organisation o ON o.code = t.code WHERE o.act_id <> %(act)s)",
    "persons": "(SELECT count(*) FROM people_person WHERE act_id = %(act)s) + (SELECT count(*) FROM staged_who "
    "WHERE known AND row IS NOT NULL)",
    "histories": "FROM contributions_history WHERE act_id = %(act)s",
    "balances": "FROM contributions_opening WHERE act_id = %(act)s",
    "awards": "FROM takeover_award WHERE act_id = %(act)s",
}
_LEDGER = (
    "SELECT coalesce(-sum(p.amount), 0)::bigint FROM ledger_transaction h "
    "JOIN ledger_posting p ON p.transaction_id = h.id AND p.day = h.day JOIN ledger_account a ON a.id = p.account_id "
    f"WHERE h.act_id = %(act)s AND h.kind = {int(Kind.OPENING)} AND a.owner LIKE 'person:%%'"
)


def loaded(connection: psycopg.Connection[Any], act_id: int, lines: list[Line]) -> list[Line]:
    """The same totals with what the act has written and posted."""
    given = {"act": act_id}
    found: dict[str, dict[str, int]] = {}
    with connection.cursor() as cursor:
        for kind in {line.kind for line in lines}:
            sums = SUMS[kind]
            what = _COUNTED[kind]
            if sums:
                chosen = ", ".join(f"coalesce(sum({column}), 0)::bigint" for column in sums)
                query = f"SELECT count(*), {chosen} {what}"
            else:
                query = f"SELECT {what}"
            row = cursor.execute(query, given).fetchone() or ()
            found[kind] = dict(zip((ROWS, *sums), row, strict=True))
        posted = cursor.execute(_LEDGER, given).fetchone() or (0,)
    return [
        Line(
            line.kind,
            line.file,
            line.measure,
            line.declared,
            line.read,
            found[line.kind][line.measure],
            posted[0] if (line.kind, line.measure) == ("balances", "balance") else None,
        )
        for line in lines
    ]
