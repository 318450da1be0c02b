"""One decision in CPython: microseconds, best of several repeats.  decide_by_shebao.py FOLDER PERSON.yaml

W1's 18 rules for a person and its household; the whole law for a person with a working life.  `decided`: every rule
with its value and what it read is noted; `laid out`: besides, the steps are made with names, clauses and figures.
"""

from __future__ import annotations

import json
import sys
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

from by_shebao import ON, w1_law

import data
from shebao.cli.people import one
from shebao.rules.decide import decide
from shebao.rules.kinds import day
from shebao.rules.law import Law


def microseconds(function: Callable[[], Any]) -> float:
    function()
    number = max(1, round(0.05 / timeit.timeit(function, number=1)))
    return min(timeit.repeat(function, number=number, repeat=9)) / number * 1e6


def measured(law: Law, facts: dict[str, Any], **how: Any) -> dict[str, Any]:
    decision = decide(law, facts, **how)
    return {
        "decided": microseconds(lambda: decide(law, facts, **how)),
        "laid out": microseconds(lambda: decide(law, facts, **how).steps),
        "without trace": microseconds(lambda: decide(law, facts, trace=False, **how)),
        "rules": len(decision.plan.order),
        "read": sum(step.read for step in decision.steps.values()),
    }


def main(folder: Path, person: Path) -> None:
    columns = data.load(folder)
    names = [n for n in columns if n not in (*data.HOUSEHOLD_COLUMNS, "offsets", "household")]
    facts = {name: columns[name][3].item() for name in names}
    household = {name: columns[name][0].item() for name in data.HOUSEHOLD_COLUMNS}
    law = Law.load("shebao.law")
    _, known = one(law, person, None)
    told = {
        "W1": measured(w1_law(), facts, on=ON, want=data.W1_OUT, groups={"household": household}),
        "law": measured(law, known, on=day("2014-06-30")),
        "history": len(known["contributions_year"]),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
