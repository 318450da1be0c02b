"""Every field of every transaction, wrong in each way it can be; numbers and dates; what must hold between fields."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.files.nhsa import Definitions, Field, Refused, line_amount
from shebao.files.nhsa.checking import Decimals, converter
from shebao.files.nhsa.fields import CODE, DATE, DATETIME, NODE, NUMBER, TEXT
from shebao.files.nhsa.hospital import example

CORE = Definitions.core()
WHEN = datetime(2026, 3, 5, 9, 30)
TODAY = WHEN.date()
SERVED = sorted(
    ["1101", "1301", "1312", "2001", "2601", "3101", "3102", "3201", "3202", "3301", "3302", "5203"]
    + ["9001", "9002", "9101", "9102"]
    + [f"22{k:02d}" for k in range(1, 9)]
    + [f"{group}{k:02d}" for group in ("23", "24") for k in range(1, 6)]
)


def wire(infno: str, full: bool = True, **changes: Any) -> dict[str, Any]:
    """A sound input as it travels."""
    return CORE.render_input(infno, example(CORE, infno, WHEN, full, **changes))


def check(infno: str, found: dict[str, Any], today: date = TODAY) -> dict[str, Any]:
    return CORE.checked(infno, "inputs", found, today)


def refused(infno: str, found: dict[str, Any], today: date = TODAY) -> Refused:
    with pytest.raises(Refused) as caught:
        check(infno, found, today)
    return caught.value


def fields_of(infno: str) -> Iterator[tuple[list[str | int], Field]]:
    """Each field with the steps that lead to the object that holds it."""

    def below(steps: list[str | int], node: Field) -> Iterator[tuple[list[str | int], Field]]:
        for field in node.fields:
            yield steps, field
            if field.type == NODE:
                yield from below([*steps, field.code, *([0] if field.rows else [])], field)

    for name, node in CORE[infno].inputs.items():
        yield from below([name, *([0] if node.rows else [])], node)


def at(found: Any, steps: list[str | int]) -> Any:
    for step in steps:
        found = found[step]
    return found


def place(steps: list[str | int]) -> tuple[str, int | None]:
    """The node and row that a fault there names."""
    row = steps[-1] + 1 if isinstance(steps[-1], int) else None
    names = steps[:-1] if row is not None else steps
    node = ""
    for step in names:
        node += f"[{step + 1}]" if isinstance(step, int) else f"/{step}" if node else step
    return node, row


def test_what_is_served() -> None:
    assert sorted(CORE.transactions) == SERVED
    assert {infno: CORE[infno].name for infno in ("2207", "2304", "2601")} == {
        "2207": "门诊结算",
        "2304": "住院结算",
        "2601": "冲正交易",
    }
    assert CORE.lists["insutype"].values["310"] == "职工基本医疗保险"
    assert [field.code for field in CORE["3202"].files["upload"].fields][:3] == ["setl_id", "mdtrt_id", "psn_no"]


@pytest.mark.parametrize("infno", SERVED)
def test_a_sound_input_is_taken(infno: str) -> None:
    for full in (False, True):
        values = check(infno, wire(infno, full))
        assert values.keys() == CORE[infno].inputs.keys()
        for name, node in CORE[infno].inputs.items():
            held = values[name][0] if node.rows else values[name]
            assert list(held) == [field.code for field in sorted(node.fields, key=lambda each: each.type == NODE)]
            assert not full or None not in held.values()


@pytest.mark.parametrize("infno", SERVED)
def test_every_field_that_is_missing(infno: str) -> None:
    sound = wire(infno)
    for steps, field in fields_of(infno):
        for nothing in (None, "", "  "):
            found = copy.deepcopy(sound)
            at(found, steps)[field.code] = nothing
            if field.required:
                fault = refused(infno, found)
                node, row = place(steps)
                if field.type == NODE and nothing != "  ":
                    assert fault.node.endswith(f"/{field.code}")
                    assert fault.zh == "不能为空"
                elif field.type != NODE:
                    assert (fault.node, fault.row, fault.field, fault.zh) == (node, row, field.code, "不能为空")
                    assert fault.err_msg.endswith(f"字段[{field.code}]不能为空")
            elif field.type != NODE and field.code != "card_sn":
                assert at(check(infno, found), steps)[field.code] is None


@pytest.mark.parametrize("infno", SERVED)
def test_every_field_that_is_overlong_or_of_another_type(infno: str) -> None:
    sound = wire(infno)
    for steps, field in fields_of(infno):
        wrong: list[tuple[Any, str]] = [({}, "应为"), ([1, 2], "应为"), (True, "应为")]
        if field.type == TEXT or (field.type == CODE and not field.codes):
            wrong += [("x" * (field.length + 1), f"不能超过{field.length}"), (5, "应为字符串"), ("a\0", "空字符")]
        elif field.type == CODE:
            wrong += [("?", f"代码表[{field.codes}]"), ("9" * 5000, "代码表"), (1, "应为字符串")]
        elif field.type == NUMBER:
            more = "9" * (field.length - field.places + 1)
            wrong += [(more, "整数部分"), (int(more), "整数部分"), ("1." + "1" * (field.places + 1), "小数")]
            wrong += [(text, "应为数字") for text in ("1e3", "+1", "1,000", "NaN", "一", "1.", ".5", " 1", "١")]
        elif field.type == DATE:
            wrong += [(text, "日期") for text in ("20260301", "2026-02-30", "2026-3-1", "2026-W01-1", "2026/03/01", 1)]
        elif field.type == DATETIME:
            wrong += [(text, "时间") for text in ("2026-03-01", "2026-03-01T09:00:00", "2026-03-01 24:00:01", 20260301)]
            wrong += [(text, "时间") for text in ("2026-03-01 09:00:00.5", "2026-03-01 09:00:00+08:00")]
        else:
            assert field.type == NODE
            wrong = [("x", "应为"), (7, "应为")]
        if field.rows and field.type != NODE:
            wrong = [case for case in wrong if not isinstance(case[0], list)]
        for value, said in wrong:
            found = copy.deepcopy(sound)
            at(found, steps)[field.code] = value
            fault = refused(infno, found)
            assert said in fault.zh or "不能为空" in fault.zh, (field, value, fault)
            if field.type != NODE and value != {}:
                assert (fault.node, fault.row, fault.field) == (*place(steps), field.code)


@pytest.mark.parametrize("infno", SERVED)
def test_every_day_that_lies_ahead(infno: str) -> None:
    sound = wire(infno)
    for steps, field in fields_of(infno):
        if field.not_future:
            found = copy.deepcopy(sound)
            at(found, steps)[field.code] = "2026-03-06" if field.type == DATE else "2026-03-06 00:00:00"
            for later in ("endtime", "enddate", "stmt_enddate", "dscg_date"):  # so that the period is sound
                if later in at(found, steps) and later != field.code:
                    written = at(found, steps)[later]
                    at(found, steps)[later] = "2026-03-07" + written[10:]
            fault = refused(infno, found)
            assert "不能晚于" in fault.zh
            check(infno, found, date(2026, 3, 7))


def test_unknown_nodes_and_fields_are_ignored() -> None:
    found = wire("2207")
    found["data"]["later_field"] = [1.5]
    found["later_node"] = {"a": 1}
    assert check("2207", found) == check("2207", wire("2207"))


def test_rows_and_single_nodes_are_taken_for_each_other() -> None:
    found = wire("2204")
    assert check("2204", {"feedetail": found["feedetail"][0]}) == check("2204", found)
    found = wire("2207")
    assert check("2207", {"data": [found["data"]]}) == check("2207", found)
    assert refused("2207", {"data": [found["data"]] * 2}).err_msg == "节点[data]应为对象"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "节点[feedetail]不能为空"),
        ({"feedetail": []}, "节点[feedetail]不能为空"),
        ({"feedetail": "x"}, "节点[feedetail]应为数组"),
        ({"feedetail": [[]]}, "节点[feedetail]第1行应为对象"),
    ],
)
def test_nodes_that_are_none(given: dict[str, Any], said: str) -> None:
    assert refused("2204", given).err_msg == said


def test_a_transaction_that_is_not_served() -> None:
    assert "交易编号[9999]" in refused("9999", {}).err_msg


def test_both_languages_name_the_place() -> None:
    found = wire("2204")
    found["feedetail"].append({**found["feedetail"][0], "feedetl_sn": "2", "cnt": "x"})
    fault = refused("2204", found)
    assert fault.err_msg == "节点[feedetail]第2行字段[cnt]应为数字，不带千分位、正号、空格和指数"
    assert str(fault).endswith("/ feedetail[2].cnt: is no plain decimal number")
    assert len(Refused("长" * 300, "long").err_msg) == 200


MONEY = converter(Field("a", "", NUMBER, 16, 2), CORE.codes)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("0", 0),
        ("0.00", 0),
        ("-0", 0),
        ("12.3", 1230),
        ("12.34", 1234),
        ("12.340", 1234),
        ("-12.34", -1234),
        ("0012.34", 1234),
        (7, 700),
        (-7, -700),
        (Decimals("0.29"), 29),
        (Decimals("1.10"), 110),
        ("99999999999999.99", 9999999999999999),
    ],
)
def test_money(written: Any, fen: int) -> None:
    assert MONEY(written) == fen


@pytest.mark.parametrize(
    "written",
    ["100000000000000", 10**14, "1.005", Decimals("0.30000000000000004"), Decimals("1e2"), 1.5, True, "1" * 41],
)
def test_no_money(written: Any) -> None:
    with pytest.raises(Refused):
        MONEY(written)


@given(st.integers(-(10**16) + 1, 10**16 - 1))
def test_every_amount_is_read_exactly(fen: int) -> None:
    written = str(Decimal(fen).scaleb(-2))
    assert MONEY(written) == MONEY(Decimals(written)) == fen


@given(st.integers(-(10**7), 10**7), st.integers(0, 10**10))
def test_a_line_is_rounded_half_up(cnt: int, pric: int) -> None:
    yuan = Decimal(cnt).scaleb(-4) * Decimal(pric).scaleb(-6)
    assert line_amount(cnt, pric) == int(yuan.quantize(Decimal("0.01"), ROUND_HALF_UP).scaleb(2))


def line(**changes: Any) -> dict[str, Any]:
    return wire("2204", False, **changes)


@pytest.mark.parametrize(
    ("cnt", "pric", "amount", "said"),
    [
        (15000, 3_330000, 499, ""),  # 4.995 is 5.00; within 1 fen
        (15000, 3_330000, 500, ""),
        (15000, 3_330000, 501, ""),
        (15000, 3_330000, 498, "字段[det_item_fee_sumamt]应为数量乘以单价5.00元"),
        (15000, 3_330000, 502, "字段[det_item_fee_sumamt]应为数量乘以单价5.00元"),
        (0, 3_330000, 0, "字段[cnt]不能为0"),
        (-10000, 3_330000, -333, "字段[cnt]不能为负数，退单须填写原费用流水号"),
        (10000, -3_330000, -333, "字段[pric]不能为负数"),
    ],
)
def test_the_sum_of_a_line(cnt: int, pric: int, amount: int, said: str) -> None:
    found = line(cnt=cnt, pric=pric, det_item_fee_sumamt=amount)
    if said:
        assert refused("2204", found).err_msg == f"节点[feedetail]第1行{said}"
    else:
        assert check("2204", found)["feedetail"][0]["det_item_fee_sumamt"] == amount


def test_a_return_names_its_line() -> None:
    values = {"cnt": -10000, "pric": 1_000000, "det_item_fee_sumamt": -100}
    assert "原费用流水号" in refused("2301", wire("2301", False, **values)).zh
    found = check("2301", wire("2301", False, **values, init_feedetl_sn="1"))
    assert found["feedetail"][0]["det_item_fee_sumamt"] == -100


def test_the_sum_of_a_bill() -> None:
    parts = {"fulamt_ownpay_amt": 1, "overlmt_selfpay": 20, "preselfpay_amt": 300, "inscp_scp_amt": 4000}
    assert check("2207", wire("2207", medfee_sumamt=4321, **parts))["data"]["medfee_sumamt"] == 4321
    assert refused("2207", wire("2207", medfee_sumamt=4320, **parts)).field == "medfee_sumamt"
    # Where the parts need not be given, zeros stand for nothing; in 2207 they do not.
    zeros = dict.fromkeys(parts, 0)
    assert refused("2207", wire("2207", medfee_sumamt=4321, **zeros)).field == "medfee_sumamt"
    assert check("2304", wire("2304", medfee_sumamt=4321, **zeros))
    assert check("2304", wire("2304", False, medfee_sumamt=4321))
    assert refused("2304", wire("2304", medfee_sumamt=4320, **parts)).field == "medfee_sumamt"


def test_what_must_hold_between_rows() -> None:
    row = line()["feedetail"][0]
    fault = refused("2204", {"feedetail": [row, row]})
    assert fault.err_msg == "节点[feedetail]第2行字段[feedetl_sn]与前面的明细重复"
    other = {**row, "feedetl_sn": "2", "dise_codg": "M1"}
    fault = refused("2204", {"feedetail": [row, other]})
    assert (fault.row, fault.field) == (2, "dise_codg")
    assert check("2204", {"feedetail": [row, {**other, "chrg_bchno": "2"}]})


def test_a_period_ends_after_it_begins() -> None:
    found = wire("3201", stmt_begndate=date(2026, 3, 2), stmt_enddate=date(2026, 3, 1))
    assert refused("3201", found).err_msg == "节点[data]字段[stmt_enddate]不能早于字段[stmt_begndate]"
    assert check("3201", wire("3201", stmt_begndate=date(2026, 3, 1), stmt_enddate=date(2026, 3, 1)))


def test_a_social_security_card_has_its_number() -> None:
    assert refused("2207", wire("2207", False, mdtrt_cert_type="03")).field == "card_sn"
    assert check("2207", wire("2207", False, mdtrt_cert_type="03", card_sn="A1"))


def test_rules_are_for_inputs() -> None:
    """An answer repeats the line of a return without what it returned."""
    fields = CORE["2301"].outputs["result"].fields
    row = {field.code: "1" for field in fields if field.type == NUMBER}
    row |= {"feedetl_sn": "1", "cnt": "-1.0000", "chrgitm_lv": "01", "med_chrgitm_type": "01", "lmt_used_flag": "0"}
    assert CORE.checked("2301", "outputs", {"result": [row]}, TODAY)["result"][0]["cnt"] == -10000
    assert CORE.checked("2301", "outputs", {"result": []}, TODAY) == {"result": []}
