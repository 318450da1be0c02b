"""On ttsim, the engine of GETTSIM, with JAX: W1.  by_ttsim.py W1 FOLDER

Its kernel alone (data laid out, function jitted) and its whole `main`.  Its unit inference rejects integer `//`, so the
checks that would stop there are switched off.
"""

from __future__ import annotations

import datetime
import shutil
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp  # noqa: E402  (the switch comes first)
import numpy as np  # noqa: E402
import yaml  # noqa: E402
from ttsim import InputData, MainTarget, OrigPolicyObjects, TTTargets  # noqa: E402
from ttsim import main as ttsim_main  # noqa: E402
from ttsim.tt import Currency, UnitSystem, register_unit_builder_levels  # noqa: E402

import data  # noqa: E402
from data import Columns  # noqa: E402
from worker import Engine, serve  # noqa: E402

SCALARS = {
    "average_wage": data.AVERAGE_WAGE,
    "least_months": data.LEAST_MONTHS,
    "least_pension": data.LEAST_PENSION,
    "band_1": data.BAND_1,
    "band_2": data.BAND_2,
    "medical_cap": data.MEDICAL_CAP,
    "household_line": data.HOUSEHOLD_LINE,
    "assets_each": data.ASSETS_EACH,
    "retired_bonus": data.RETIRED_BONUS,
}
TABLES = {
    "annuity_months": data.ANNUITY_MONTHS,
    **{
        name: dict(enumerate(values, 1))
        for name, values in (
            ("deductible", data.DEDUCTIBLE),
            ("share_1", data.SHARE_1),
            ("share_2", data.SHARE_2),
            ("share_3", data.SHARE_3),
        )
    },
}


def write_law(folder: Path) -> None:
    shutil.copy(Path(__file__).parent / "ttsim_law" / "rules.py", folder)
    start = datetime.date(2024, 1, 1)
    specs: dict[str, Any] = {}
    for name, value in SCALARS.items():
        specs[name] = {"unit": "DIMENSIONLESS", "type": "scalar", start: {"value": value}}
    for name, values in TABLES.items():
        units = {"input_unit": "DIMENSIONLESS", "output_unit": "DIMENSIONLESS"}
        specs[name] = {**units, "type": "consecutive_int_lookup_table", start: values}
    for name, spec in specs.items():
        spec |= {"name": {"de": name, "en": name}, "description": {"de": name, "en": name}}
    (folder / "figures.yaml").write_text(yaml.safe_dump(specs))


def main(folder: Path) -> None:
    warnings.filterwarnings("ignore")
    register_unit_builder_levels(("hh",))
    c = data.load(folder)
    offsets, household = c.pop("offsets"), c.pop("household")
    del c["hh_size"]
    columns = {**c, "p_id": np.arange(len(household)), "hh_id": household, "assets_hh": c.pop("hh_assets")[household]}
    given = {k: jnp.asarray(v) for k, v in columns.items() if k != "hh_assets"}
    law = Path(tempfile.mkdtemp(prefix="shebao-bench-"))
    write_law(law)
    common: dict[str, Any] = {
        "policy_date_str": "2024-06-01",
        "orig_policy_objects": OrigPolicyObjects.root(law),
        "backend": "jax",
        "include_fail_nodes": False,
        "include_warn_nodes": False,
        "unit_system": UnitSystem(currencies={"CNY": Currency(statutory_from="0001-01-01")}),
        "input_data": InputData.tree(given),
        "tt_targets": TTTargets.tree({"pension": None, "med_reimbursement": None, "benefit_hh": None}),
    }
    parts = ttsim_main(
        main_targets=["tt_function", "processed_data", MainTarget.labels.root_nodes],
        **common,
    )
    kernel, roots = parts["tt_function"], parts["labels"]["root_nodes"]
    laid_out = {k: v for k, v in parts["processed_data"].items() if k in roots}

    def result(out: dict[str, Any]) -> Columns:
        found = {k: np.asarray(out[k]).astype(np.int64) for k in ("pension", "med_reimbursement")}
        return {**found, "hh_benefit": np.asarray(out["benefit_hh"]).astype(np.int64)[offsets[:-1]]}

    def whole(_: object) -> dict[str, Any]:
        out: dict[str, Any] = ttsim_main(main_target=MainTarget.results.tree, **common)
        return out

    serve(
        {
            "ttsim with JAX, kernel": Engine(lambda _: jax.block_until_ready(kernel(laid_out)), result),
            "ttsim with JAX, main()": Engine(whole, result),
        }
    )


if __name__ == "__main__":
    main(Path(sys.argv[2]))
