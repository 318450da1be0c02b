"""The columns of a declaration, the codes in them, and the words by which a header names them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shebao.files.certificates import ALSO as ALSO_CERTIFICATES
from shebao.files.certificates import CERTIFICATE
from shebao.rules.kinds import Code, Kind, kind_of_code


class Change(Code):
    """What a row says of a person."""

    NORMAL = 1, "正常", "normal"
    JOIN = 2, "新增", "join"
    LEAVE = 3, "减少", "leave"
    WAGE = 4, "工资调整", "wage change"
    BACK = 5, "补缴", "back payment"


class Status(Code):
    """Registration of the household, or where else somebody comes from."""

    CITY_URBAN = 1, "本市城镇", "local urban"
    CITY_RURAL = 2, "本市农村", "local rural"
    OTHER_URBAN = 3, "外埠城镇", "non-local urban"
    OTHER_RURAL = 4, "外埠农村", "non-local rural"
    HONG_KONG_MACAO_TAIWAN = 5, "港澳台", "Hong Kong, Macao, Taiwan"
    FOREIGN = 6, "外国人", "foreign"


class LeaveReason(Code):
    """Why somebody leaves."""

    EXPIRED = 1, "合同到期", "contract expired"
    DISMISSED = 2, "单位解除合同", "ended by the employer"
    RESIGNED = 3, "本人辞职", "resigned"
    RETIRED = 4, "退休", "retired"
    DIED = 5, "死亡", "died"
    TRANSFERRED = 6, "调动转出", "transferred"
    MILITARY = 7, "参军", "military service"
    ABROAD = 8, "出国定居", "settled abroad"
    OTHER = 9, "其他", "other"


@dataclass(frozen=True)
class Field:
    """A column.  also: further headers in use.  required: no file can do without the column.

    kind: of a code, with the words that also stand for one.  width: in the template, in characters.
    note_zh, note_en: how to fill it in.
    """

    name: str
    zh: str
    en: str
    note_zh: str
    note_en: str
    also: tuple[str, ...] = ()
    required: bool = False
    kind: Kind | None = None
    words: tuple[tuple[str, Code], ...] = ()
    width: int = 12


_MONTH_ZH, _MONTH_EN = "写作2014-07", "write 2014-07"

FIELDS = (
    Field("serial", "序号", "No.", "可不填", "may be left empty", ("编号", "serial", "no"), width=8),
    Field("name", "姓名", "Name", "与证件一致", "as on the certificate", ("职工姓名", "人员姓名"), True, width=14),
    Field(
        "id_kind",
        "证件类型",
        "Certificate",
        "不填为居民身份证",
        "empty: resident identity card",
        ("证件种类", "id kind", "id type"),
        kind=CERTIFICATE,
        words=tuple(ALSO_CERTIFICATES.items()),
        width=24,
    ),
    Field(
        "id_number",
        "证件号码",
        "Certificate number",
        "按文本填写；15位旧身份证号自动换成18位",
        "as text; an old identity number of 15 digits is made one of 18",
        ("公民身份号码", "身份证号", "身份证号码", "公民身份证号码", "id number"),
        True,
        width=24,
    ),
    Field(
        "change",
        "变动类型",
        "Change",
        "正常、新增、减少、工资调整或补缴",
        "normal, join, leave, wage change or back payment",
        ("变更类型", "申报类型", "增减类型"),
        True,
        kind=kind_of_code(Change),
        words=(("增加", Change.JOIN), ("增员", Change.JOIN), ("减员", Change.LEAVE), ("调整", Change.WAGE)),
        width=12,
    ),
    Field(
        "from_month",
        "起始月",
        "First month",
        f"新增、工资调整、补缴必填，{_MONTH_ZH}",
        f"for join, wage change and back payment; {_MONTH_EN}",
        ("起始年月", "开始月", "from", "from month"),
        width=12,
    ),
    Field(
        "to_month",
        "终止月",
        "Last month",
        f"减少（最后缴费月）、补缴必填，{_MONTH_ZH}",
        f"for leave (last month paid) and back payment; {_MONTH_EN}",
        ("终止年月", "截止月", "结束月", "to", "to month"),
        width=12,
    ),
    Field(
        "wage",
        "月缴费工资",
        "Monthly wage",
        "元，最多两位小数；减少可不填",
        "yuan, at most 2 decimals; may be empty for leave",
        ("月工资", "缴费工资", "申报工资", "月平均工资", "缴费基数", "wage"),
        True,
        width=14,
    ),
    Field(
        "status",
        "户口或身份类别",
        "Status",
        "新增必填",
        "for join",
        ("户口/身份类别", "户口类别", "户口性质", "身份类别", "人员类别"),
        kind=kind_of_code(Status),
        words=(
            ("本市城镇职工", Status.CITY_URBAN),
            ("本市农业", Status.CITY_RURAL),
            ("本市农村劳动力", Status.CITY_RURAL),
            ("外埠城镇职工", Status.OTHER_URBAN),
            ("外埠农业", Status.OTHER_RURAL),
            ("外埠农村劳动力", Status.OTHER_RURAL),
            ("港澳台人员", Status.HONG_KONG_MACAO_TAIWAN),
            ("外籍人员", Status.FOREIGN),
        ),
        width=16,
    ),
    Field(
        "reason",
        "减少原因",
        "Reason for leaving",
        "减少必填",
        "for leave",
        ("停缴原因", "减员原因", "reason"),
        kind=kind_of_code(LeaveReason),
        words=(("解除劳动合同", LeaveReason.DISMISSED), ("终止劳动合同", LeaveReason.EXPIRED)),
        width=16,
    ),
    Field("note", "备注", "Note", "可不填", "may be left empty", ("说明", "remarks", "remark"), width=20),
)
BY_NAME = {field.name: field for field in FIELDS}
# The two columns of the way back; the reader passes over them.
PROBLEM = ("错误说明", "Problem")
REMEDY = ("修改办法", "Remedy")
TITLE = ("社会保险缴费申报表", "Monthly declaration of social-insurance contributions")
CODE = ("统一社会信用代码", "Organisation code")
ORGANISATION = ("单位名称", "Organisation")
MONTH = ("申报月份", "Month declared")
TOTAL = ("合计", "Total")

_LABELS = {
    "code": (*CODE, "社会信用代码", "组织机构代码", "单位代码", "organisation_code"),
    "organisation": (*ORGANISATION, "参保单位", "单位"),
    "month": (*MONTH, "所属月份", "费款所属月", "申报年月", "所属期", "month"),
}
_NOISE = re.compile(r"[\s*＊:：]|[（(][^）)]*[）)]")


def plain(text: str) -> str:
    """A header or label without spaces, asterisks, colons and what stands in brackets, in small letters."""
    return _NOISE.sub("", text).replace("_", "").lower()


def bilingual(pair: Sequence[str]) -> str:
    """Two lines of one cell."""
    return "\n".join(pair)


def _lookup(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {plain(text): name for name, texts in names.items() for text in texts}


_HEADERS = _lookup(
    {
        **{field.name: (field.name, field.zh, field.en, *field.also) for field in FIELDS},
        "": (*PROBLEM, *REMEDY),
    }
)
HEADER_WORDS = tuple(_HEADERS)
_LABEL_OF = _lookup(_LABELS)
_TOTALS = {plain(text) for text in (*TOTAL, "总计", "共计", "小计", "sum")}


def column_of(header: str) -> str | None:
    """The name of the column under a header, "" for one that is passed over; None when it is unknown."""
    return _found(_HEADERS, header)


def label_of(text: str) -> str | None:
    """What a cell above the header announces: code, organisation or month; None for anything else."""
    return _found(_LABEL_OF, text)


def is_total(text: str) -> bool:
    """Whether the cell begins the row of totals."""
    return plain(text) in _TOTALS or plain(text.strip().partition("\n")[0]) in _TOTALS


def _found(words: Mapping[str, str], text: str) -> str | None:
    """A word alone, or the first line of two languages."""
    for part in (text, text.strip().partition("\n")[0], text.partition("/")[0]):
        if plain(part) in words:
            return words[plain(part)]
    return None
