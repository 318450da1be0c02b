"""The checks that the ranges could not make unnecessary, in the whole law and in the workloads, as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from by_shebao import w1_law, w2_law

import data
from shebao.rules.kernel import Kernel
from shebao.rules.law import Law

ROOT = Path(__file__).parents[2]


def staying(law: Law, want: list[str]) -> dict[str, object]:
    plan = law.plan(want)
    kernel = Kernel(plan)
    found = [
        {"rule": check.rule.replace(f"{ROOT}/", ""), "line": check.line, "why": check.why, "text": check.text}
        for check in kernel.checks
    ]
    return {"checks": found, "rules": len(plan.rules), "variables": len(plan.order)}


def main() -> None:
    law = Law.load("shebao.law")
    told = {
        "law": staying(law, list(law.variables)),
        "W1": staying(w1_law(), list(data.W1_OUT)),
        "W2": staying(w2_law(), [*data.W2_OUT, *data.W2_YEARLY_OUT]),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
