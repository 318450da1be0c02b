"""The law's parameters.yaml: read and checked against its schema, overlaid by a reform.

Values are converted exactly from their written unit.  Every fault of a file is found in one go, each with file, line,
the path of keys and the remedy.  What rules and compiled code read them through is in figures.py, named here too.
"""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from shebao.rules.acceptances import Acceptance, accept, acceptances, accepted_names
from shebao.rules.figures import (
    APPROX,
    CONFIDENCES,
    Context,
    Encoded,
    Figure,
    Parameter,
    View,
    encode,
    shape,
    view,
    widest_version,
)
from shebao.rules.kinds import DAY, INT64_MAX, INT64_MIN, KINDS, LAST_DAY, YEAR, Code, Kind, date_of, kind_of_code
from shebao.rules.values import Problem, factor, parse, write
from shebao.rules.yamltext import Document, read_yaml

__all__ = [
    "APPROX",
    "CONFIDENCES",
    "Acceptance",
    "Context",
    "Encoded",
    "Figure",
    "Parameter",
    "ParameterError",
    "View",
    "accept",
    "acceptances",
    "accepted_names",
    "encode",
    "load",
    "overlay",
    "shape",
    "view",
]

MIN_BANDS = 8  # entries of a banded version to start with, so that a new band compiles nothing
MAX_KEYS = 10_000
NO_CODES: Mapping[str, type[Code]] = {}

_SOURCE = ("doc", "clause", "source", "confidence", "note")
_NAMES = frozenset(
    {"zh", "en", "kind", "unit", "range", "by", "keys", "bands", "max_bands", "dated", "yearly", *_SOURCE}
)
_REFORMED = frozenset({"range", "max_bands", "dated", "yearly", *_SOURCE})
_CELL = frozenset({"value", *_SOURCE})
_BAND = frozenset({"from", "below", *_CELL})
_SPAN = {"dated": frozenset({"from", "to", *_SOURCE}), "yearly": frozenset({"year", *_SOURCE})}

Path_ = tuple[str | int, ...]  # keys and indexes from the top of the document


class ParameterError(ValueError):
    """A parameter file that cannot be used.  `problems`: every fault, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(p.en for p in problems))
        self.problems = tuple(problems)
        self.zh = "\n".join(p.zh for p in problems)
        self.en = str(self)


class _Source(NamedTuple):
    doc: str
    clause: str
    source: str
    confidence: str
    note: str


def load(source: Path | str, codes: Mapping[str, type[Code]] = NO_CODES, origin: str = "") -> dict[str, Parameter]:
    """The parameters of a file (a Path) or of YAML text (a str), by name.

    codes: the enumerations of codes that may be a kind or a key, by class name.  origin: what to call the file; by
    default the last three parts of its path.  Raises ParameterError with every fault.
    """
    reader = _Reader(source, codes, origin)
    tree = reader.mapping((), reader.document.tree)
    found = {name: reader.parameter((name,), name, body) for name, body in tree.items()}
    reader.finish()
    return {name: parameter for name, parameter in found.items() if parameter is not None}


def overlay(parameters: Mapping[str, Parameter], source: Path | str, origin: str = "") -> dict[str, Parameter]:
    """All parameters, with the figures of a reform in place of the law's over the days or years that they cover.

    source: a file (a Path) or YAML text with `parameters:` on top and beneath it, by name, `dated` or `yearly` as in
    the law; other keys on top are left to their own readers.  A figure without `to` holds until the reform's next one,
    or for ever.  Of a table only the keys that are named change; bands change as a whole version.  Doc and confidence
    may be left out: a reform's own figures are sure ("seed") and have the reform for their source.  `range` and
    `max_bands` may be widened (which compiles anew).  Raises ParameterError with every fault.
    """
    reader = _Reader(source, NO_CODES, origin)
    top = reader.mapping((), reader.document.tree)
    changed: dict[str, Parameter] = {}
    if top and "parameters" not in top:
        reader.fault((), "缺少parameters:", "it has no `parameters:`; put the changed parameters under it")
    for name, body in reader.mapping(("parameters",), top.get("parameters", {})).items():
        path = ("parameters", name)
        if name not in parameters:
            near = difflib.get_close_matches(name, parameters, 1)
            reader.fault(
                path,
                f"法规中没有参数{name}{f'，是否指{near[0]}' if near else ''}",
                f"the law has no such parameter{f'; did you mean {near[0]}?' if near else ''}",
            )
            continue
        reformed = reader.reformed(path, parameters[name], body)
        if reformed is not None:
            changed[name] = reformed
    reader.finish()
    return {**parameters, **changed}


class _Reader:
    """Reads one document, keeping every fault.  A method that returns None has told the fault."""

    def __init__(self, source: Path | str, codes: Mapping[str, type[Code]], origin: str) -> None:
        self.codes = codes
        self.faults: list[tuple[int, Problem]] = []
        self.told: set[Path_] = set()  # entries whose missing source is told already
        if isinstance(source, Path):
            self.origin = origin or "/".join(source.parts[-3:])
            self.where = str(source)
        else:
            self.origin = self.where = origin or "text"
        try:
            self.document: Document = read_yaml(source.read_text("utf-8") if isinstance(source, Path) else source)
        except OSError as error:
            raise ParameterError([self.placed("", f"无法读取（{error.strerror}）", f"{error.strerror}")]) from None
        except UnicodeDecodeError:
            raise ParameterError([self.placed("", "不是UTF-8文本", "this is no UTF-8 text; save it so")]) from None
        except Problem as problem:
            raise ParameterError([self.placed("", problem.zh, problem.en)]) from None

    # ---- faults
    def placed(self, place: str, zh: str, en: str) -> Problem:
        return Problem(f"{self.where}{place}：{zh}", f"{self.where}{place}: {en}")

    def fault(self, path: Path_, zh: str, en: str) -> None:
        line = self.document.line(path)
        keys = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        self.faults.append((line, self.placed(f":{line}{': ' if keys else ''}{keys}", zh, en)))

    def finish(self) -> None:
        if self.faults:
            raise ParameterError([problem for _, problem in sorted(self.faults, key=lambda f: f[0])])

    # ---- what may stand where
    def mapping(self, path: Path_, tree: object, known: Collection[str] = ()) -> dict[str, object]:
        """The mapping that stands there ({} when there is none); with `known`, other keys are faults."""
        if not isinstance(tree, dict):
            self.fault(path, "应为键值映射", "a mapping of keys to values is wanted here")
            return {}
        if known:
            for key in tree:
                if key not in known:
                    near = difflib.get_close_matches(key, known, 1)
                    zh = f"未知的键，可用：{'、'.join(sorted(known))}"
                    remedy = f"did you mean {near[0]}?" if near else "known: " + ", ".join(sorted(known))
                    en = f"unknown key; {remedy}"
                    if tree[key] is None:  # {note: one thing, another} makes a key of what follows the comma
                        zh += "；{ }内含逗号的文本须加引号"
                        en += "; a text with a comma needs quotes inside { }"
                    self.fault((*path, key), zh, en)
        return tree

    def items(self, path: Path_, tree: object) -> list[object]:
        if not isinstance(tree, list):
            self.fault(path, "应为列表", "a list is wanted here")
            return []
        return tree

    def text(self, path: Path_, body: Mapping[str, object], key: str, needed: bool = False) -> str:
        value = body.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        if key in body or needed:
            self.fault((*path, key), f"缺少{key}：应为文本", f"{key} is wanted here, as text")
        return ""

    def value(self, path: Path_, kind: Kind, written: object, unit: str = "") -> int | None:
        try:
            return int(parse(kind, written, unit))
        except Problem as problem:
            self.fault(path, problem.zh, problem.en)
            return None

    def kind(self, path: Path_, body: Mapping[str, object], key: str, needed: bool = False) -> Kind | None:
        name = self.text(path, body, key, needed)
        if name in KINDS:
            return KINDS[name]
        if name in self.codes:
            return kind_of_code(self.codes[name])
        if name:
            known = ", ".join([*KINDS, *self.codes])
            self.fault((*path, key), f"没有类型{name}，可用：{known}", f"{name} is no kind; use one of: {known}")
        return None

    def pair(self, path: Path_, tree: object, kind: Kind, unit: str = "") -> tuple[int, int] | None:
        if not isinstance(tree, list) or len(tree) != 2:
            self.fault(path, "应为[最小, 最大]", "two values are wanted here: [lowest, highest]")
            return None
        low, high = (self.value((*path, k), kind, tree[k], unit) for k in (0, 1))
        if low is None or high is None:
            return None
        if low > high:
            self.fault(path, "最小值大于最大值", "the lowest is above the highest; exchange them")
            return None
        return low, high

    # ---- a parameter
    def parameter(self, path: Path_, name: str, tree: object) -> Parameter | None:
        if not name.isidentifier() or not name.isascii() or name != name.lower() or keyword.iskeyword(name):
            self.fault(
                path,
                "参数名应为英文小写加下划线",
                "a parameter is named by lower-case English words with underscores, as a rule's argument",
            )
        body = self.mapping(path, tree, _NAMES)
        if not body:
            return None
        zh, en = self.text(path, body, "zh", True), self.text(path, body, "en", True)
        kind = self.kind(path, body, "kind", True)
        if kind is None:
            return None
        unit = self.unit(path, body, kind)
        by = self.kind(path, body, "by")
        bands = self.kind(path, body, "bands")
        if by is not None and bands is not None:
            self.fault((*path, "bands"), "by与bands只能用一个", "it has keys (`by`) or `bands`, not both; remove one")
            return None
        keys = self.keys(path, body, by)
        if unit is None or ("by" in body and keys is None) or ("bands" in body and bands is None):
            return None
        reach = (kind.low, kind.high)
        if "range" in body:
            reach = self.pair((*path, "range"), body["range"], kind, unit) or (INT64_MIN, INT64_MAX)
        axes = [axis for axis in _SPAN if axis in body]
        if len(axes) != 1:
            self.fault(
                path,
                "应有dated（按日期）或yearly（按年度）之一",
                "its figures stand under one of: `dated` (from a day) or `yearly` (for a year)",
            )
            return None
        width = 1 if keys is None else keys[1] - keys[0] + 1
        default = self.source(path, body, _Source("", "", "", "", ""))
        head = Parameter(
            name, zh, en, kind, unit, axes[0], by, keys, bands, reach, width, (), self.origin, default.note
        )
        figures = self.figures(path, head, body, default._replace(note=""))
        return self.widened(path, replace(head, figures=tuple(figures)), body, MIN_BANDS)

    def reformed(self, path: Path_, old: Parameter, tree: object) -> Parameter | None:
        body = self.mapping(path, tree, _REFORMED)
        if old.axis not in body:
            self.fault(
                path,
                f"应有{old.axis}：法规中该参数如此",
                f"its figures stand under `{old.axis}`, as they do in the law",
            )
            return None
        reach = old.range
        if "range" in body:
            reach = self.pair((*path, "range"), body["range"], old.kind, old.unit) or (INT64_MIN, INT64_MAX)
        default = self.source(path, body, _Source("", "", self.origin, "seed", ""))
        new = self.figures(path, replace(old, range=reach), body, default)
        figures = tuple(sorted([*_left_of(old.figures, new, old.keys is not None), *new], key=_order))
        for figure in figures:
            if not reach[0] <= figure.value <= reach[1]:
                self.fault(
                    (*path, "range"),
                    f"法规中的数值{write(old.kind, figure.value)}不在此范围内",
                    f"the law's own figure {write(old.kind, figure.value)} is outside; widen the range",
                )
                return None
        return self.widened(path, replace(old, range=reach, figures=figures), body, old.width)

    def unit(self, path: Path_, body: Mapping[str, object], kind: Kind) -> str | None:
        unit = self.text(path, body, "unit", needed=kind.scale != 1)
        try:
            factor(kind, unit)
        except Problem as problem:
            self.fault((*path, "unit"), problem.zh, problem.en)
            return None
        return unit

    def keys(self, path: Path_, body: Mapping[str, object], by: Kind | None) -> tuple[int, int] | None:
        """First and last key.  Codes, months and flags have their own; other kinds must say."""
        if by is None:
            if "keys" in body and "by" not in body:
                self.fault((*path, "keys"), "keys须与by同用", "`keys` needs `by`, the kind of the key")
            return None
        if "keys" in body:
            keys = self.pair((*path, "keys"), body["keys"], by)
        elif by.form in ("code", "month", "flag"):
            keys = by.low, by.high
        else:
            self.fault(path, "缺少keys: [最小, 最大]", f"`by: {by}` needs `keys: [first, last]`")
            return None
        if keys is not None and keys[1] - keys[0] >= MAX_KEYS:
            self.fault(
                (*path, "keys"), f"键多于{MAX_KEYS}个，请用bands", f"there are more than {MAX_KEYS} keys; use `bands`"
            )
            return None
        return keys

    def widened(self, path: Path_, parameter: Parameter, body: Mapping[str, object], least: int) -> Parameter | None:
        """The parameter with room for its bands: `max_bands` when given, else what they need and at least `least`."""
        if parameter.bands is None:
            if "max_bands" in body:
                self.fault(
                    (*path, "max_bands"), "max_bands须与bands同用", "`max_bands` is for a parameter with `bands`"
                )
            return parameter
        needed = widest_version(parameter)
        width = max(least, needed)
        if "max_bands" in body:
            declared = self.value((*path, "max_bands"), KINDS["count"], body["max_bands"])
            if declared is None:
                return None
            if declared < needed:
                self.fault(
                    (*path, "max_bands"),
                    f"有一个版本需要{needed}段，请增大",
                    f"one version needs {needed} entries (bands, and holes between or beside them); raise it",
                )
                return None
            width = declared
        return replace(parameter, width=width)

    def source(self, path: Path_, body: Mapping[str, object], default: _Source) -> _Source:
        if not any(key in body for key in _SOURCE):
            return default
        given = {key: self.text(path, body, key) for key in _SOURCE if key in body}
        if given.get("confidence", APPROX) not in CONFIDENCES:
            self.fault(
                (*path, "confidence"),
                f"confidence应为{'、'.join(CONFIDENCES)}之一",
                f"confidence is one of: {', '.join(CONFIDENCES)}",
            )
        return default._replace(**given)

    # ---- its figures
    def figures(self, path: Path_, p: Parameter, body: Mapping[str, object], default: _Source) -> list[Figure]:
        """The figures under `dated` or `yearly`, in the order of time."""
        path = (*path, p.axis)
        content = "bands" if p.bands is not None else "values" if p.by is not None else "value"
        known = _SPAN[p.axis] | {content}
        spans: list[tuple[int, int | None, Path_, Mapping[str, object]]] = []
        for k, tree in enumerate(self.items(path, body[p.axis])):
            written = self.mapping((*path, k), tree, known)
            span = self.year((*path, k), written) if p.yearly else self.days((*path, k), written)
            if span is not None:
                spans.append((*span, (*path, k), written))
        spans.sort(key=lambda s: s[0])
        figures: list[Figure] = []
        for k, (start, end, here, entry) in enumerate(spans):
            following = spans[k + 1][0] if k + 1 < len(spans) else None
            if following is not None and (following <= start or (end is not None and following <= end)):
                self.fault(
                    spans[k + 1][2],
                    f"与第{self.document.line(here)}行的有效期重叠",
                    f"it overlaps the entry of line {self.document.line(here)}; set `to` there or another start here",
                )
            if end is None:
                end = LAST_DAY if following is None else max(following - 1, start)
            source = self.source(here, entry, default)
            if content == "value":
                figure = self.figure(here, p, entry, start, end, source, whole=True)
                figures += [figure] if figure is not None else []
            elif content == "values":
                figures += self.table(here, p, entry, start, end, source)
            else:
                figures += self.banded(here, p, entry, start, end, source)
        return figures

    def year(self, path: Path_, entry: Mapping[str, object]) -> tuple[int, int] | None:
        if "year" not in entry:
            self.fault(path, "缺少year", "the entry needs `year`")
            return None
        year = self.value((*path, "year"), YEAR, entry["year"])
        return None if year is None else (year, year)

    def days(self, path: Path_, entry: Mapping[str, object]) -> tuple[int, int | None] | None:
        if "from" not in entry:
            self.fault(path, "缺少from", "the entry needs `from`, its first day")
            return None
        start = self.value((*path, "from"), DAY, entry["from"])
        end = self.value((*path, "to"), DAY, entry["to"]) if "to" in entry else None
        if start is not None and end is not None and end < start:
            self.fault((*path, "to"), "止日早于起日", f"it ends before it starts ({date_of(start)})")
            return None
        return None if start is None or ("to" in entry and end is None) else (start, end)

    def table(
        self, path: Path_, p: Parameter, entry: Mapping[str, object], start: int, end: int, source: _Source
    ) -> list[Figure]:
        assert p.by is not None and p.keys is not None
        found: dict[int, Figure] = {}
        values = self.mapping((*path, "values"), entry.get("values"))
        for written, tree in values.items():
            here = (*path, "values", written)
            key = self.value(here, p.by, written)
            if key is None:
                continue
            if not p.keys[0] <= key <= p.keys[1]:
                first, last = (write(p.by, k) for k in p.keys)
                self.fault(here, f"键不在{first}至{last}之间", f"the key is outside `keys` ({first} to {last})")
            elif key in found:
                self.fault(here, "键重复", "the key stands twice in this version; keep one")
            else:
                figure = self.figure(here, p, tree, start, end, source, key=key)
                if figure is not None:
                    found[key] = figure
        return list(found.values())

    def banded(
        self, path: Path_, p: Parameter, entry: Mapping[str, object], start: int, end: int, source: _Source
    ) -> list[Figure]:
        assert p.bands is not None
        found: list[Figure] = []
        reach: int | None = INT64_MIN  # where the last band ended; None is without end
        for k, tree in enumerate(self.items((*path, "bands"), entry.get("bands"))):
            here = (*path, "bands", k)
            band = self.mapping(here, tree, _BAND)
            low = self.value((*here, "from"), p.bands, band["from"]) if "from" in band else reach
            below = self.value((*here, "below"), p.bands, band["below"]) if "below" in band else None
            if reach is None:
                self.fault(
                    here, "前一段没有上限（below）", "the band before it has no `below`; only the last may have none"
                )
                break
            if low is None or ("below" in band and below is None):
                break
            if low < reach:
                self.fault(here, "与前一段重叠", "it starts inside the band before it; bands stand in ascending order")
                break
            if below is not None and below <= low:
                self.fault((*here, "below"), "上限应高于下限", "`below` must be above where the band starts")
                break
            figure = self.figure(
                here, p, band, start, end, source, whole=True, low=None if low == INT64_MIN else low, below=below
            )
            if figure is not None:
                found.append(figure)
            reach = below
        return found

    def figure(
        self,
        path: Path_,
        p: Parameter,
        tree: object,
        start: int,
        end: int,
        source: _Source,
        whole: bool = False,
        key: int | None = None,
        low: int | None = None,
        below: int | None = None,
    ) -> Figure | None:
        """One figure: a plain value, or a mapping with `value` and its own source.  whole: its keys were checked."""
        place = path
        if isinstance(tree, dict):
            if not whole:
                self.mapping(path, tree, _CELL)
            if "value" not in tree:
                self.fault(path, "缺少value", "the entry needs `value`; leave it out where no figure is known")
                return None
            source = self.source(path, tree, source)
            tree, place = tree["value"], (*path, "value")
        value = self.value(place, p.kind, tree, p.unit)
        if value is None:
            return None
        if not p.range[0] <= value <= p.range[1]:
            first, last = (write(p.kind, v) for v in p.range)
            self.fault(
                place,
                f"数值不在range之内（{first}至{last}）",
                f"{write(p.kind, value)} is outside the parameter's range ({first} to {last}); correct it or `range`",
            )
            return None
        if not source.confidence or not (source.doc or source.source):
            self.sourceless(path[: path.index(p.axis) + 2], source)
        return Figure(value, start, end, key, low, below, *source)

    def sourceless(self, entry: Path_, source: _Source) -> None:
        """Told once for an entry, not for each cell of its table."""
        if entry in self.told:
            return
        self.told.add(entry)
        if not source.confidence:
            self.fault(entry, "缺少confidence", f"the figure needs `confidence` ({', '.join(CONFIDENCES)})")
        if not source.doc and not source.source:
            self.fault(entry, "缺少doc或source", "the figure needs `doc` (document number) or `source`")


def _order(figure: Figure) -> tuple[int, int, int]:
    return figure.start, figure.key or 0, INT64_MIN if figure.low is None else figure.low


def _left_of(old: Sequence[Figure], new: Sequence[Figure], keyed: bool) -> list[Figure]:
    """What is left of the old figures outside the days or years of the new ones (of the same key, if keyed)."""
    covered: dict[int | None, set[tuple[int, int]]] = {}
    for figure in new:
        covered.setdefault(figure.key if keyed else None, set()).add((figure.start, figure.end))
    left: list[Figure] = []
    for figure in old:
        spans = sorted(covered.get(figure.key if keyed else None, ()))
        start = figure.start
        for low, high in spans:
            if high < start or low > figure.end:
                continue
            if low > start:
                left.append(figure._replace(start=start, end=low - 1))
            start = high + 1
        if start <= figure.end:
            left.append(figure._replace(start=start))
    return left
