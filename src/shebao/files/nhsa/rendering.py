"""Typed values as they travel: every field of a node, in the order of its definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from shebao.files.nhsa.fields import ANY, CODE, DATE, DATETIME, FLAG, NODE, NUMBER, TEXT, Codes, Field

Writer = Callable[[Any], Any]


def writer(node: Field, codes: Codes, strict: bool, whole: bool = True) -> Writer:
    """Writes a node: a mapping, or a list of mappings where it has rows; None where it is left out.

    whole: with the fields that are empty.
    """
    fields = [
        (each.code, each.required, field_writer(each, codes, strict, whole), _nothing(each)) for each in node.fields
    ]
    known = {each.code for each in node.fields}
    name, required = node.code, node.required

    def one(values: Mapping[str, Any]) -> dict[str, Any]:
        if strict and not known.issuperset(values):
            raise ValueError(f"{name} has no field {', '.join(sorted(set(values) - known))}")
        written = {}
        for code, needed, write, nothing in fields:
            value = values.get(code)
            if value is None or value == "":
                if needed and strict:
                    raise ValueError(f"{name}.{code} is required")
                if whole:
                    written[code] = nothing
                continue
            try:
                written[code] = write(value)
            except (TypeError, ValueError) as error:
                raise type(error)(f"{name}.{code}: {error}") from None
        return written

    def write(values: Any) -> Any:
        if strict and required and not values:
            raise ValueError(f"{name} is required")
        if node.rows:
            return [one(row) for row in values or ()]
        return one(values or {})

    return write


def _nothing(field: Field) -> Any:
    if field.rows:
        return []
    return {NUMBER: "0", NODE: {}, FLAG: None, ANY: None}.get(field.type, "")


def field_writer(field: Field, codes: Codes, strict: bool, whole: bool = True) -> Writer:
    """Writes one value that is not empty."""
    if field.type == NODE:
        return writer(field, codes, strict, whole)
    write = _MAKERS[field.type](field, codes(field.codes), strict)
    return (lambda values: [write(value) for value in values]) if field.rows else write


def _text(field: Field, values: Mapping[str, str], strict: bool) -> Writer:
    longest = field.length if not values else max(map(len, values))

    def write(value: Any) -> str:
        if not isinstance(value, str):
            raise TypeError(f"{value!r} is no text")
        if strict and values and value not in values:
            raise ValueError(f"{value!r} is not in the code list {field.codes}")
        if len(value) > longest:
            if strict:
                raise ValueError(f"{value!r} has more than {longest} characters")
            return value[:longest]
        return value

    return write


def _number(field: Field, _: Mapping[str, str], strict: bool) -> Writer:
    places, scale, limit = field.places, 10**field.places, 10**field.length

    def write(value: Any) -> str:
        if type(value) is not int:
            raise TypeError(f"{value!r} is no int")
        if abs(value) >= limit:
            raise ValueError(f"{value} has more than {field.length} digits")
        if not places:
            return str(value)
        whole, fraction = divmod(abs(value), scale)
        return f"{'-' if value < 0 else ''}{whole}.{fraction:0{places}d}"

    return write


def _date(field: Field, _: Mapping[str, str], strict: bool) -> Writer:
    def write(value: Any) -> str:
        if type(value) is not date:
            raise TypeError(f"{value!r} is no date")
        return str(value)

    return write


def _datetime(field: Field, _: Mapping[str, str], strict: bool) -> Writer:
    def write(value: Any) -> str:
        if type(value) is not datetime or value.tzinfo is not None:
            raise TypeError(f"{value!r} is no local time")
        return str(value.replace(microsecond=0))

    return write


def _flag(field: Field, _: Mapping[str, str], strict: bool) -> Writer:
    def write(value: Any) -> bool:
        if type(value) is not bool:
            raise TypeError(f"{value!r} is no bool")
        return value

    return write


def _any(field: Field, _: Mapping[str, str], strict: bool) -> Writer:
    return lambda value: value


_MAKERS: Mapping[str, Callable[[Field, Mapping[str, str], bool], Writer]] = {
    TEXT: _text,
    CODE: _text,
    NUMBER: _number,
    DATE: _date,
    DATETIME: _datetime,
    FLAG: _flag,
    ANY: _any,
}
