"""In Polars expressions, int64.  by_polars.py W1|W2 FOLDER"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

import data
from data import Columns
from worker import Engine, serve

CHUNK = 100_000  # persons of W2 at a time: exploded months take memory
col, when = pl.col, pl.when


def half_up(a: pl.Expr, b: Any) -> pl.Expr:
    return (2 * a + b) // (2 * b)


def figure(values: Sequence[int], at: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(values, dtype=pl.Int64)).gather(at)


def w1(persons: pl.DataFrame, households: pl.DataFrame) -> Columns:
    insured, level, base = col("insured"), col("hospital_level") - 1, col("base")
    bonus = when("retired").then(data.RETIRED_BONUS).otherwise(0)
    divisor = figure(list(data.ANNUITY_MONTHS.values()), col("retire_age").clip(40, 70) - 40)
    basic = half_up(data.AVERAGE_WAGE * (10_000 + col("index_avg")) * col("pay_months"), 24_000_000)
    transitional = half_up(data.AVERAGE_WAGE * col("index_avg") * col("deemed_months"), 12_000_000)
    total = basic + transitional + half_up(col("account_balance"), divisor)
    second = (pl.min_horizontal(base, data.BAND_2) - data.BAND_1) * (figure(data.SHARE_2, level) + bonus)
    third = (base - data.BAND_2) * (figure(data.SHARE_3, level) + bonus)
    bands = (
        half_up(pl.min_horizontal(base, data.BAND_1) * (figure(data.SHARE_1, level) + bonus), 10_000)
        + when(base > data.BAND_1).then(half_up(second, 10_000)).otherwise(0)
        + when(base > data.BAND_2).then(half_up(third, 10_000)).otherwise(0)
    )
    found = (
        persons.lazy()
        .with_columns(
            insured=col("pay_months") >= data.LEAST_MONTHS,
            base=pl.max_horizontal(col("med_cost") - col("med_selfpay") - figure(data.DEDUCTIBLE, level), 0),
        )
        .with_columns(
            pension=when(insured).then(pl.max_horizontal(total, data.LEAST_PENSION)).otherwise(0),
            med_reimbursement=pl.min_horizontal(bands, pl.max_horizontal(data.MEDICAL_CAP - col("ytd_paid"), 0)),
        )
        .select(
            "household",
            "pension",
            "med_reimbursement",
            counted=col("wage_income") + when("retired").then(col("pension")).otherwise(0),
        )
        .collect()
    )
    income = found.lazy().group_by("household").agg(income=col("counted").sum())
    line = col("hh_size") * data.HOUSEHOLD_LINE
    poor = (col("hh_assets") <= data.ASSETS_EACH * col("hh_size")) & (col("income") < line)
    benefit = (
        households.lazy()
        .join(income, on="household", how="left", maintain_order="left")
        .select(hh_benefit=when(poor).then(line - col("income")).otherwise(0))
        .collect()
    )
    return {"pension": found["pension"], "med_reimbursement": found["med_reimbursement"], **benefit.to_dict()}


def w2(histories: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([_w2_chunk(histories.slice(a, CHUNK)) for a in range(0, len(histories), CHUNK)])


def _w2_chunk(histories: pl.DataFrame) -> pl.DataFrame:
    month, wages, year = col("month"), col("wages"), col("year")
    each = (
        histories.lazy()
        .with_columns(month=pl.int_ranges("first_month", col("first_month") + col("wages").list.len()))
        .explode("wages", "month")
        .with_columns(year=month // 12, credit=half_up(wages * 8, 100))
        .select(
            "person",
            "year",
            "credit",
            quotient=half_up(wages * 1_000_000, figure(data.AVERAGE_BY_YEAR.tolist(), year)),
            weighted=col("credit") * (12 - month % 12),
        )
    )
    sums = (
        each.group_by("person", "year")
        .agg(pl.len().cast(pl.Int64), col("quotient").sum(), col("credit").sum(), col("weighted").sum())
        .collect()
    )
    index = sums.group_by("person").agg(avg_index=half_up(col("quotient").sum(), col("len").sum()))
    years = list(range(data.YEARS))
    wide = sums.pivot(on="year", on_columns=years, index="person", values=["credit", "weighted"]).fill_null(0).lazy()
    wide = wide.with_columns(account_final=pl.lit(0, pl.Int64))
    for y in years:
        earned = (col("account_final") * 12 + col(f"weighted_{y}")) * int(data.RATE_BY_YEAR[y])
        wide = wide.with_columns(account_final=col("account_final") + col(f"credit_{y}") + half_up(earned, 120_000))
    return wide.select("person", "account_final").collect().join(index, on="person").sort("person")


def main(work: str, folder: Path) -> None:
    c = data.load(folder, mapped=work == "W2")
    if work == "W1":
        people = {k: v for k, v in c.items() if k not in (*data.HOUSEHOLD_COLUMNS, "offsets")}
        persons = pl.DataFrame(people)
        households = pl.DataFrame({k: c[k] for k in data.HOUSEHOLD_COLUMNS}).with_row_index("household")
        households = households.with_columns(col("household").cast(pl.Int64))
        engine = Engine(lambda _: w1(persons, households), lambda out: {k: v.to_numpy() for k, v in out.items()})
    else:
        lists = pa.LargeListArray.from_arrays(pa.array(c["offsets"]), pa.array(c["wages"]))
        frame = pl.from_arrow(pa.table({"first_month": c["first_month"], "wages": lists}))
        assert isinstance(frame, pl.DataFrame)
        histories = frame.with_row_index("person")
        engine = Engine(lambda _: w2(histories), lambda out: {k: out[k].to_numpy() for k in data.W2_OUT})
    serve({"Polars": engine})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
