"""A catalogue becomes definitions; folders of definitions that cannot be used."""

from __future__ import annotations

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from shebao.files.nhsa import Definitions, Field, import_catalogue
from shebao.files.nhsa.definitions import CORE as CORE_FOLDER
from shebao.files.nhsa.fields import ANY, CODE, DATE, DATETIME, FLAG, NODE, NUMBER, TEXT
from shebao.files.nhsa.hospital import example
from shebao.files.nhsa.request import ENVELOPE_FIELDS
from shebao.files.problems import FileRefused

WHEN = datetime(2026, 3, 5)
WHOLE = os.environ.get("SHEBAO_NHSA_CATALOGUE", "")  # a whole catalogue.json, where there is one


def said(code: str, type: str = "str", length: str = "30", **more: Any) -> dict[str, Any]:
    return {"code": code, "name": f"名{code}", "type": type, "len": length, **more}


def table(node: str, *fields: dict[str, Any]) -> dict[str, Any]:
    return {"node": node, "caption": "", "fields": list(fields)}


CATALOGUE: dict[str, Any] = {
    "envelope": {
        "request": [*(said(name, req=True) for name in sorted(ENVELOPE_FIELDS)), said("input", length="40000")]
    },
    "transactions": {
        "2201": {
            "name": "门诊挂号（试行）",
            "category": "2-医保服务",
            "sub": "2-门急诊结算",
            "in": [
                table(
                    "data",
                    said("insutype", coded=True, req=True),
                    said("lv", note="参考字典表hosp_lv"),
                    said("caty", coded=True),
                    said("fee", "num", "（16，2）"),
                    said("prop", "str", "5,4"),
                    said("age", "数字", ""),
                    said("sn", "num", "30"),
                    said("memo", "字符", "2,000"),
                    said("whole", "num", "5,0"),
                    said("big", "大文本", "1M"),
                    said("born", "date", ""),
                    said("at", "date", "", note="格式：yyyy-MM-dd HH:mm:ss"),
                    said("begntime", "datetime", ""),
                    said("ok", "布尔型", ""),
                    said("map", "Map集合", ""),
                    said("bytes", "字节数组", ""),
                    said("fee", "num", "16,2", req=True),
                ),
                table("diseinfo", said("diag", req=True)),
                table("oprninfo，多行数据", said("oprn")),
                table("", said("somewhere")),
            ],
            "out": [table("无节点", said("age", "num", "4,1"))],
        },
        "3102": {
            "name": "审核",
            "in": [
                table("", said("patient_dtos", "集合", "", req=True), said("rule_ids", "集合", "")),
                table("", said("patn_id", req=True), said("fsi_encounter_dtos", "集合", "")),
                table("", said("mdtrt_id", req=True)),
            ],
            "out": [],
        },
        "3202": {
            "name": "对账",
            "in": [table("data", said("no")), table("", said("setl_id"))],
            "out": [table("fileinfo", said("no")), table("", said("psn_no"))],
        },
    },
}
LISTS = {
    "insutype": {
        "name": "险种",
        "values": {"310": "职工", "31001": "细分", "310101": "地方", "410100": "其他", "坏 码": "无"},
    },
    "hosp_lv": {"name": "等级", "values": {"1": "一级"}},
    "unused": {"name": "无", "values": {"1": "是"}},
}


def imported(tmp_path: Path, catalogue: Any = CATALOGUE, lists: Any = LISTS, **how: Any) -> Definitions:
    (tmp_path / "catalogue.json").write_text(json.dumps(catalogue), "utf-8")
    (tmp_path / "codelists.json").write_text(json.dumps(lists), "utf-8")
    return import_catalogue(tmp_path / "catalogue.json", tmp_path / "own", **how)


def test_fields(tmp_path: Path) -> None:
    data = imported(tmp_path)["2201"].inputs["data"]
    assert {field.code: (field.type, field.length, field.places, field.codes) for field in data.fields} == {
        "insutype": (CODE, 30, 0, "insutype"),
        "lv": (CODE, 30, 0, "hosp_lv"),
        "caty": (CODE, 30, 0, ""),
        "fee": (NUMBER, 16, 2, ""),
        "prop": (NUMBER, 5, 4, ""),
        "age": (NUMBER, 4, 1, ""),  # as it is where it has a length
        "sn": (TEXT, 30, 0, ""),  # no number has 30 digits
        "memo": (TEXT, 2000, 0, ""),
        "whole": (NUMBER, 5, 0, ""),
        "big": (TEXT, 1_000_000, 0, ""),
        "born": (DATE, 0, 0, ""),
        "at": (DATETIME, 0, 0, ""),
        "begntime": (DATETIME, 0, 0, ""),
        "ok": (FLAG, 0, 0, ""),
        "map": (ANY, 0, 0, ""),
    }
    assert [field.code for field in data.fields if field.required] == ["insutype", "fee"]
    assert [field.code for field in data.fields if field.not_future] == ["begntime"]


def test_nodes(tmp_path: Path) -> None:
    found = imported(tmp_path)
    assert {name: (node.rows, node.required) for name, node in found["2201"].inputs.items()} == {
        "data": (False, True),
        "diseinfo": (True, True),
        "oprninfo": (True, False),
    }
    assert "# a table without a node, inputs, table 4: somewhere" in (tmp_path / "own" / "22.yaml").read_text("utf-8")
    assert list(found["2201"].outputs) == [""]
    data = found["3102"].inputs["data"]
    patients = data.fields[0]
    assert (patients.code, patients.type, patients.rows, patients.required) == ("patient_dtos", NODE, True, True)
    assert data.fields[1] == Field("rule_ids", "名rule_ids", TEXT, 50, rows=True)
    assert [field.code for field in patients.fields[1].fields] == ["mdtrt_id"]
    assert {kind: node.fields[0].code for kind, node in found["3202"].files.items()} == {
        "upload": "setl_id",
        "result": "psn_no",
    }


def test_lists(tmp_path: Path) -> None:
    whole = imported(tmp_path)
    assert sorted(whole.lists) == ["hosp_lv", "insutype"]
    assert sorted(whole.codes("insutype")) == ["310", "31001", "310101", "410100"]


def test_what_is_local_may_be_left_out(tmp_path: Path) -> None:
    assert sorted(imported(tmp_path, local=False).codes("insutype")) == ["310", "31001", "410100"]


def test_only_some(tmp_path: Path) -> None:
    assert sorted(imported(tmp_path, only=["3202"]).transactions) == ["3202"]
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == ["32.yaml", "codelists.yaml", "envelope.yaml"]


def test_what_was_written_is_not_written_over(tmp_path: Path) -> None:
    imported(tmp_path)
    with pytest.raises(FileRefused, match="already"):
        imported(tmp_path)


@pytest.mark.parametrize(
    "catalogue",
    [[], {}, {**CATALOGUE, "transactions": {"2201": {"name": "x"}}}, {**CATALOGUE, "transactions": {"2201": 5}}, "x"],
)
def test_what_is_no_catalogue(tmp_path: Path, catalogue: Any) -> None:
    with pytest.raises(FileRefused, match="no catalogue"):
        imported(tmp_path, catalogue)
    assert not (tmp_path / "own").exists()


def test_a_transaction_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="no transaction 9999"):
        imported(tmp_path, only=["3202", "9999"])


@pytest.mark.parametrize(
    ("file", "found", "said"),
    [
        ("22.yaml", "a: [", "cannot be read"),
        ("22.yaml", "[1]", "no mapping"),
        ("22.yaml", "2201: {name: x}", "quote the numbers"),
        ("22.yaml", '"2201": {nodes: {}}', "and no other"),
        ("22.yaml", '"2201": {inputs: [data]}', "no mapping of nodes"),
        ("22.yaml", '"2201": {inputs: {data: [psn_no]}}', "no mapping of fields"),
        ("22.yaml", '"2201": {inputs: {data: {a: {name: x, type: word}}}}', "2201.inputs.data.a"),
        ("22.yaml", '"2201": {inputs: {data: {a: {type: text, size: 5}}}}', "must have name and type"),
        ("22.yaml", '"2201": {inputs: {data: {a: {type: code, list: none}}}}', "no code list none"),
        ("codelists.yaml", "a: {name: x, values: {1: x}}", "quoted texts"),
        ("codelists.yaml", "a: {name: x}", "quoted texts"),
        ("envelope.yaml", "infno: {name: x, type: text, length: 4}", "missing in the envelope"),
    ],
)
def test_folders_that_cannot_be_used(tmp_path: Path, file: str, found: str, said: str) -> None:
    imported(tmp_path)
    (tmp_path / "own" / file).write_text(found, "utf-8")
    with pytest.raises(FileRefused, match=said) as caught:
        Definitions.load(tmp_path / "own")
    assert caught.value.problems[0].file == file


@pytest.mark.skipif(not WHOLE, reason="SHEBAO_NHSA_CATALOGUE names no catalogue")
def test_a_whole_catalogue(tmp_path: Path) -> None:
    found = import_catalogue(WHOLE, tmp_path / "own")
    assert len(found.transactions) == len(json.loads(Path(WHOLE).read_bytes())["transactions"])
    for infno in found.transactions:
        values = example(found, infno, WHEN, full=True)
        assert found.checked(infno, "inputs", found.render_input(infno, values), date(2026, 3, 5)) == values
    # The core is what this importer makes of it.
    core = import_catalogue(WHOLE, tmp_path / "core", only=Definitions.core().transactions, local=False)
    assert core.transactions.keys() == Definitions.core().transactions.keys()
    for path in CORE_FOLDER.glob("*.yaml"):
        assert (tmp_path / "core" / path.name).read_text("utf-8") == path.read_text("utf-8")
        assert yaml.safe_load(path.read_bytes())
