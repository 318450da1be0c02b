"""By hand in JAX on the CPU, int64, jitted; histories are padded.  by_jax.py W1|W2 FOLDER"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402  (the switch comes first)
import numpy as np  # noqa: E402

import data  # noqa: E402
from data import Columns  # noqa: E402
from worker import Engine, serve  # noqa: E402

BLOCK = 100_000  # persons of W2 at a time


def half_up(a: Any, b: Any) -> Any:
    return (2 * a + b) // (2 * b)


def w1(c: dict[str, Any]) -> dict[str, Any]:
    def figure(values: Any, at: Any) -> Any:
        return jnp.array(list(values), jnp.int64)[at]

    level, retired = c["hospital_level"] - 1, c["retired"]
    basic = half_up(data.AVERAGE_WAGE * (10_000 + c["index_avg"]) * c["pay_months"], 24_000_000)
    transitional = half_up(data.AVERAGE_WAGE * c["index_avg"] * c["deemed_months"], 12_000_000)
    divisor = figure(data.ANNUITY_MONTHS.values(), jnp.clip(c["retire_age"], 40, 70) - 40)
    total = basic + transitional + half_up(c["account_balance"], divisor)
    pension = jnp.where(c["pay_months"] >= data.LEAST_MONTHS, jnp.maximum(total, data.LEAST_PENSION), 0)
    base = jnp.maximum(c["med_cost"] - c["med_selfpay"] - figure(data.DEDUCTIBLE, level), 0)
    bonus = jnp.where(retired, data.RETIRED_BONUS, 0)
    bands = half_up(jnp.minimum(base, data.BAND_1) * (figure(data.SHARE_1, level) + bonus), 10_000)
    second = jnp.clip(base - data.BAND_1, 0, data.BAND_2 - data.BAND_1)
    bands += half_up(second * (figure(data.SHARE_2, level) + bonus), 10_000)
    bands += half_up(jnp.maximum(base - data.BAND_2, 0) * (figure(data.SHARE_3, level) + bonus), 10_000)
    reimbursement = jnp.minimum(bands, jnp.maximum(data.MEDICAL_CAP - c["ytd_paid"], 0))
    counted = c["wage_income"] + jnp.where(retired, pension, 0)
    size = c["hh_size"]
    income = jax.ops.segment_sum(counted, c["household"], size.shape[0], indices_are_sorted=True)
    line = size * data.HOUSEHOLD_LINE
    poor = (c["hh_assets"] <= data.ASSETS_EACH * size) & (income < line)
    return dict(zip(data.W1_OUT, (pension, reimbursement, jnp.where(poor, line - income, 0)), strict=True))


def w2(padded: Any, first_month: Any, average: Any, rate: Any) -> tuple[Any, Any]:
    """padded: months by persons, 0 before the first month of each."""

    def month_of_all(state: tuple[Any, ...], given: tuple[Any, Any]) -> tuple[tuple[Any, ...], None]:
        total, balance, credits, weighted = state
        month, wages = given
        total = total + half_up(wages * 1_000_000, average[month // 12])
        credit = half_up(wages * 8, 100)
        credits = credits + credit
        weighted = weighted + credit * (12 - month % 12)
        closing = month % 12 == 11
        closed = balance + credits + half_up((balance * 12 + weighted) * rate[month // 12], 120_000)
        return (
            total,
            jnp.where(closing, closed, balance),
            jnp.where(closing, 0, credits),
            jnp.where(closing, 0, weighted),
        ), None

    nothing = jnp.zeros(padded.shape[1], jnp.int64)
    (total, balance, credits, _), _ = jax.lax.scan(
        month_of_all, (nothing, nothing, nothing, nothing), (jnp.arange(data.MONTHS), padded)
    )
    return half_up(total, data.MONTHS - first_month), balance + credits


def padded(c: Columns, a: int, b: int) -> Any:
    months = np.zeros((data.MONTHS, b - a), np.int64)
    starts, first = c["offsets"][a:b], c["first_month"][a:b]
    for m in range(data.MONTHS):
        there = first <= m
        months[m, there] = c["wages"][(starts + m - first)[there]]
    return jnp.asarray(months)


def main(work: str, folder: Path) -> None:
    c = data.load(folder, mapped=work == "W2")
    if work == "W1":
        del c["offsets"]
        given = {k: jnp.asarray(v) for k, v in c.items()}
        function = jax.jit(w1)
        engine = Engine(
            lambda _: jax.block_until_ready(function(given)), lambda out: {k: np.asarray(v) for k, v in out.items()}
        )
    else:
        people = len(c["first_month"])
        spans = [(a, min(a + BLOCK, people)) for a in range(0, people, BLOCK)]
        blocks = [(padded(c, a, b), jnp.asarray(c["first_month"][a:b])) for a, b in spans]
        average, rate = jnp.asarray(data.AVERAGE_BY_YEAR), jnp.asarray(data.RATE_BY_YEAR)
        scan = jax.jit(w2)
        engine = Engine(
            lambda _: [jax.block_until_ready(scan(*block, average, rate)) for block in blocks],
            lambda out: {name: np.concatenate([np.asarray(o[k]) for o in out]) for k, name in enumerate(data.W2_OUT)},
        )
    serve({"JAX by hand": engine})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
