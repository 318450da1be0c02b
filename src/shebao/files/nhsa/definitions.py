"""Transactions as data: what each node of a message holds, read from YAML.

A folder has `envelope.yaml`, `codelists.yaml` and any number of files of transactions:

    "2207":
      name: 门诊结算
      inputs:
        data:
          psn_no: {name: 人员编号, type: text, length: 30, required: true}
          medfee_sumamt: {name: 医疗费总额, type: number, length: 16, places: 2, required: true}
          insutype: {name: 险种类型, type: code, length: 6, list: insutype, required: true}
      outputs:
        "setldetail[]": {...}          # [] after a name: a list of rows

A field of type `node` has `fields` of its own.  Where a transaction gives a node no name, its name is "".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shebao.files.nhsa.checking import Checker, checker
from shebao.files.nhsa.fields import CODE, NODE, TYPES, Field
from shebao.files.nhsa.refused import Refused
from shebao.files.nhsa.rendering import Writer, writer
from shebao.files.nhsa.request import ENVELOPE_FIELDS, Request
from shebao.files.problems import FileRefused, Problem

CORE = Path(__file__).parent / "core"
ENVELOPE, LISTS = "envelope.yaml", "codelists.yaml"
SIDES = ("inputs", "outputs", "files")
_MORE = ("length", "places", "list", "required", "not_future", "fields")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's where there is one


@dataclass(frozen=True, slots=True)
class CodeList:
    """values: what each code means."""

    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Transaction:
    """inputs, outputs: nodes by name.  files: what travels as a text file beside the message, `upload` and `result`."""

    infno: str
    name: str
    inputs: Mapping[str, Field]
    outputs: Mapping[str, Field]
    files: Mapping[str, Field]

    def side(self, name: str) -> Mapping[str, Field]:
        """The nodes of one of SIDES."""
        return {"inputs": self.inputs, "outputs": self.outputs, "files": self.files}[name]


@dataclass(frozen=True, eq=False)
class Definitions:
    """transactions by number; lists by name; envelope: the fields of a request other than `input`."""

    transactions: Mapping[str, Transaction]
    lists: Mapping[str, CodeList]
    envelope: Field
    _checkers: dict[tuple[str, str], list[tuple[str, Checker]]] = field(default_factory=dict, init=False, repr=False)
    _writers: dict[tuple[str, str, bool], dict[str, Writer]] = field(default_factory=dict, init=False, repr=False)

    @staticmethod
    def core() -> Definitions:
        """The transactions that this project serves."""
        return _core()

    @staticmethod
    def load(folder: str | Path) -> Definitions:
        """Definitions from a folder of YAML.  Raises FileRefused, which names the file and the place in it."""
        folder = Path(folder)
        lists = _lists(folder / LISTS)
        envelope = _node(folder / ENVELOPE, "", "", "", _mapping(folder / ENVELOPE), lists)
        if missing := ENVELOPE_FIELDS - {each.code for each in envelope.fields}:
            names = ", ".join(sorted(missing))
            raise _refused(folder / ENVELOPE, names, "信封缺少这些字段", "are missing in the envelope")
        transactions = {}
        for path in sorted(folder.glob("*.yaml")):
            if path.name not in (ENVELOPE, LISTS):
                for infno, found in _mapping(path).items():
                    transactions[infno] = _transaction(path, infno, found, lists)
        return Definitions(transactions, lists, envelope)

    def __getitem__(self, infno: str) -> Transaction:
        return self.transactions[infno]

    def __contains__(self, infno: object) -> bool:
        return infno in self.transactions

    def codes(self, name: str) -> Mapping[str, str]:
        """The values of a list by its name; none for the name ""."""
        return self.lists[name].values if name else {}

    def check(self, request: Request, today: date) -> dict[str, Any]:
        """The input of a request as typed values, every field of the definition a key.

        today: a day of service after it is refused.  Raises Refused.
        """
        values = self.checked(request.infno, "inputs", request.input, today)
        if not request.insuplc_admdvs and any(map(_names_person, values.values())):
            raise Refused(
                "不能为空，交易输入中含有人员编号",
                "is empty; it is required where the input names a person",
                field="insuplc_admdvs",
            )
        return values

    def checked(self, infno: str, side: str, found: Mapping[str, Any], today: date) -> dict[str, Any]:
        """The nodes of a side (inputs, outputs) as typed values.  Raises Refused."""
        checkers = self._checkers.get((infno, side))
        if checkers is None:
            transaction = self.transactions.get(infno)
            if transaction is None:
                raise Refused(
                    f"交易编号[{infno}]不存在或未开通", f"the transaction {infno} is not served", field="infno"
                )
            # Made twice by two threads at once, both are the same.
            ruled = side == "inputs"
            checkers = [(name, checker(node, self.codes, ruled)) for name, node in transaction.side(side).items()]
            self._checkers[infno, side] = checkers
        return {name: check(found.get(name) if name else found, today) for name, check in checkers}

    def check_envelope(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """The envelope of a request as typed values.  Raises Refused."""
        checkers = self._checkers.get(("", "inputs"))
        if checkers is None:
            checkers = self._checkers["", "inputs"] = [("", checker(self.envelope, self.codes))]
        values: dict[str, Any] = checkers[0][1](found, date.max)
        return values

    def render(self, infno: str, values: Mapping[str, Any], strict: bool = False) -> dict[str, Any]:
        """Outputs as they travel: decimals, dates and codes as text; what is empty is "0" for a number, else "".

        values: {node: {field: value}}, and {node: [{field: value}, ...]} for a node of rows; a value of another type
        than its field's raises TypeError.  strict: a node or field that is unknown, or missing though required, a text
        too long and a code that is in no list raise ValueError; otherwise the unknown is left out, the missing is
        empty, the overlong is cut.
        """
        return self._written(infno, "outputs", values, strict, True)

    def render_input(self, infno: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """Inputs as they travel, for the side of the hospital: strict, and without what is empty."""
        return self._written(infno, "inputs", values, True, False)

    def _written(self, infno: str, side: str, values: Mapping[str, Any], strict: bool, whole: bool) -> dict[str, Any]:
        writers = self._writers.get((infno, side, strict))
        if writers is None:
            nodes = self.transactions[infno].side(side)
            writers = {name: writer(node, self.codes, strict, whole) for name, node in nodes.items()}
            self._writers[infno, side, strict] = writers
        if strict and (unknown := values.keys() - writers.keys()):
            raise ValueError(f"{infno} has no node {', '.join(sorted(unknown))}")
        written: dict[str, Any] = {}
        for name, write in writers.items():
            written |= {name: write(values.get(name))} if name else write(values.get(name))
        return written


def _names_person(node: Any) -> bool:
    rows = node if isinstance(node, list) else [node]
    return any(row.get("psn_no") is not None for row in rows)


@cache
def _core() -> Definitions:
    return Definitions.load(CORE)


def _refused(path: Path, place: str, zh: str, en: str) -> FileRefused:
    return FileRefused([Problem(path.name, zh, en, field=place)])


def _mapping(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            found = yaml.load(file, _LOADER)
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise _refused(path, "", f"无法读取，请核对定义文件：{error}", f"cannot be read: {error}") from error
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
        raise _refused(
            path, "", "应为以文本为键的对照表，编号请加引号", "is no mapping with texts as keys; quote the numbers"
        )
    return found


def _lists(path: Path) -> dict[str, CodeList]:
    lists = {}
    for code, found in _mapping(path).items():
        values = found.get("values") if isinstance(found, dict) else None
        if not isinstance(values, dict) or not all(isinstance(text, str) for pair in values.items() for text in pair):
            raise _refused(
                path,
                code,
                "代码表应有values，代码和含义均为加引号的文本",
                "has no `values` of codes and meanings as quoted texts",
            )
        lists[code] = CodeList(str(found.get("name", code)), values)
    return lists


def _transaction(path: Path, infno: str, found: object, lists: Mapping[str, CodeList]) -> Transaction:
    if not isinstance(found, dict) or not found.keys() <= {"name", *SIDES}:
        raise _refused(
            path, infno, f"只能有name和{'、'.join(SIDES)}", f"may have name, {', '.join(SIDES)} and no other"
        )
    sides = []
    for side in SIDES:
        given = found.get(side, {})
        if not isinstance(given, dict):
            raise _refused(path, f"{infno}.{side}", "应为节点的对照表", "is no mapping of nodes")
        nodes = [_node(path, infno, side, name, fields, lists) for name, fields in given.items()]
        sides.append({node.code: node for node in nodes})
    return Transaction(infno, str(found.get("name", infno)), *sides)


def _node(path: Path, infno: str, side: str, name: str, found: object, lists: Mapping[str, CodeList]) -> Field:
    place = ".".join(part for part in (infno, side, name) if part)
    if not isinstance(found, dict):
        raise _refused(path, place, "节点应为字段的对照表", "is no mapping of fields")
    fields = tuple(_fields(path, place, found, lists))
    rows = name.endswith("[]")
    # An answer may have no rows of a kind; a request that sends rows sends some.
    required = any(each.required for each in fields) and not (rows and side == "outputs")
    return Field(name.removesuffix("[]"), "", NODE, required=required, rows=rows, fields=fields)


def _fields(path: Path, place: str, found: Mapping[str, Any], lists: Mapping[str, CodeList]) -> Iterator[Field]:
    for key, given in found.items():
        here = f"{place}.{key}"
        if (
            not isinstance(given, dict)
            or not given.keys() <= {"name", "type", *_MORE}
            or given.get("type") not in TYPES
        ):
            raise _refused(
                path,
                here,
                f"字段应有name和type（{'、'.join(TYPES)}），可有{'、'.join(_MORE)}",
                f"must have name and type ({', '.join(TYPES)}), and may have {', '.join(_MORE)}",
            )
        codes = given.get("list", "")
        if codes and (codes not in lists or given["type"] != CODE):
            raise _refused(path, here, f"没有代码表{codes}，请补入{LISTS}", f"there is no code list {codes} in {LISTS}")
        yield Field(
            key.removesuffix("[]"),
            str(given.get("name", "")),
            given["type"],
            int(given.get("length", 0)),
            int(given.get("places", 0)),
            codes,
            bool(given.get("required", False)),
            bool(given.get("not_future", False)),
            key.endswith("[]"),
            tuple(_fields(path, here, given.get("fields", {}), lists)),
        )
