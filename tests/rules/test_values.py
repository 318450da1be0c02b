"""Written values: every kind read and written, and what is refused with which remedy."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shebao.rules.kinds import (
    COUNT,
    DAY,
    DAYS,
    FEN,
    FIRST_DAY,
    FLAG,
    KINDS,
    LAST_DAY,
    MASK,
    MONTH,
    MONTHS,
    RATIO4,
    RATIO6,
    YEAR,
    YEARS,
    Code,
    Kind,
    day,
    kind_of_code,
)
from shebao.rules.values import Problem, display, money, parse, write, yuan


class Sex(Code):
    MALE = 1, "男", "male"
    FEMALE = 2, "女", "female"


class Register(Code):
    URBAN = 10, "城镇", "urban household register"
    RURAL_AREA = 20, "农村", "rural household register"
    NONE = -1, "", ""


SEX, REGISTER = kind_of_code(Sex), kind_of_code(Register)


@pytest.mark.parametrize(
    ("kind", "written", "unit", "value"),
    [
        (FEN, "1234.56", "", 123456),
        (FEN, "1,234.5", "yuan per month", 123450),
        (FEN, Decimal("0.10"), "元", 10),
        (FEN, Decimal("1E+3"), "", 100_000),
        (FEN, -5, "yuan", -500),
        (FEN, 1234.56, "", 123456),  # as Excel stores it
        (FEN, 300.0, "", 30000),
        (FEN, "7", "fen", 7),
        (RATIO4, "0.08", "", 800),
        (RATIO4, "8", "percent", 800),
        (RATIO4, "8.25", "percent per year", 825),
        (RATIO4, "8%", "", 800),
        (RATIO4, "8%", "percent", 800),
        (RATIO6, "0.275", "percent", 2750),
        (RATIO6, "3‰", "", 3000),
        (MONTHS, "180", "months", 180),
        (MONTHS, "15", "years", 180),
        (MONTHS, "1.5", "years", 18),
        (YEARS, 60.0, "", 60),
        (COUNT, "12", "persons", 12),
        (DAYS, "+3", "days", 3),
        (DAY, "1970-01-02", "", 1),
        (DAY, "2010/3/5", "", day("2010-03-05")),
        (DAY, "2010年3月5日", "", day("2010-03-05")),
        (DAY, 20100305, "", day("2010-03-05")),
        (DAY, datetime.date(2010, 3, 5), "", day("2010-03-05")),
        (DAY, datetime.datetime(2010, 3, 5), "", day("2010-03-05")),
        (YEAR, "2010", "", 2010),
        (MONTH, 12, "", 12),
        (FLAG, True, "", True),
        (FLAG, " Yes ", "", True),
        (FLAG, "否", "", False),
        (FLAG, 0, "", False),
        (FLAG, 1.0, "", True),
        (SEX, "Male", "", 1),
        (SEX, "女", "", 2),
        (SEX, 2, "", 2),
        (SEX, "1", "", 1),
        (SEX, 1.0, "", 1),
        (REGISTER, "rural-area", "", 20),
        (REGISTER, "Urban household register", "", 10),
        (REGISTER, "-1", "", -1),
        (MASK, "1-12", "", 4095),
        (MASK, "1,3,5-7", "", 0b1110101),
        (MASK, "1、3至4", "", 0b1101),
        (MASK, [1, 2], "", 0b11),
        (MASK, 3, "", 0b100),
        (MASK, "", "", 0),
        (MASK, [], "", 0),
    ],
)
def test_reads(kind: Kind, written: object, unit: str, value: int) -> None:
    assert parse(kind, written, unit) == value


@pytest.mark.parametrize(
    ("kind", "written", "unit", "english", "chinese"),
    [
        (FEN, "12.345", "", "at most 2 decimals", "最多2位小数"),
        (FEN, 0.1 + 0.2, "", "float with an error", "浮点误差"),
        (FEN, "twelve", "", "an amount in yuan such as 1234.56", "金额（元）"),
        (FEN, "1,23", "", "is no number", "不是数值"),
        (FEN, "", "", "empty", "空"),
        (FEN, None, "", "empty", "空"),
        (FEN, True, "", "is no number", "不是数值"),
        (FEN, "0.5", "fen", "no whole number of fen", "不是整分"),
        (FEN, "1", "percent", "use one of: yuan", "可用：yuan"),
        (FEN, "1" * 18, "", "too large", "过大"),
        (FEN, "1" * 5000, "", "is no number", "不是数值"),
        (FEN, Decimal("1E+999999"), "", "too many digits", "位数过多"),
        (FEN, float("nan"), "", "is no number", "不是数值"),
        (FEN, Decimal("Infinity"), "", "is no number", "不是数值"),
        (FEN, object(), "", "is no number", "不是数值"),
        (RATIO4, "0.275", "percent", "ratio4 keeps 4", "最多4位小数"),
        (MONTHS, "1.5", "", "whole months", "整月数"),
        (COUNT, "1", "percent", "use one of: no unit", "单位"),
        (YEAR, "210", "", "outside 1850 to 2249", "1850至2249"),
        (YEAR, "abc", "", "a calendar year", "年份"),
        (MONTH, 13, "", "outside 1 to 12", "1至12"),
        (DAY, "2010-02-30", "", "no day of the calendar", "没有"),
        (DAY, "05/03/2010", "", "wanted: 2010-03-05", "应写作2010-03-05"),
        (DAY, 40242, "", "wanted: 2010-03-05", "应写作2010-03-05"),
        (DAY, "1066-10-14", "", "outside the years", "之间"),
        (DAY, datetime.datetime(2010, 3, 5, 8), "", "time of day", "时刻"),
        (FLAG, "maybe", "", "neither yes nor no", "是/否"),
        (FLAG, 2, "", "neither yes nor no", "是/否"),
        (SEX, "x", "", "male (男), female (女)", "男（male）、女（female）"),
        (SEX, 3, "", "no code of Sex", "不是Sex的代码"),
        (SEX, 1.5, "", "no code of Sex", "不是Sex的代码"),
        (SEX, True, "", "no code of Sex", "不是Sex的代码"),
        (MASK, "0-12", "", "1-12 or 1,3,5-7", "1-12"),
        (MASK, "5-3", "", "1-12 or 1,3,5-7", "1-12"),
        (MASK, "1;2", "", "1-12 or 1,3,5-7", "1-12"),
        (MASK, 4095, "", "1-12 or 1,3,5-7", "1-12"),
        (MASK, True, "", "1-12 or 1,3,5-7", "1-12"),
        (MASK, datetime.date(2024, 1, 12), "", "format the column as text", "设为文本"),
    ],
)
def test_refuses_with_a_remedy(kind: Kind, written: object, unit: str, english: str, chinese: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(kind, written, unit)
    assert english in caught.value.en
    assert chinese in caught.value.zh
    assert str(caught.value) == caught.value.en


@pytest.mark.parametrize(
    ("kind", "value", "written", "zh", "en"),
    [
        (FEN, 123456, "1234.56", "1,234.56 元", "1,234.56 yuan"),
        (FEN, -5, "-0.05", "-0.05 元", "-0.05 yuan"),
        (FEN, 100, "1.00", "1.00 元", "1.00 yuan"),
        (RATIO4, 812, "0.0812", "0.0812", "0.0812"),
        (RATIO4, 800, "0.08", "0.08", "0.08"),
        (RATIO4, -10000, "-1", "-1", "-1"),
        (RATIO6, 2750, "0.00275", "0.00275", "0.00275"),
        (MONTHS, 180, "180", "180 个月", "180 months"),
        (MONTHS, 1, "1", "1 个月", "1 month"),
        (DAYS, -1500, "-1500", "-1,500 天", "-1,500 days"),
        (COUNT, 12000, "12000", "12,000", "12,000"),
        (DAY, day("2010-03-05"), "2010-03-05", "2010-03-05", "2010-03-05"),
        (YEAR, 2010, "2010", "2010年", "2010"),
        (MONTH, 3, "3", "3月", "3"),
        (FLAG, True, "true", "是", "yes"),
        (FLAG, 0, "false", "否", "no"),
        (SEX, 1, "male", "男", "male"),
        (REGISTER, -1, "none", "none", "none"),
        (REGISTER, 7, "7", "7", "7"),
        (MASK, 4095, "1-12", "1-12月", "months 1-12"),
        (MASK, 0b1110101, "1,3,5-7", "1,3,5-7月", "months 1,3,5-7"),
        (MASK, 0, "", "无", "none"),
    ],
)
def test_writes(kind: Kind, value: int, written: str, zh: str, en: str) -> None:
    assert write(kind, value) == written
    assert display(kind, value) == zh
    assert display(kind, value, "en") == en


def values_of(kind: Kind) -> st.SearchStrategy[int]:
    if kind.codes is not None:
        return st.sampled_from([int(c) for c in kind.codes])
    if kind.form == "number":
        return st.integers(-(10**15), 10**15)
    return st.integers(kind.low, kind.high)


@given(st.sampled_from([*KINDS.values(), SEX, REGISTER]).flatmap(lambda k: st.tuples(st.just(k), values_of(k))))
def test_what_is_written_reads_back(given_: tuple[Kind, int]) -> None:
    kind, value = given_
    assert parse(kind, write(kind, value)) == value


@given(st.integers(-(10**12), 10**12))
def test_a_spreadsheet_s_float_is_the_amount_it_shows(fen: int) -> None:
    assert parse(FEN, fen / 100) == fen


@given(st.integers(FIRST_DAY, LAST_DAY))
def test_dates_in_every_form(number: int) -> None:
    date = datetime.date.fromordinal(number + datetime.date(1970, 1, 1).toordinal())
    for written in (date, date.isoformat(), f"{date.year}/{date.month}/{date.day}", int(f"{date:%Y%m%d}")):
        assert parse(DAY, written) == number


@given(st.one_of(st.text(), st.floats(), st.decimals(), st.integers(), st.booleans(), st.none(), st.lists(st.text())))
def test_only_problems_are_raised(written: object) -> None:
    for kind in (*KINDS.values(), SEX):
        try:
            value = parse(kind, written)
        except Problem as problem:
            assert problem.zh and problem.en
        else:
            assert isinstance(value, int)


@pytest.mark.parametrize(
    ("fen", "written"), [(0, "0.00"), (5, "0.05"), (123456789, "1,234,567.89"), (-5, "-0.05"), (-100000, "-1,000.00")]
)
def test_yuan(fen: int, written: str) -> None:
    assert money(fen) == written
    assert yuan(fen) == written.replace(",", "")
