"""In SQL on DuckDB, W1: tables in memory to tables in memory.  by_duckdb.py W1 FOLDER"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

import data
from data import Columns
from worker import Engine, serve


def half_up(a: str, b: object) -> str:
    return f"((2 * ({a}) + {b}) // (2 * {b}))"


def figure(values: Iterable[int], at: str) -> str:
    """`at` counts from 1."""
    return f"[{', '.join(str(v) for v in values)}][{at}]"


def bonus(share: Iterable[int]) -> str:
    return f"({figure(share, 'hospital_level')} + case when retired then {data.RETIRED_BONUS} else 0 end)"


BASIC = half_up(f"{data.AVERAGE_WAGE} * (10000 + index_avg) * pay_months", 24_000_000)
TRANSITIONAL = half_up(f"{data.AVERAGE_WAGE} * index_avg * deemed_months", 12_000_000)
DIVISOR = figure(data.ANNUITY_MONTHS.values(), "greatest(least(retire_age, 70), 40) - 39")
FIRST = half_up(f"least(base, {data.BAND_1}) * {bonus(data.SHARE_1)}", 10_000)
SECOND = half_up(f"(least(base, {data.BAND_2}) - {data.BAND_1}) * {bonus(data.SHARE_2)}", 10_000)
THIRD = half_up(f"(base - {data.BAND_2}) * {bonus(data.SHARE_3)}", 10_000)
LINE = f"hh_size * {data.HOUSEHOLD_LINE}"
PERSONS = f"""
create or replace temp table per_person as
with a as (
  select *, {DIVISOR} as divisor,
    greatest(med_cost - med_selfpay - {figure(data.DEDUCTIBLE, "hospital_level")}, 0) as base
  from persons),
b as (
  select *,
    case when pay_months >= {data.LEAST_MONTHS}
      then greatest({BASIC} + {TRANSITIONAL} + {half_up("account_balance", "divisor")}, {data.LEAST_PENSION})
      else 0 end as pension,
    {FIRST} + case when base > {data.BAND_1} then {SECOND} else 0 end
      + case when base > {data.BAND_2} then {THIRD} else 0 end as bands
  from a)
select household, pension, least(bands, greatest({data.MEDICAL_CAP} - ytd_paid, 0)) as med_reimbursement,
  wage_income + case when retired then pension else 0 end as counted
from b
"""
HOUSEHOLDS = f"""
create or replace temp table per_household as
select household, case when hh_assets <= {data.ASSETS_EACH} * hh_size and income < {LINE}
  then {LINE} - income else 0 end as hh_benefit
from households join (select household, sum(counted)::bigint as income from per_person group by household)
  using (household)
"""


def main(folder: Path) -> None:
    c = data.load(folder)
    own = {k: c.pop(k) for k in data.HOUSEHOLD_COLUMNS}
    del c["offsets"]
    connection = duckdb.connect()
    connection.register("given_persons", pa.table({**c, "row": range(len(c["retire_age"]))}))
    connection.register("given_households", pa.table({**own, "household": range(len(own["hh_size"]))}))
    connection.execute("create table persons as select * from given_persons")
    connection.execute("create table households as select * from given_households")

    def run(_: object) -> None:
        connection.execute(PERSONS)
        connection.execute(HOUSEHOLDS)

    def result(_: object) -> Columns:
        persons = connection.execute("select pension, med_reimbursement from per_person").fetchnumpy()
        benefit = connection.execute("select hh_benefit from per_household order by household").fetchnumpy()
        return {**persons, **benefit}

    serve({"DuckDB": Engine(run, result)})


if __name__ == "__main__":
    main(Path(sys.argv[2]))
