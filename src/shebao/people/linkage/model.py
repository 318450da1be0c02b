"""The model: how two records are compared, which pairs are compared at all, and what each agreement weighs (Splink)."""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison
from splink.internals.blocking_rule_creator import BlockingRuleCreator
from splink.internals.comparison_creator import ComparisonCreator
from splink.internals.comparison_level_creator import ComparisonLevelCreator
from splink.internals.exceptions import EMTrainingException
from splink.internals.splink_dataframe import SplinkDataFrame

# Levels of the comparisons as Splink numbers them: -1 nothing to compare, 0 the last of the list, upwards to the first.
# Each has a condition and the share in which it is assumed to hold of two records of one person, and of two people;
# training replaces these where such pairs are found.
_SAME_PHONE = "phone_l = phone_r"
_BOTH_SOUND = "sound_l AND sound_r"
# one or two slips leave the area, the birthday or the sequence as it is
_ALIKE = "(number_l[1:6] = number_r[1:6] OR number_l[7:14] = number_r[7:14] OR number_l[15:18] = number_r[15:18])"
COMPARISONS: dict[str, tuple[str, tuple[tuple[str, str, float, float], ...]]] = {
    "name": (
        "name_l IS NULL OR name_r IS NULL",
        (
            ("exact", "name_l = name_r", 0.955, 2e-5),
            ("sound", "pinyin_l = pinyin_r", 0.02, 7e-6),
            (
                "character",
                "surname_l = surname_r AND second_l IS NOT NULL AND second_r IS NOT NULL"
                " AND (first_l = first_r OR second_l = second_r)",
                0.01,
                3.5e-4,
            ),
            (
                "part",
                "surname_l = surname_r AND (second_l IS NULL) <> (second_r IS NULL)"
                " AND (first_l = first_r OR first_l = second_r OR second_l = first_r)",
                0.001,
                1.5e-4,
            ),
            ("given", "first_l = first_r AND second_l IS NOT DISTINCT FROM second_r", 0.003, 3e-4),
            ("surname", "surname_l = surname_r", 0.007, 0.03),
            ("other", "ELSE", 0.001, 0.97),
        ),
    ),
    "number": (
        "number_l IS NULL OR number_r IS NULL",
        (
            ("exact", f"{_BOTH_SOUND} AND number_l = number_r", 0.93, 1e-6),
            ("one", f"NOT ({_BOTH_SOUND}) AND {_ALIKE} AND damerau_levenshtein(number_l, number_r) <= 1", 0.04, 1e-7),
            ("two", f"NOT ({_BOTH_SOUND}) AND {_ALIKE} AND damerau_levenshtein(number_l, number_r) = 2", 0.005, 1e-6),
            ("unsure", f"NOT ({_BOTH_SOUND})", 0.005, 0.05),
            ("conflict", "ELSE", 0.002, 0.95),
        ),
    ),
    "born": (
        "born_l IS NULL OR born_r IS NULL",
        (
            ("exact", "born_l = born_r", 0.95, 5e-5),
            (
                "part",
                "(month_l = month_r AND day_l = day_r) OR (year_l = year_r AND (month_l = month_r OR day_l = day_r))",
                0.03,
                0.0045,
            ),
            ("year", "year_l = year_r", 0.015, 0.012),
            ("other", "ELSE", 0.005, 0.98),
        ),
    ),
    "sex": ("sex_l IS NULL OR sex_r IS NULL", (("same", "sex_l = sex_r", 0.99, 0.5), ("other", "ELSE", 0.01, 0.5))),
    # One comparison, not three: who shares an address shares a telephone, whether one person or a household.
    "home": (
        "(phone_l IS NULL OR phone_r IS NULL) AND (place_l IS NULL OR place_r IS NULL)",
        (
            ("phone and address", f"{_SAME_PHONE} AND address_l = address_r", 0.2, 3e-6),
            ("phone and place", f"{_SAME_PHONE} AND place_l = place_r", 0.12, 2e-6),
            ("phone, no place", f"{_SAME_PHONE} AND (place_l IS NULL OR place_r IS NULL)", 0.06, 1e-6),
            ("phone", _SAME_PHONE, 0.05, 1e-6),
            ("address", "address_l = address_r", 0.27, 6e-6),
            ("place, no address", "place_l = place_r AND (address_l IS NULL OR address_r IS NULL)", 0.2, 0.002),
            ("place", "place_l = place_r", 0.005, 0.0025),
            ("other", "ELSE", 0.1, 0.995),
        ),
    ),
    "source": (
        "source_l IS NULL OR source_r IS NULL",
        (("same", "source_l = source_r", 0.05, 0.22), ("other", "ELSE", 0.95, 0.78)),
    ),
}
RULES = (("pinyin", "year"), ("phone", "surname"), ("pinyin", "place"), ("born", "place", "sex"), ("number",))
LEAST_WEIGHT = -8.0  # bits: a pair whose other agreements than the number weigh less is no candidate
TRAINED_ON = (("number",), ("pinyin", "born"))
_SAMPLE = 4e6  # pairs from which the agreement of two people is estimated
_SEED = 20101  # any number, always the same
_LEAST_RECORDS = 2_000  # fewer teach nothing
_LEAST = (("m", 2e-4), ("u", 1e-7))  # shares that a sample can still tell


def level(comparison: str, name: str) -> int:
    """The number that Splink gives a level."""
    names = [one[0] for one in COMPARISONS[comparison][1]]
    return len(names) - 1 - names.index(name)


def settings(records: int) -> SettingsCreator:
    """The comparisons and blocking rules for Splink, untrained, for a table of so many records."""
    made: list[ComparisonCreator | dict[str, Any]] = []
    for name, (nothing, levels) in COMPARISONS.items():
        given: list[ComparisonLevelCreator | dict[str, Any]] = [
            {"sql_condition": nothing, "label_for_charts": "nothing", "is_null_level": True}
        ]
        for label, condition, same, other in levels:
            one = {"sql_condition": condition, "label_for_charts": label, "m_probability": same, "u_probability": other}
            given.append(one | ({"tf_adjustment_column": "name"} if condition == "name_l = name_r" else {}))
        made.append(CustomComparison(output_column_name=name, comparison_levels=given))
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=made,
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in RULES],
        probability_two_random_records_match=1 / max(records, 2),  # assumed: each has one other of the same person
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )


def train(linker: Linker, rules: Sequence[Sequence[str]] = TRAINED_ON) -> None:
    """Estimates how often two records of one person, and of two people, agree.  The same for the same records.

    rules: columns by which pairs are found that are mostly of one person.  Raises EMTrainingException when one finds
    none, which leaves the linker of no use.
    """
    blocked: list[str | BlockingRuleCreator] = [block_on(*rule) for rule in TRAINED_ON]
    linker.training.estimate_probability_two_random_records_match(blocked, recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLE, seed=_SEED)
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block_on(*rule), estimate_without_term_frequencies=True
        )


def _model(records: SplinkDataFrame, count: int) -> dict[str, Any]:
    """The trained model; what too few records, or empty columns, cannot tell stays as assumed."""
    for rules in (TRAINED_ON, TRAINED_ON[1:], TRAINED_ON[:1], ()) if count >= _LEAST_RECORDS else ():
        linker = Linker(records, settings(count), log_level=None)
        with contextlib.suppress(EMTrainingException):
            train(linker, rules)
            return trained(linker, count)
    return trained(Linker(records, settings(count), log_level=None), count)


def trained(linker: Linker, records: int) -> dict[str, Any]:
    """The model after training, for another linker over the same records.

    Shares are rounded, so that the order in which threads add up shows nowhere; none is below what a sample can tell;
    and the levels of a comparison differ in weight, by which `score` tells them apart.
    """
    model: dict[str, Any] = linker.misc.save_model_to_json()
    for comparison in model["comparisons"]:
        weights: set[float] = {0.0}  # of the level with nothing to compare
        for one in comparison["comparison_levels"]:
            if "m_probability" not in one:
                continue
            same, other = (float(f"{max(one[f'{side}_probability'], least):.6g}") for side, least in _LEAST)
            while round(math.log2(same / other), 6) in weights:
                same *= 1.0001
            weights.add(round(math.log2(same / other), 6))
            one["m_probability"], one["u_probability"] = same, other
    prior = model["probability_two_random_records_match"] or 1 / max(records, 2)
    model["probability_two_random_records_match"] = float(f"{prior:.6g}")
    return model


def _weights(model: dict[str, Any]) -> dict[str, npt.NDArray[np.float64]]:
    """The weight (bits) of each level of each comparison, by the level's number."""
    return {
        comparison["output_column_name"]: np.asarray(
            [
                math.log2(one["m_probability"] / one["u_probability"])
                for one in reversed(comparison["comparison_levels"])
                if "m_probability" in one
            ]
        )
        for comparison in model["comparisons"]
    }


@dataclass(frozen=True)
class Scored:
    """Pairs that a blocking rule brings together, in order of their records.  Arrays of shape (pairs,).

    left, right: places of the records, left < right.  levels: by comparison, the number of the level or -1.
    weight: of all comparisons and the prior, in bits.  number_weight: the part of the number in it.
    by_number: only the number brought them together.
    """

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    levels: dict[str, npt.NDArray[np.int8]]
    weight: npt.NDArray[np.float64]
    number_weight: npt.NDArray[np.float64]
    by_number: npt.NDArray[np.bool_]
    least: float  # pairs of which the other comparisons weigh less are here only when the number adds enough


def score(connection: duckdb.DuckDBPyConnection, table: str) -> Scored:
    """Trains the model on a table that `normalise` made, and weighs all candidate pairs."""
    api = DuckDBAPI(connection)
    records = api.register(connection.table(table))
    count = connection.table(table).count("*").fetchall()[0][0]
    with _quiet():
        model = _model(records, count)
        weights = _weights(model)
        least = LEAST_WEIGHT + float(weights["number"].min())
        linker = Linker(records, model, log_level=None)
        pairs = linker.inference.predict(threshold_match_weight=least).as_duckdbpyrelation()
    found = pairs.order("unique_id_l, unique_id_r").to_arrow_table()
    levels = {}
    for name, by_level in weights.items():
        given = found[f"mw_{name}"].to_numpy()
        order = np.argsort(by_level)
        nearest = np.searchsorted((by_level[order][1:] + by_level[order][:-1]) / 2, given)
        levels[name] = np.where(given == 0, -1, order[nearest]).astype(np.int8)
    return Scored(
        found["unique_id_l"].to_numpy(),
        found["unique_id_r"].to_numpy(),
        levels,
        np.round(found["match_weight"].to_numpy(), 6),
        found["mw_number"].to_numpy(),
        pc.equal(found["match_key"], str(len(RULES) - 1)).to_numpy(),
        LEAST_WEIGHT,
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Splink tells its progress through logging; what of it matters is told by the lists of pairs."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
