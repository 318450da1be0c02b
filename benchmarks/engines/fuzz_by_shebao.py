"""Random laws against CPython until so many values are compared.  fuzz_by_shebao.py FIRST_SEED STEP COMPARISONS ROWS"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests" / "rules"))

import fuzz  # which stands with the tests


def main(seed: int, step: int, comparisons: int, rows: int) -> None:
    counts: Counter[str] = Counter()
    laws = compared = 0
    while compared < comparisons:
        found = fuzz.compare(seed, rows)
        counts += found
        compared += sum(n for name, n in found.items() if not name.startswith("law refused"))
        seed, laws = seed + step, laws + 1
    refused = sum(n for name, n in counts.items() if name.startswith("law refused"))
    outcomes = {name: n for name, n in counts.items() if not name.startswith("law refused")}
    print(json.dumps({"laws": laws, "laws refused": refused, "compared": compared, "outcomes": outcomes}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
