"""Approx parameters that somebody accepted for strict use: a YAML list of parameter, by, reason, at."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from shebao.rules.figures import Parameter
from shebao.rules.values import Problem
from shebao.rules.yamltext import read_yaml


class Acceptance(NamedTuple):
    """Who answers for a parameter's approx figures, why, and since when (ISO time with zone)."""

    parameter: str
    by: str
    reason: str
    at: str


def acceptances(path: Path) -> list[Acceptance]:
    """All that the file holds, in its order; none when there is no file.  Raises Problem for a file that is not one."""
    if not path.exists():
        return []
    try:
        tree = read_yaml(path.read_text("utf-8")).tree or []
    except UnicodeDecodeError:
        raise Problem(f"{path}：不是UTF-8文本", f"{path}: this is no UTF-8 text") from None
    except Problem as problem:
        raise Problem(f"{path}：{problem.zh}", f"{path}: {problem.en}") from None
    found: list[Acceptance] = []
    for k, entry in enumerate(tree if isinstance(tree, list) else [tree]):
        if (
            not isinstance(entry, dict)
            or set(entry) != set(Acceptance._fields)
            or not all(isinstance(v, str) and v.strip() for v in entry.values())
        ):
            wanted = ", ".join(Acceptance._fields)
            raise Problem(f"{path}：第{k + 1}条应有{wanted}", f"{path}: entry {k + 1} needs exactly: {wanted}")
        found.append(Acceptance(**entry))
    return found


def accepted_names(path: Path) -> frozenset[str]:
    """The names of the accepted parameters; empty when there is no file.  Raises Problem."""
    return frozenset(a.parameter for a in acceptances(path))


def accept(
    path: Path,
    parameter: str,
    by: str,
    reason: str,
    parameters: Mapping[str, Parameter],
    at: datetime.datetime | None = None,
) -> Acceptance:
    """Accepts a parameter's approx figures and adds that to the file, as a whole or not at all.

    Raises Problem for a name that no parameter has, one without an approx figure, one accepted already, and for an
    empty `by` or `reason`.
    """
    known = parameters.get(parameter)
    if known is None:
        raise Problem(f"没有参数{parameter}", f"{parameter} is no parameter; `shebao law list` names them")
    if not known.has_approx:
        raise Problem(f"参数{parameter}没有未经核实的数值，无需接受", f"{parameter} has no approx figure to accept")
    if not by.strip() or not reason.strip():
        raise Problem("须写明接受人和理由", "say who accepts it and why: neither may be empty")
    held = acceptances(path)
    for earlier in held:
        if earlier.parameter == parameter:
            raise Problem(
                f"参数{parameter}已由{earlier.by}于{earlier.at}接受",
                f"{parameter} was accepted already by {earlier.by} at {earlier.at}",
            )
    new = Acceptance(parameter, by.strip(), reason.strip(), (at or datetime.datetime.now().astimezone()).isoformat())
    text = yaml.safe_dump([a._asdict() for a in [*held, new]], allow_unicode=True, sort_keys=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, "utf-8")
    os.replace(beside, path)
    return new
