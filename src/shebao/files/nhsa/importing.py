"""A catalogue of the interface as extracted from its document, turned into the YAML that Definitions.load reads.

    import_catalogue("catalogue.json", "hunan")      -> Definitions of all its transactions, and the folder written

catalogue.json: {"envelope": {"request": [field, ...]}, "transactions": {infno: {"name", "category", "sub",
"in": [table, ...], "out": [table, ...]}}}, a table {"node", "caption", "fields": [field, ...]}, a field {"code",
"name", "type", "len", "coded", "req", "note"}.  codelists.json beside it: {list: {"name", "values": {code: meaning}}}.
What documents leave open is in readings.yaml.  A table that has no node and of which nothing is said there is written
as a comment, for whoever knows its place.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from shebao.files.nhsa.definitions import ENVELOPE, LISTS, Definitions
from shebao.files.nhsa.fields import ANY, CODE, DATE, DATETIME, FLAG, NODE, NUMBER, TEXT
from shebao.files.problems import FileRefused, Problem

READINGS = Path(__file__).parent / "readings.yaml"
_DIGITS = 18  # of an int64; a "number" of more is an identifier
_WIDTH = 110  # characters of a line of codes
_LONG = 4000  # characters of a text whose length nobody gives
_TYPES = {
    NUMBER: ("num", "数字", "数值", "bigdecimal", "整数类型", "整型", "整数型"),
    TEXT: ("str", "字符", "varchar", "大文本", "longtext", "文本型", "base64字符串", ""),
    DATE: ("date", "日期"),
    DATETIME: ("datetime", "时间类型"),
    FLAG: ("布尔", "布尔型"),
}
_TYPE_OF = {word: kind for kind, words in _TYPES.items() for word in words}
_BYTES = "字节数组"  # travels as a part of its own, not in the JSON
_NUMERIC = re.compile(r"\(?(\d{1,2}),(\d)\)?")
_LISTED = re.compile(r"参考字典表\s*([a-z_]*)", re.ASCII)
_CODE = re.compile(r"[!-~]+")
_NAMELESS = ("", "无节点")
_ROWS = "多行数据"


def import_catalogue(
    path: str | Path,
    folder: str | Path,
    only: Collection[str] | None = None,
    local: bool = True,
    readings: str | Path = READINGS,
) -> Definitions:
    """Writes the definitions of a catalogue to a folder, which must not hold any yet, and returns them.

    only: these transactions; None for all.  local: whether to keep codes of six or more digits below a code of the same
    list, by which provinces divide the national ones.  Raises FileRefused when the catalogue is of another form.
    """
    path, folder = Path(path), Path(folder)
    read = yaml.safe_load(Path(readings).read_bytes())
    try:
        catalogue, lists = (json.loads(each.read_bytes()) for each in (path, path.with_name("codelists.json")))
        importer = _Importer(catalogue, lists, read, local)
        wanted = {
            infno: importer.transaction(infno) for infno in catalogue["transactions"] if not only or infno in only
        }
        envelope = importer.envelope()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise FileRefused(
            [Problem(path.name, f"不是接口目录：{error!r}", f"is no catalogue of the interface: {error!r}")]
        ) from error
    if missing := set(only or ()) - wanted.keys():
        names = ", ".join(sorted(missing))
        raise FileRefused([Problem(path.name, f"没有交易{names}", f"has no transaction {names}")])
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.glob("*.yaml")):
        raise FileRefused(
            [Problem(folder.name, "文件夹中已有定义，请另选", "has definitions already; give another folder")]
        )
    groups: dict[str, list[str]] = defaultdict(list)
    for infno in sorted(wanted):
        groups[infno[:2]].append(infno)
    for group, members in groups.items():
        titles = dict.fromkeys(catalogue["transactions"][infno].get("sub", "") for infno in members)
        lines = [f"# {' '.join(titles)}".rstrip()]
        for infno in members:
            lines += ["", *_written(infno, wanted[infno])]
        _write(folder / f"{group}.yaml", lines)
    _write(folder / ENVELOPE, ["# The envelope of a request, without its input.", *_written_fields(envelope, "")])
    _write(folder / LISTS, ["# Code lists: what each code means.", *importer.written_lists()])
    return Definitions.load(folder)


class _Importer:
    def __init__(self, catalogue: Any, lists: Any, readings: Mapping[str, Any], local: bool) -> None:
        self.catalogue, self.readings = catalogue, readings
        self.lists = {code: (found["name"], _codes(found["values"], local)) for code, found in lists.items()}
        self.used: set[str] = set()
        self.lengths: dict[str, Counter[str]] = defaultdict(Counter)  # of a field, wherever it has one
        for transaction in catalogue["transactions"].values():
            for table in (*transaction["in"], *transaction["out"]):
                for field in table["fields"]:
                    if field["len"]:
                        self.lengths[field["code"]][field["len"]] += 1

    def envelope(self) -> dict[str, Any]:
        laid = self.readings["envelope"]
        given = [field for field in self.catalogue["envelope"]["request"] if field["code"] != "input"]
        return self.fields(given, laid)

    def transaction(self, infno: str) -> dict[str, Any]:
        found = self.catalogue["transactions"][infno]
        laid = self.readings["transactions"].get(infno, {})
        sides: dict[str, dict[str, Any]] = {"inputs": {}, "outputs": {}, "files": {}}
        unplaced = []
        for side, tables in (("inputs", found["in"]), ("outputs", found["out"])):
            under: dict[str, tuple[dict[str, Any], bool]] = {}
            read = laid.get(side, [])
            for k, table in enumerate(tables):
                said = read[k] if k < len(read) else {}
                fields = self.fields(table["fields"], laid.get("fields", {}))
                given, _, more = table["node"].partition("，")
                name = said.get("node", "" if given in _NAMELESS else given)
                rows = said.get("rows", name in self.readings["rows"] or more == _ROWS)
                if "under" in said:
                    under[said["under"]] = (fields, rows)
                elif "file" in said:
                    sides["files"][f"{said['file']}[]"] = fields
                elif name or not k:
                    sides[side][f"{name}[]" if rows else name] = fields
                else:
                    unplaced.append(f"{side}, table {k + 1}: {' '.join(fields)}")
            for name, fields in sides[side].items():
                sides[side][name] = _nested(fields, under)
        name = laid.get("name", found["name"])
        return {"name": name, "unplaced": unplaced, **{side: nodes for side, nodes in sides.items() if nodes}}

    def fields(self, given: list[Mapping[str, Any]], laid: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for field in given:
            if field["type"] == _BYTES:
                continue
            said = dict(laid.get(field["code"], {}))
            rows = "[]" if said.pop("rows", False) else ""
            fields[field["code"] + rows] = {**self.field(field), **said}
        return fields

    def field(self, found: Mapping[str, Any]) -> dict[str, Any]:
        code, note = found["code"], found.get("note", "")
        kind = _TYPE_OF.get(found["type"].lower(), ANY)
        if kind == DATE and "HH" in note:
            kind = DATETIME
        length = _plain(found["len"] or self._elsewhere(code))
        numeric = _NUMERIC.fullmatch(length)
        if kind in (NUMBER, TEXT) and numeric and int(numeric[1]) <= _DIGITS:
            kind, size = (
                NUMBER,
                {"length": int(numeric[1]), **({"places": int(numeric[2])} if numeric[2] != "0" else {})},
            )
        else:
            size = {"length": _size(length, kind)}
            if kind == NUMBER and size["length"] > _DIGITS:
                kind = TEXT
        values: dict[str, Any] = {"name": found["name"], "type": kind}
        if kind in (TEXT, NUMBER):
            values |= size
        listed = _LISTED.match(note)
        if kind == TEXT and (found.get("coded") or listed):
            name = listed[1] if listed and listed[1] in self.lists else code
            values["type"] = CODE
            if name in self.lists:
                self.used.add(name)
                values["list"] = name
        if found.get("req"):
            values["required"] = True
        if code in self.readings["not_future"] and kind in (DATE, DATETIME):
            values["not_future"] = True
        return values

    def _elsewhere(self, code: str) -> str:
        """The length that a field has most often where it has one."""
        common = self.lengths[code].most_common(1)
        return common[0][0] if common else ""

    def written_lists(self) -> Iterator[str]:
        for code in sorted(self.used):
            name, values = self.lists[code]
            yield f"{code}:"
            yield f"  name: {_plain_or_quoted(name)}"
            line = "  values: {"
            for k, (value, meaning) in enumerate(sorted(values.items())):
                pair = f"{', ' if k else ''}{_quoted(value)}: {_quoted(meaning)}"
                if len(line) + len(pair) > _WIDTH:
                    yield line + ","
                    line, pair = "    ", pair.removeprefix(", ")
                line += pair
            yield line + "}"


def _nested(fields: dict[str, Any], under: Mapping[str, tuple[dict[str, Any], bool]]) -> dict[str, Any]:
    """The fields with those of other tables in their places."""
    placed: dict[str, Any] = {}
    for code, field in fields.items():
        if code in under:
            inner, rows = under[code]
            field = {"name": field["name"], "type": NODE, **({"required": True} if field.get("required") else {})}
            placed[code + ("[]" if rows else "")] = {**field, "fields": _nested(inner, under)}
        else:
            placed[code] = field
    return placed


def _codes(values: Mapping[str, str], local: bool) -> dict[str, str]:
    """Without what is no code, and without what is local if so wanted."""
    codes = {code: meaning for code, meaning in values.items() if _CODE.fullmatch(code)}
    return {
        code: meaning
        for code, meaning in codes.items()
        if local or len(code) < 6 or not any(code[:k] in codes for k in range(1, len(code)))
    }


def _plain(length: str) -> str:
    return length.translate(str.maketrans("，（）", ",()")).replace(" ", "")


def _size(length: str, kind: str) -> int:
    """`30`, `2,000`, `1K` and `1M`."""
    if not length:
        return 16 if kind == NUMBER else _LONG
    number = length.replace(",", "").upper()
    unit = {"K": 1_000, "M": 1_000_000}.get(number[-1], 1)
    return int(number.rstrip("KM")) * unit


def _written(infno: str, transaction: Mapping[str, Any]) -> Iterator[str]:
    yield f"{_quoted(infno)}:"
    yield f"  name: {_plain_or_quoted(transaction['name'])}"
    for table in transaction["unplaced"]:
        yield f"  # a table without a node, {table}"
    for side in ("inputs", "outputs", "files"):
        if side in transaction:
            yield f"  {side}:"
            for name, fields in transaction[side].items():
                yield f"    {_plain_or_quoted(name)}:"
                yield from _written_fields(fields, " " * 6)


def _written_fields(fields: Mapping[str, Any], indent: str) -> Iterator[str]:
    for code, field in fields.items():
        if "fields" in field:
            yield f"{indent}{_plain_or_quoted(code)}:"
            for key, value in field.items():
                if key != "fields":
                    yield f"{indent}  {key}: {_scalar(value)}"
            yield f"{indent}  fields:"
            yield from _written_fields(field["fields"], indent + "    ")
        else:
            pairs = ", ".join(f"{key}: {_scalar(value)}" for key, value in field.items())
            yield f"{indent}{_plain_or_quoted(code)}: {{{pairs}}}"


def _scalar(value: Any) -> str:
    return str(value).lower() if isinstance(value, (bool, int)) else _plain_or_quoted(value)


def _plain_or_quoted(text: str) -> str:
    """Quoted where YAML would take it for something else than this text."""
    plain = re.fullmatch(r"[^\W\d][\w（）()、/]*", text) and yaml.safe_load(text) == text
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", "utf-8")
