"""Writes the second half of docs/glossary.md, the names of the law, from the law itself.

python tools/glossary.py            write
python tools/glossary.py --check    only say whether it is up to date; status 1 when it is not
"""

from __future__ import annotations

import sys
from pathlib import Path

from shebao.rules.law import Law

GLOSSARY = Path(__file__).parents[1] / "docs" / "glossary.md"
BEGIN = "<!-- From here on: written by tools/glossary.py from the law. -->"


def table(title: str, rows: list[tuple[str, str, str]]) -> str:
    """A heading and a table of (Chinese, English, name in code)."""
    lines = [f"| {zh} | {en} | `{name}` |" for zh, en, name in rows]
    return "\n".join([f"## {title}", "", "| 中文 | English | in code |", "|---|---|---|", *lines]) + "\n"


def names(law: Law) -> str:
    """All names of the law by what they are, each part in the order of its names."""
    parts = {
        "Results of rules": [(v.zh, v.en, name) for name, v in sorted(law.variables.items())],
        "Facts": [(i.zh, i.en, name) for name, i in sorted(law.inputs.items())],
        "Figures": [(p.zh, p.en, name) for name, p in sorted(law.parameters.items())],
        "Groups": [(g.zh, g.en, name) for name, g in sorted(law.groups.items())],
        "Codes": [(c.zh, c.en, f"{name}.{c.name}") for name, codes in sorted(law.codes.items()) for c in codes],
        "Reasons of a refusal": [(r.zh, r.en, name) for name, r in sorted(law.reasons.items())],
    }
    return "\n".join(table(title, rows) for title, rows in parts.items() if rows)


def main() -> None:
    old = GLOSSARY.read_text(encoding="utf-8")
    new = f"{old.partition(BEGIN)[0]}{BEGIN}\n\n{names(Law.load('shebao.law'))}"
    if "--check" not in sys.argv[1:]:
        GLOSSARY.write_text(new, encoding="utf-8")
    elif new != old:
        sys.exit("docs/glossary.md is not what the law says: run python tools/glossary.py")


if __name__ == "__main__":
    main()
