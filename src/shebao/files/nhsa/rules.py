"""What must hold between the fields of a node, and between its rows.  A rule applies where its fields are defined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shebao.files.nhsa.fields import Field
from shebao.files.nhsa.refused import Refused
from shebao.rules.values import yuan

Row = dict[str, Any]
_SOCIAL_CARD = "03"  # of mdtrt_cert_type: 社会保障卡
_PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
_PERIODS = (
    ("begntime", "endtime"),
    ("begndate", "enddate"),
    ("stmt_begndate", "stmt_enddate"),
    ("adm_date", "dscg_date"),
)
_FEN = 10 ** (4 + 6 - 2)  # cnt × pric, of 4 and 6 places, has so many to a fen


@dataclass(frozen=True, slots=True)
class Rules:
    """within_row raise Refused without node or row; between_rows with both."""

    within_row: list[Callable[[Row], None]]
    between_rows: list[Callable[[str, list[Row]], None]]


def rules_of(node: Field) -> Rules:
    """The rules whose fields the node has."""
    has = {field.code for field in node.fields}
    within: list[Callable[[Row], None]] = [_period(*pair) for pair in _PERIODS if has.issuperset(pair)]
    if has >= {"mdtrt_cert_type", "card_sn"}:
        within.append(_card)
    if has >= {"det_item_fee_sumamt", "cnt", "pric"}:
        within.append(_line)
    if has.issuperset(("medfee_sumamt", *_PARTS)):
        within.append(_bill(all(field.required for field in node.fields if field.code in _PARTS)))
    between: list[Callable[[str, list[Row]], None]] = []
    if has >= {"feedetl_sn", "cnt"}:
        between.append(_once)
    if has >= {"chrg_bchno", "dise_codg", "feedetl_sn"}:
        between.append(_one_disease)
    return Rules(within, between)


def line_amount(cnt: int, pric: int) -> int:
    """Fen of a line: ten-thousandths × millionths of a yuan, half away from zero, as the interface rounds."""
    product = cnt * pric
    fen = (abs(product) * 2 + _FEN) // (2 * _FEN)
    return fen if product >= 0 else -fen


def _period(first: str, last: str) -> Callable[[Row], None]:
    def check(row: Row) -> None:
        begin, end = row[first], row[last]
        if begin is not None and end is not None and end < begin:
            raise Refused(f"不能早于字段[{first}]", f"is before {first}", field=last)

    return check


def _card(row: Row) -> None:
    if row["mdtrt_cert_type"] == _SOCIAL_CARD and row["card_sn"] is None:
        raise Refused(
            "不能为空，就诊凭证类型为社会保障卡",
            "is empty; it is required with a social security card",
            field="card_sn",
        )


def _line(row: Row) -> None:
    amount, cnt, pric = row["det_item_fee_sumamt"], row["cnt"], row["pric"]
    if None in (amount, cnt, pric):
        return
    if pric < 0:
        raise Refused("不能为负数", "is below zero", field="pric")
    if cnt == 0:
        raise Refused("不能为0", "is zero", field="cnt")
    if cnt < 0 and row.get("init_feedetl_sn") is None:
        raise Refused(
            "不能为负数，退单须填写原费用流水号",
            "is below zero; only a return, which names its line, may be",
            field="cnt",
        )
    wanted = line_amount(cnt, pric)
    if abs(amount - wanted) > 1:
        raise Refused(
            f"应为数量乘以单价{yuan(wanted)}元",
            f"is not quantity times price ({yuan(wanted)} yuan)",
            field="det_item_fee_sumamt",
        )


def _bill(required: bool) -> Callable[[Row], None]:
    """Where the parts are not required, zeros may stand for nothing."""

    def check(row: Row) -> None:
        parts = [row[part] for part in _PARTS]
        if None in parts or not (required or any(parts)):
            return
        if sum(parts) != row["medfee_sumamt"]:
            total = yuan(sum(parts))
            raise Refused(
                f"应等于全自费、超限价、先行自付与符合范围金额之和{total}元",
                f"is not the sum of its four parts ({total} yuan)",
                field="medfee_sumamt",
            )

    return check


def _once(node: str, rows: list[Row]) -> None:
    if len({row["feedetl_sn"] for row in rows}) == len(rows):
        return
    seen = set()
    for number, row in enumerate(rows, 1):
        serial = row["feedetl_sn"]
        if serial in seen:
            raise Refused("与前面的明细重复", "stands in an earlier row too", node, number, "feedetl_sn")
        seen.add(serial)


def _one_disease(node: str, rows: list[Row]) -> None:
    disease: dict[str, str | None] = {}
    for number, row in enumerate(rows, 1):
        if disease.setdefault(row["chrg_bchno"], row["dise_codg"]) != row["dise_codg"]:
            raise Refused(
                "与同一收费批次的其他明细不一致", "differs from other rows of the same batch", node, number, "dise_codg"
            )
