"""查重: pairs of records that may be of one person, and what is decided about them."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from shebao.access.acting import Act
from shebao.database.connection import psycopg_connection
from shebao.people.codes import PairState
from shebao.people.linkage import Band, Links, answer, link
from shebao.people.linkage.model import COMPARISONS
from shebao.people.refusals import Refused
from shebao.people.selectors.duplicates import records
from shebao.people.selectors.person import whole
from shebao.people.services.merging import merge

PAIRS = {
    "first": pa.int64(),
    "second": pa.int64(),
    "band": pa.int16(),
    "score": pa.float64(),
    "rank": pa.int32(),
    "reasons": pa.list_(pa.string()),
}


@dataclass(frozen=True)
class Found:
    """What a search for duplicates did: records compared, pairs merged unasked, pairs put in the queue."""

    records: int
    merged: int
    queued: int


def find_duplicates(act: Act, merge_certain: bool = False, threads: int | None = None) -> Found:
    """Compares all records within the actor's scope and queues the pairs that may be one person.

    What was decided to be two stays two.  merge_certain: pairs beyond doubt are merged unasked, into the older record.
    """
    compared = records(act)
    if compared.num_rows < 2:
        return Found(compared.num_rows, 0, 0)
    links = _answered(link(compared, threads=threads))
    merged = 0
    if merge_certain:
        ids = compared["record"].to_pylist()
        for place, first in enumerate(links.person.tolist()):
            if first != place:
                merge(act, ids[first], ids[place], "查重：自动认定为同一人")
                merged += 1
    return Found(compared.num_rows, merged, queue_pairs(act, _questions(links, certain=not merge_certain)))


def _answered(links: Links) -> Links:
    """With what was decided before about records that still stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.first_id, p.second_id FROM people_pair p JOIN people_person a ON a.id = p.first_id "
            "JOIN people_person b ON b.id = p.second_id "
            "WHERE p.state = %s AND a.merged_into IS NULL AND b.merged_into IS NULL",
            [PairState.DIFFERENT],
        )
        decided = {(str(first), str(second)): False for first, second in cursor.fetchall()}
    return answer(links, decided) if decided else links


def _questions(links: Links, certain: bool) -> pa.Table:
    """The pairs for the queue, in the shape of PAIRS."""
    bands = [Band.REVIEW, Band.AUTOMATIC] if certain else [Band.REVIEW]
    pairs = links.pairs.filter(pc.is_in(links.pairs["band"], pa.array([int(b) for b in bands], pa.int8())))
    sides = [links.record.take(pairs[side].combine_chunks()).cast(pa.int64()) for side in ("left", "right")]
    levels = zip(*(pairs[name].to_pylist() for name in COMPARISONS), strict=True)
    return pa.table(
        {
            "first": pc.min_element_wise(*sides),
            "second": pc.max_element_wise(*sides),
            "band": pairs["band"].cast(pa.int16()),
            "score": pairs["probability"],
            "rank": pairs["rank"],
            "reasons": pa.array([_reasons(row) for row in levels], pa.list_(pa.string())),
        }
    )


def _reasons(levels: tuple[int, ...]) -> list[str]:
    """How the two agree: `name: exact`; what neither says is left out."""
    found = []
    for (name, (_, labels)), level in zip(COMPARISONS.items(), levels, strict=True):
        if level >= 0:
            found.append(f"{name}: {labels[len(labels) - 1 - level][0]}")
    return found


def queue_pairs(act: Act, pairs: pa.Table) -> int:
    """Puts pairs in the queue; gives how many wait.  pairs: the columns of PAIRS, first < second.

    A pair that waits takes the new score, band and rank; one that was decided stays decided.
    """
    if not pairs.num_rows:
        return 0
    given = pairs.select(list(PAIRS)).cast(pa.schema(list(PAIRS.items())))
    into = psycopg_connection()
    with into.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE queued (first bigint, second bigint, band smallint, score double precision, "
            "rank int, reasons text[]) ON COMMIT DROP"
        )
        with cursor.copy("COPY queued FROM STDIN") as copying:
            for row in given.to_pylist():
                copying.write_row(tuple(row.values()))
        cursor.execute(
            "INSERT INTO people_pair (first_id, second_id, band, score, rank, reasons, act_id) "
            "SELECT first, second, band, score, rank, reasons, %s FROM queued ON CONFLICT (first_id, second_id) "
            "DO UPDATE SET band = excluded.band, score = excluded.score, rank = excluded.rank, "
            "reasons = excluded.reasons WHERE people_pair.state = 0",
            [act.id],
        )
        queued = cursor.rowcount
        cursor.execute("DROP TABLE queued")
    return queued


def decide_pair(act: Act, pair_id: int, same: bool, why: str = "") -> int | None:
    """Says that a pair is one person, whose records are merged into the older, or two.

    Gives the number of the merge, None without one.  Raises Refused, also when the pair was decided before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_id, second_id, state FROM people_pair WHERE id = %s FOR UPDATE", [pair_id])
        found = cursor.fetchone()
        if found is None:
            raise Refused(
                f"没有待核对的{pair_id}，或不在您的经办范围内", f"there is no pair {pair_id} within your scope"
            )
        if found[2] != PairState.WAITING:
            raise Refused("该项已核对", "the pair was decided before")
        first, second = whole(found[0]), whole(found[1])
        number = None
        if same and first != second:
            number = merge(act, min(first, second), max(first, second), why or "查重：人工核对为同一人").merge_id
        cursor.execute(
            "UPDATE people_pair SET state = %s, decided_at = %s, decided_act_id = %s, merge_id = %s WHERE id = %s",
            [PairState.SAME if same else PairState.DIFFERENT, act.at, act.id, number, pair_id],
        )
    return number
