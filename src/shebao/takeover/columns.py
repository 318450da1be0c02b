"""The columns of the files, as people write them, and what each becomes.

CSV holds amounts in yuan, days as 2014-06-30, months of a year as 1-12 or 1,3,5-7, codes by number or label; Parquet
may hold the integers of the rules as well (fen, dates, masks), see shebao.files.parquet.  A header is the name or the
Chinese name.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from shebao.files.certificates import CERTIFICATE, Certificate
from shebao.files.columns import Column
from shebao.law.city.facts import Hukou, Sex
from shebao.law.insurance.contributions.facts import Insurance
from shebao.law.insurance.employee_pension.facts import FEN_MONTHS, ContributionKind, Region
from shebao.rules.kinds import DAY, FEN, MASK, YEAR, Code, Kind, kind_of_code
from shebao.takeover.codes import AwardKind, OrganisationType

NEEDED, MAY_BE_EMPTY = "row", "use"


@dataclass(frozen=True)
class Text:
    """A column of text."""

    name: str
    zh: str
    needed: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a kind of file has."""

    zh: str
    texts: tuple[Text, ...]
    values: tuple[Column, ...] = field(default=())


def _value(
    name: str,
    zh: str,
    kind: Kind | type[Code],
    missing: str | int = NEEDED,
    low: int | None = None,
    high: int | None = None,
) -> Column:
    known = kind if isinstance(kind, Kind) else kind_of_code(kind)
    return Column(name, "value", known, low=low, high=high, missing=missing, zh=zh)


_PERSON = Text("person_id", "人员编号", True)
_BASES = 5 * 10**8  # fen: more in a year of one history is an error of the record, as the law has it

WANTED: dict[str, Wanted] = {
    "organisations": Wanted(
        "单位",
        (
            Text("organisation", "单位编号"),  # the unified code where it is empty
            Text("code", "统一社会信用代码"),
            Text("name", "单位名称", True),
            Text("place", "经办地", True),
            Text("sector", "行业"),
        ),
        (
            _value("kind", "单位类型", OrganisationType),
            _value("injury_class", "工伤行业类别", Kind("injury_class", "类", "class", low=1, high=8), MAY_BE_EMPTY),
            _value("since", "登记日期", DAY, MAY_BE_EMPTY),
        ),
    ),
    "persons": Wanted(
        "人员",
        (
            _PERSON,
            Text("name", "姓名", True),
            Text("id_number", "证件号码"),
            Text("place", "经办地", True),
            Text("address", "居住地址"),
            Text("hukou_place", "户籍地"),
            Text("phone", "联系电话"),
            Text("organisation", "单位编号"),
        ),
        (
            _value("id_kind", "证件类型", CERTIFICATE, int(Certificate.IDENTITY_CARD)),
            _value("sex", "性别", Sex, MAY_BE_EMPTY),  # both as the identity card has them
            _value("birth_day", "出生日期", DAY, MAY_BE_EMPTY),
            _value("death_day", "死亡日期", DAY, MAY_BE_EMPTY),
            _value("hukou", "户口", Hukou, MAY_BE_EMPTY),
            _value("work_since", "本单位起始日期", DAY, MAY_BE_EMPTY),
        ),
    ),
    "histories": Wanted(
        "缴费记录",
        (_PERSON,),
        (
            _value("insurance", "险种", Insurance),
            _value("year", "年度", YEAR, low=1949),
            _value("region", "缴费地", Region, int(Region.BEIJING)),
            _value("kind", "缴费类别", ContributionKind),
            _value("months", "缴费月份", MASK, low=1),
            _value("base", "缴费基数合计", FEN, 0, high=_BASES),
            _value("weighted", "计息基数积数", FEN_MONTHS, 0),
            _value("credited", "记账年度", YEAR, MAY_BE_EMPTY, low=1949),
            _value("account", "转入个人账户金额", FEN, 0, high=_BASES),
            _value("wage", "缴费地上年平均工资", FEN, 0, high=10**8),
        ),
    ),
    "balances": Wanted(
        "个人账户余额",
        (_PERSON,),
        (
            _value("insurance", "险种", Insurance),
            _value("as_of", "余额日期", DAY),
            _value("balance", "账户余额", FEN, high=10**10),
            _value("own", "其中个人缴费部分", FEN, 0, high=10**10),
        ),
    ),
    "awards": Wanted(
        "期初待遇",
        (_PERSON,),
        (
            _value("kind", "待遇种类", AwardKind),
            _value("amount", "月待遇金额", FEN, low=1, high=10**8),
            _value("since", "起始日期", DAY),
            _value("paid_to", "已发放至", DAY, MAY_BE_EMPTY),
        ),
    ),
}
