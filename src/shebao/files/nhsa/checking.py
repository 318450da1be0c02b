"""What came, checked against its definition and turned into typed values; each definition is compiled once.

Texts and codes stay text, a number becomes the int of its value times 10**places, exactly and without a float, dates
become dates.  JSON decimals come here as `Decimals`, the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from shebao.files.nhsa.fields import ANY, CODE, DATE, DATETIME, FLAG, NODE, NUMBER, TEXT, Codes, Field
from shebao.files.nhsa.refused import Refused
from shebao.files.nhsa.rules import rules_of

Checker = Callable[[Any, date], Any]  # (what came, today) -> typed; raises Refused
Convert = Callable[[Any], Any]
_NUMBER = re.compile(r"-?([0-9]{1,40})(?:\.([0-9]{1,40}))?")


class Decimals(str):
    """A JSON number with a point or an exponent, as written."""

    __slots__ = ()


def checker(node: Field, codes: Codes, ruled: bool = True) -> Checker:
    """Checks a node: an object, or a list of objects where it has rows.

    ruled: whether the rules between fields apply, as they do to what institutions say.

    A list is also taken from one object, and an object from a list of one.  Fields that the definition does not have
    are ignored.
    """
    one = _object(node, codes, ruled)
    name, required = node.code, node.required

    def single(found: Any, today: date) -> Any:
        if type(found) is list and len(found) == 1:
            found = found[0]
        if name and not found:
            if required:
                raise _empty(name)
            found = {}
        try:
            return one(found, today)
        except Refused as refused:
            raise refused.inside(name, None) from None

    def rows(found: Any, today: date) -> Any:
        if type(found) is dict and found:
            found = [found]
        if not found:
            if required:
                raise _empty(name)
            return []
        if type(found) is not list:
            raise Refused("应为数组", "is no list", name)
        values: list[Any] = []
        append = values.append
        for row in found:
            try:
                append(one(row, today))
            except Refused as refused:
                raise refused.inside(name, len(values) + 1) from None
        for rule in between:
            rule(name, values)
        return values

    between = rules_of(node).between_rows if ruled else []
    return rows if node.rows else single


def _empty(node: str) -> Refused:
    return Refused("不能为空", "is empty; it is required", node)


def _object(node: Field, codes: Codes, ruled: bool) -> Checker:
    """Checks one object of a node; faults have no node yet."""
    plain = [(each.code, each.required, converter(each, codes)) for each in node.fields if each.type != NODE]
    nodes = [(each.code, checker(each, codes, ruled)) for each in node.fields if each.type == NODE]
    past = [each.code for each in node.fields if each.not_future]
    within = rules_of(node).within_row if ruled else []

    def check(found: Any, today: date) -> dict[str, Any]:
        if type(found) is not dict:
            raise Refused("应为对象", "is no object")
        values: dict[str, Any] = {}
        get = found.get
        for code, required, convert in plain:
            value = get(code)
            if value is None or value == "" or (type(value) is str and value.isspace()):
                if required:
                    raise Refused("不能为空", "is empty; it is required", field=code)
                values[code] = None
                continue
            try:
                values[code] = convert(value)
            except Refused as refused:
                raise Refused(refused.zh, refused.en, field=code) from None
        for code, check_node in nodes:
            values[code] = check_node(get(code), today)
        for code in past:
            day = values[code]
            if day is not None and (day.date() if type(day) is datetime else day) > today:
                raise Refused("不能晚于当前日期", f"is later than today ({today})", field=code)
        for rule in within:
            rule(values)
        return values

    return check


def converter(field: Field, codes: Codes) -> Convert:
    """Makes the typed value of one that is not empty; raises Refused, which names no place."""
    convert = _MAKERS[field.type](field, codes(field.codes))
    if not field.rows:
        return convert

    def each(found: Any) -> list[Any]:
        return [convert(value) for value in (found if type(found) is list else [found])]

    return each


def _text(field: Field, _: Mapping[str, str]) -> Convert:
    longest = field.length

    def convert(value: Any) -> str:
        if type(value) is not str:
            raise Refused("应为字符串", "is no text; put it in quotes")
        if len(value) > longest:
            raise Refused(f"长度不能超过{longest}", f"has more than {longest} characters")
        if "\0" in value:
            raise Refused("含有空字符", "has a NUL character; remove it")
        return value

    return convert


def _code(field: Field, values: Mapping[str, str]) -> Convert:
    if not values:
        return _text(field, values)
    name = field.codes

    def convert(value: Any) -> str:
        if type(value) is not str:
            raise Refused("应为字符串", "is no text; put it in quotes")
        if value not in values:
            shown = value if len(value) <= 20 else f"{value[:20]}…"
            raise Refused(f"的值[{shown}]不在代码表[{name}]中", f"{shown!r} is not in the code list {name}")
        return value

    return convert


def _number(field: Field, _: Mapping[str, str]) -> Convert:
    places, whole_digits = field.places, field.length - field.places
    scale: int = 10**field.places
    limit: int = 10**whole_digits

    def convert(value: Any) -> int:
        if type(value) is int:
            if -limit < value < limit:
                return value * scale
            raise Refused(f"整数部分不能超过{whole_digits}位", f"has more than {whole_digits} digits before the point")
        if not isinstance(value, str):
            raise Refused("应为数字", "is no number")
        match = _NUMBER.fullmatch(value)
        if match is None:
            raise Refused("应为数字，不带千分位、正号、空格和指数", "is no plain decimal number")
        whole, fraction = match.groups("")
        fraction = fraction.rstrip("0")
        if len(fraction) > places:
            raise Refused(f"小数不能超过{places}位", f"has more than {places} digits after the point")
        number = int(whole)
        if number >= limit:
            raise Refused(f"整数部分不能超过{whole_digits}位", f"has more than {whole_digits} digits before the point")
        number = number * scale + int(fraction.ljust(places, "0") or 0)
        return -number if value[0] == "-" else number

    return convert


def _date(field: Field, _: Mapping[str, str]) -> Convert:
    def convert(value: Any) -> date:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError):
            day = None
        if day is None or str(day) != value:  # other ISO forms, weeks among them
            raise Refused("应为yyyy-MM-dd格式的日期", "is no date of the form yyyy-MM-dd")
        return day

    return convert


def _datetime(field: Field, _: Mapping[str, str]) -> Convert:
    def convert(value: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            moment = None
        if moment is None or str(moment) != value or len(value) != 19:
            raise Refused("应为yyyy-MM-dd HH:mm:ss格式的时间", "is no time of the form yyyy-MM-dd HH:mm:ss")
        return moment

    return convert


def _flag(field: Field, _: Mapping[str, str]) -> Convert:
    def convert(value: Any) -> bool:
        if type(value) is not bool:
            raise Refused("应为true或false", "is neither true nor false")
        return value

    return convert


def _any(field: Field, _: Mapping[str, str]) -> Convert:
    return lambda value: value


_MAKERS: Mapping[str, Callable[[Field, Mapping[str, str]], Convert]] = {
    TEXT: _text,
    CODE: _code,
    NUMBER: _number,
    DATE: _date,
    DATETIME: _datetime,
    FLAG: _flag,
    ANY: _any,
}
