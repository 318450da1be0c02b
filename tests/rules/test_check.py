"""What the checker refuses at load, with place and remedy."""

from __future__ import annotations

import pytest
from laws import fault_of, line_of
from plain_law import BEFORE, FIGURES


def rule(arguments: str, result: str, *body: str) -> str:
    """The text of a law with one rule."""
    lines = [f"@law\ndef r({arguments}) -> {result}:", *(f"    {line}" for line in body)]
    return BEFORE + "\n\n" + "\n".join(lines) + "\n"


def one(arguments: str, expression: str, result: str = "Count") -> str:
    """A rule that returns an expression."""
    return rule(arguments, result, f"return {expression}  # here")


def result(arguments: str, expression: str, result: str = "Count") -> str:
    """A rule whose result is at fault: the place is that of its definition."""
    return (
        one(arguments, expression, result)
        .replace("  # here", "")
        .replace(f"-> {result}:\n    return {expression}", f"-> {result}:  # here\n    return {expression}")
    )


DIVIDE = "divide by name: floor_div, ceil_div, half_up"
STATEMENTS = {
    "while": (rule("x: Count", "Count", "while x > 0:  # here", "    return 1", "return 0"), "for k in range(n)"),
    "break": (
        rule("x: Count", "Count", "for k in range(3):", "    break  # here", "return 0"),
        "Break is not part of the rule language; keep a flag",
    ),
    "continue": (
        rule("x: Count", "Count", "for k in range(3):", "    continue  # here", "return 0"),
        "put the rest of the turn under `if`",
    ),
    "try": (
        rule("x: Count", "Count", "try:  # here", "    return 1", "except ValueError:", "    return 0"),
        "calls refuse(REASON)",
    ),
    "raise": (rule("x: Count", "Count", "raise ValueError  # here"), "calls refuse(REASON)"),
    "assert": (rule("x: Count", "Count", "assert x > 0  # here", "return 1"), "calls refuse(REASON)"),
    "match": (rule("x: Count", "Count", "match x:  # here", "    case 1:", "        return 1"), "use if and elif"),
    "pass": (rule("x: Count", "Count", "pass  # here", "return 1"), "remove it"),
    "with": (rule("x: Count", "Count", "with x:  # here", "    return 1"), "With is not part of the rule language"),
    "delete": (rule("x: Count", "Count", "y = x", "del y  # here", "return 1"), "Delete is not part"),
    "global": (rule("x: Count", "Count", "global LIMIT  # here", "return 1"), "Global is not part"),
    "an inner function": (
        rule("x: Count", "Count", "def f():  # here", "    return 1", "return 1"),
        "define it at the top level",
    ),
    "an import": (rule("x: Count", "Count", "import os  # here", "return 1"), "import at the top of the module"),
    "an annotated name": (rule("x: Count", "Count", "y: int = x  # here", "return y"), "write `name = value`"),
    "two names at once": (rule("x: Count", "Count", "y = z = x  # here", "return y"), "set one plain name at a time"),
    "a pair": (rule("x: Count", "Count", "y, z = x, x  # here", "return y"), "set one plain name at a time"),
    "setting an element": (
        rule("h_a: Series[Count]", "Count", "h_a[0] = 1  # here", "return 1"),
        "a history, table or code is never changed",
    ),
    "adding to an element": (
        rule("h_a: Series[Count]", "Count", "h_a[0] += 1  # here", "return 1"),
        "set one plain name at a time",
    ),
    "a lone expression": (rule("x: Count", "Count", "x + 1  # here", "return x"), "use its value, or remove it"),
    "an empty return": (rule("x: Count", "Count", "return  # here"), "return a value"),
    "a loop over a history": (
        rule("h_a: Series[Count]", "Count", "for v in h_a:  # here", "    y = v", "return 1"),
        "a loop is `for k in range(n)`",
    ),
    "a loop with else": (
        rule("x: Count", "Count", "for k in range(3):  # here", "    y = k", "else:", "    y = 1", "return 1"),
        "without else",
    ),
    "a range with steps": (
        rule("x: Count", "Count", "for k in range(0, 9, 2):  # here", "    y = k", "return 1"),
        "range takes one or two arguments",
    ),
    "a range without end": (
        rule("amount: Fen", "Count", "for k in range(amount):  # here", "    y = k", "return 1"),
        "may run 1000000000000 times; bound the ends",
    ),
    "an unbounded range": (
        rule("paid: Months", "Count", "for k in range(paid * LIMIT):  # here", "    y = k", "return 1"),
        "may run 28800 times; bound the ends with within(x, low, high), min or max",
    ),
    "a range of days": (
        rule("born: Day", "Count", "for k in range(born, born + 3):  # here", "    y = 1", "return 1"),
        "both ends need one kind of number",
    ),
    "a range over two kinds": (
        rule("in_year: Year, paid: Months", "Count", "for k in range(in_year, paid):  # here", "    y = 1", "return 1"),
        "both ends need one kind of number",
    ),
    "what is never reached": (rule("x: Count", "Count", "return x", "y = x  # here"), "is never reached; remove it"),
    "what follows refuse": (
        rule("x: Count", "Count", "refuse(WHY)", "return x  # here"),
        "is never reached; remove it",
    ),
    "refuse in an expression": (one("x: Count", "refuse(WHY)"), "refuse takes 2"),
    "a reason that is none": (
        rule("x: Count", "Count", "refuse(LIMIT)  # here", "return x"),
        "declare LIMIT = Reason(...)",
    ),
    "a reason that is not there": (
        rule("x: Count", "Count", "refuse(NOBODY)  # here", "return x"),
        "declare NOBODY = Reason(...)",
    ),
}
NAMES = {
    "an unknown name": (one("x: Count", "z"), "z is no argument and is never set; add it to the arguments"),
    "a constant in small letters": (one("x: Count", "x + lower"), "UPPER_CASE int constant"),
    "a constant that is text": (one("x: Count", "x + text"), "UPPER_CASE int constant"),
    "unset on a path": (
        rule("x: Count", "Count", "if x > 0:", "    y = 1", "return y  # here"),
        "y may be unset here; set it on every path before",
    ),
    "unset after a loop": (
        rule("x: Count", "Count", "for k in range(3):", "    y = k", "return y  # here"),
        "y may be unset here",
    ),
    "a counter after its loop": (
        rule("x: Count", "Count", "for k in range(3):", "    y = k", "return k  # here"),
        "k may be unset here",
    ),
    "a constant that the rule sets on a path": (
        rule("x: Count", "Count", "if x > 0:", "    LIMIT = 1", "return LIMIT  # here"),
        "LIMIT may be unset here",
    ),
    "read before it is set": (rule("x: Count", "Count", "y = y + 1  # here", "return y"), "y may be unset here"),
    "setting an argument": (
        rule("x: Count", "Count", "x = 1  # here", "return x"),
        "x is an argument and keeps its value; use another name",
    ),
    "adding to an argument": (rule("x: Count", "Count", "x += 1  # here", "return x"), "x is an argument"),
    "an argument as counter": (
        rule("x: Count", "Count", "for x in range(3):  # here", "    y = 1", "return 1"),
        "x is an argument",
    ),
    "setting a counter": (
        rule("x: Count", "Count", "for k in range(3):", "    if x > 0:", "        k = 2  # here", "return 1"),
        "k is the counter of this loop and keeps its value",
    ),
    "setting an outer counter": (
        rule("x: Count", "Count", "for k in range(3):", "    for j in range(2):", "        k = j  # here", "return 1"),
        "k is the counter of this loop",
    ),
    "a counter that has a value": (
        rule("x: Count", "Count", "k = 1", "for k in range(3):  # here", "    y = k", "return 1"),
        "k has a value already; use another name for the counter",
    ),
    "a second name for a history": (
        rule("h_a: Series[Count]", "Count", "other = h_a  # here", "return len(other)"),
        "has no second name",
    ),
    "a name that changes its kind": (
        rule("x: Count", "Count", "y = x", "y = x > 0  # here", "return x"),
        "y changes from number to flag; use another name",
    ),
    "a name of two kinds": (
        rule("x: Count, born: Day", "Count", "if x > 0:  # here", "    y = born", "else:", "    y = x", "return x"),
        "on the other",
    ),
    "a code that is none": (one("grade: Grade", "1 if grade == Grade.MIDDLE else 0"), "is no member of a Code"),
    "an attribute": (one("x: Count", "x.real"), "is no member of a Code"),
    "an attribute of a local name": (
        rule("x: Count", "Count", "Grade = x", "return Grade.LOW  # here"),
        "is no member of a Code",
    ),
}
EXPRESSIONS = {
    "//": (one("x: Count, y: Count", "x // 2"), DIVIDE),
    "/": (one("x: Count, y: Count", "x / 2"), DIVIDE),
    "%": (one("x: Count, y: Count", "x % 2"), DIVIDE),
    "**": (one("x: Count, y: Count", "x ** 2"), DIVIDE),
    "<<": (one("x: Count, y: Count", "x << 2"), DIVIDE),
    "& of numbers": (one("x: Count, y: Count", "x & 2"), DIVIDE),
    "//=": (rule("x: Count", "Count", "y = x", "y //= 2  # here", "return y"), DIVIDE),
    "~": (one("x: Count", "~x"), "there are `-x` and `not x`"),
    "unary +": (one("x: Count", "+x"), "there are `-x` and `not x`"),
    "a float": (one("x: Count", "x + 1.5"), "write a ratio at its scale"),
    "text": (one("x: Count", "'x'"), "text never enters a rule"),
    "formatted text": (one("x: Count", "f'{x}'"), "text never enters a rule"),
    "None": (one("x: Count", "None"), "is not part of the rule language"),
    "a number beyond int64": (one("x: Count", "x + 9223372036854775808"), "constants lie within int64"),
    "a list": (one("x: Count", "[x]"), "a rule makes no lists"),
    "a tuple": (one("x: Count", "(x, x)"), "a rule makes no tuples"),
    "a dictionary": (one("x: Count", "{1: x}"), "parameters.yaml"),
    "a set": (one("x: Count", "{x}"), "is not part of the rule language"),
    "a comprehension": (one("h_a: Series[Count]", "sum([v for v in h_a])"), "may not be called here"),
    "a bare comprehension": (one("h_a: Series[Count]", "[v for v in h_a]"), "loop with `for k in range(len(series))`"),
    "a generator": (one("h_a: Series[Count]", "max(v for v in h_a)"), "max takes two values or more"),
    "a lambda": (one("x: Count", "(lambda v: v)(x)"), "call a function by its plain name"),
    ":=": (one("x: Count", "(y := x)"), "set the name in a line of its own"),
    "await": (one("x: Count", "x if (yield) else x"), "is not part of the rule language"),
    "a slice": (one("h_a: Series[Count]", "len(h_a[1:])"), "loop with `for k in range(a, b)`"),
    "a chained comparison": (one("x: Count", "1 if 0 < x < 5 else 0"), "join two with and"),
    "in": (one("x: Count", "1 if x in (1, 2) else 0"), "one of < <= > >= == !="),
    "is": (one("x: Count", "1 if x is LIMIT else 0"), "one of < <= > >= == !="),
    "a number as a condition": (one("x: Count", "1 if x else 0"), "a condition is wanted: compare it"),
    "not of a number": (one("x: Count", "1 if not x else 0"), "a condition is wanted"),
    "and of numbers": (one("x: Count", "1 if x > 0 and x else 0"), "a condition is wanted"),
    "an index of a number": (one("x: Count", "x[0]"), "a plain number has no index"),
    "an index of a result": (one("x: Count", "twice(x)[0]"), "index an argument by its name"),
    "a history as a value": (one("h_a: Series[Count]", "h_a"), "a rule returns one value"),
    "a table as a value": (one("share: Table[Count]", "share"), "a rule returns one value"),
    "a history with two keys": (one("h_a: Series[Count]", "h_a[0, 1]"), "a rule makes no tuples"),
}
CALLS = {
    "an unknown function": (one("x: Count", "abs(x)"), "rules call the functions of language.py and @helper functions"),
    "a function that is no helper": (one("x: Count", "unmarked(x)"), "`unmarked(...)` may not be called here"),
    "a method": (one("x: Count", "x.bit_count()"), "call a function by its plain name"),
    "a keyword": (one("x: Count", "twice(v=x)"), "give the arguments by position"),
    "starred": (one("x: Count", "max(*x)"), "max takes two values or more"),
    "too few arguments": (one("x: Count", "twice()"), "twice takes 1 argument(s)"),
    "too many arguments": (one("x: Count", "half_up(x, 2, 3)"), "half_up takes 2 argument(s)"),
    "min of one": (one("x: Count", "min(x)"), "min takes two values or more"),
    "min of two kinds": (one("amount: Fen, paid: Months", "min(amount, paid)", "Fen"), "bring them to one unit"),
    "len of a number": (one("x: Count", "len(x)"), "len takes a series or the members of a group"),
    "recursion": (
        rule("x: Count", "Count", "return down(x)"),
        "down: helpers nested too deep, or one that calls itself; count with",
    ),
    "a local name as function": (
        rule("x: Count", "Count", "twice = 5", "return twice(x)  # here"),
        "twice is a name of this rule, not a function",
    ),
    "a helper without annotation": (
        one("x: Count", "bare(x)"),
        "annotate v of bare with a kind, or int for any number",
    ),
    "a helper without result": (one("x: Count", "silent(x)"), "annotate the result of silent"),
    "a history for a number": (one("h_a: Series[Count]", "twice(h_a)"), "a helper's int is a number"),
    "a table for a number": (one("share: Table[Count]", "twice(share)"), "a helper's int is a number"),
    "a quotient for a number": (one("y: Count", "twice(quotient(y, 3))"), "a helper's int is a number"),
    "another history for a history": (
        one("h_m: Series[MonthMask]", "two_of(h_m, 1)"),
        "a Series of count is wanted",
    ),
    "limits that are no constants": (one("x: Count, y: Count", "within(x, 0, y)"), "takes constants, low <= high"),
    "limits the wrong way": (one("x: Count", "within(x, 5, 1)"), "takes constants, low <= high"),
    "limits of another unit": (one("amount: Fen", "within(amount, 0, MINIMUM)", "Fen"), "fen is wanted"),
    "a number as a day": (one("x: Count", "year_of(x)", "Year"), "a day is wanted"),
    "a literal as a day": (one("x: Count", "year_of(14000)", "Year"), "a day is wanted"),
    "plain months": (one("born: Day, x: Count", "add_months(born, x)", "Day"), "month is wanted"),
    "years as months": (one("born: Day, age: Years", "add_months(born, age)", "Day"), "month is wanted"),
    "a month as a year": (one("month: Month", "make_day(month, month, 1)", "Day"), "a year is wanted"),
    "a mask as a number": (one("mask: MonthMask", "number(mask)"), "number() takes counts of months, years, days"),
    "money as a number": (one("amount: Fen", "number(amount)"), "number() takes counts"),
    "a ratio as a number": (one("ratio: Ratio4", "number(ratio)"), "number() takes counts"),
    "months as years": (one("paid: Months", "as_years(paid)", "Years"), "as_years() takes a plain number"),
    "rounding what is no sum": (one("y: Count", "half_up_quotient(y, 1, 1)"), "a sum of quotient(...)"),
    "rounding by a negative": (
        one("x: Count, y: Count", "half_up_quotient(quotient(y, 3), x, 1)"),
        "must not be negative; use max(x, 0)",
    ),
    "quotients of two units": (
        one("y: Count, amount: Fen", "half_up_quotient(quotient(y, 3) + quotient(amount, 3), 1, 1)"),
        "add one unit only",
    ),
    "less a quotient": (
        one("y: Count", "half_up_quotient(quotient(y, 3) - quotient(y, 4), 1, 1)"),
        "bring both to one unit",
    ),
    "a quotient by choice": (
        rule("y: Count", "Count", "q = quotient(y, 3) if y > 1 else NO_QUOTIENT  # here", "return 1"),
        "choose with if and else",
    ),
    "a quotient as a value": (one("y: Count", "quotient(y, 3)"), "a rule returns one value"),
    "comparing quotients": (one("y: Count", "1 if quotient(y, 3) > quotient(y, 4) else 0"), "no common kind"),
}
KINDS = {
    "fen plus months": (one("amount: Fen, paid: Months", "amount + paid", "Fen"), "fen plus month; bring both to one"),
    "fen less a plain number": (one("amount: Fen, x: Count", "amount - x", "Fen"), "bring both to one unit"),
    "fen times fen": (result("amount: Fen", "amount * amount", "Fen"), "returns fen^2, annotated as fen"),
    "a ratio not taken away": (result("amount: Fen, rate: Ratio4", "amount * rate", "Fen"), "returns fen*ratio4"),
    "a ratio taken away twice": (
        result("amount: Fen, rate: Ratio4", "half_up_to_fen(amount * rate, ONE4 * ONE4)", "Fen"),
        "annotated as fen",
    ),
    "months not taken away": (
        result("amount: Fen, paid: Months", "half_up_to_fen(amount * paid, 12)", "Fen"),
        "returns fen*month, annotated as fen",
    ),
    "a ratio of another scale": (one("ratio: Ratio4", "ratio + ONE6", "Ratio4"), "bring both to one unit"),
    "comparing two units": (one("amount: Fen, paid: Months", "amount > paid", "Flag"), "have no common kind"),
    "comparing a day with a number": (one("born: Day", "born > 5", "Flag"), "have no common kind"),
    "comparing flags": (one("ok: Flag", "ok == True", "Flag"), "have no common kind"),
    "comparing masks": (one("mask: MonthMask", "mask == no_months()", "Flag"), "have no common kind"),
    "year plus months": (one("in_year: Year, paid: Months", "in_year + paid", "Year"), "see the calendar functions"),
    "year plus day": (one("in_year: Year, born: Day", "in_year + born", "Year"), "see the calendar functions"),
    "day plus day": (one("born: Day", "born + born", "Day"), "see the calendar functions"),
    "day plus months": (one("born: Day, paid: Months", "born + paid", "Day"), "see the calendar functions"),
    "number less day": (one("born: Day", "5 - born", "Day"), "see the calendar functions"),
    "twice a day": (one("born: Day", "born * 2", "Day"), "only numbers are multiplied"),
    "twice a year": (one("in_year: Year", "in_year * 2", "Year"), "only numbers are multiplied (use number(x))"),
    "minus a day": (one("born: Day", "-born", "Day"), "see the calendar functions"),
    "flag plus number": (one("ok: Flag, x: Count", "x + ok"), "bring both to one unit"),
    "flag times number": (one("ok: Flag, x: Count", "x * ok"), "only numbers are multiplied"),
    "min of flags": (one("ok: Flag", "min(ok, ok)", "Flag"), "bring them to one unit"),
    "mask plus mask": (one("mask: MonthMask", "mask + mask", "MonthMask"), "bring both to one unit"),
    "the order of codes": (one("grade: Grade", "grade > Grade.LOW", "Flag"), "codes have no order; use == or !="),
    "code plus number": (one("grade: Grade", "grade + 1", "Grade"), "bring both to one unit"),
    "code plus code": (one("grade: Grade", "grade + Grade.LOW", "Grade"), "bring both to one unit"),
    "a code against a number": (one("grade: Grade", "grade == 1", "Flag"), "have no common kind"),
    "a number as a code": (rule("x: Count", "Grade", "return 1"), "returns a plain number, annotated as Grade"),
    "a flag as a number": (rule("ok: Flag", "Count", "return ok"), "returns a flag, annotated as count"),
    "a number as a flag": (rule("x: Count", "Flag", "return x"), "returns a plain number, annotated as flag"),
    "a number as a day returned": (rule("x: Count", "Day", "return 14000"), "annotated as day"),
    "months as fen": (rule("paid: Months", "Fen", "return paid"), "returns month, annotated as fen"),
    "two kinds returned": (
        rule("x: Count, ok: Flag", "Count", "if ok:", "    return x", "return ok  # here"),
        "return one kind",
    ),
    "two units returned": (
        rule("amount: Fen, paid: Months, ok: Flag", "Fen", "if ok:", "    return amount", "return paid  # here"),
        "return one kind",
    ),
    "two kinds by choice": (one("amount: Fen, paid: Months, ok: Flag", "amount if ok else paid", "Fen"), "both sides"),
    "no return": (rule("x: Count", "Count", "if x > 0:", "    return 1"), "can end without return; add a return"),
    "no return after a loop": (
        rule("x: Count", "Count", "for k in range(3):", "    return 1"),
        "can end without return",
    ),
    "only refused": (rule("x: Count", "Count", "refuse(WHY)"), "never returns a value"),
    "a helper that can end": (rule("x: Count", "Count", "return never_ends(x)"), "never_ends: can end without return"),
    "a helper of another kind": (
        rule("amount: Fen", "Months", "return unlike(amount)"),
        "unlike: `unlike` is fen; month is wanted",
    ),
    "a key of another kind": (one("share: Table[Count], paid: Months", "share[paid]"), "year is wanted"),
    "a plain key": (one("share: Table[Count], x: Count", "share[x]"), "year is wanted"),
    "a code of a table by age": (one("share: Table[Count], grade: Grade", "share[grade]"), "year is wanted"),
    "a number for a code": (
        one("pay: YearlyTable[Fen], in_year: Year, x: Count", "pay[in_year, x]", "Fen"),
        "a Grade is wanted",
    ),
    "one key for two": (one("pay: YearlyTable[Fen], grade: Grade", "pay[grade]", "Fen"), "pay takes 2 key(s)"),
    "two keys for one": (
        one("wage: Yearly[Fen], in_year: Year", "wage[in_year, in_year]", "Fen"),
        "wage takes 1 key(s)",
    ),
    "a day for a year": (one("wage: Yearly[Fen], born: Day", "wage[born]", "Fen"), "a year is wanted"),
    "months for a band of fen": (one("fee: Bands[Fen], paid: Months", "fee[paid]", "Fen"), "fen is wanted"),
    "a year for a day": (one("rate: Dated[Ratio4], in_year: Year", "rate[in_year]", "Ratio4"), "a day is wanted"),
    "a flag as an index": (one("h_a: Series[Count], ok: Flag", "h_a[ok]"), "a number is wanted"),
    "a year as an index": (one("h_a: Series[Count], in_year: Year", "h_a[in_year]"), "a number is wanted"),
    "turns of two kinds": (
        rule(
            "x: Count, amount: Fen",
            "Count",
            "y = 0",
            "for k in range(9):",
            "    if y > x:",
            "        y = x",
            "    y = y + amount  # here",
            "return x",
        ),
        "bring both to one unit",
    ),
}
OUTSIDE = {**STATEMENTS, **NAMES, **EXPRESSIONS, **CALLS, **KINDS}


@pytest.mark.parametrize("what", OUTSIDE)
def test_what_is_outside_the_language(what: str) -> None:
    """The message has the file, the line that is marked in the text (if one is), and the remedy."""
    text, remedy = OUTSIDE[what]
    message = fault_of(text, FIGURES)
    assert message.startswith("law_of_text_"), message
    assert remedy in message
    if "# here" in text:
        assert f":{line_of(text)}: r: " in message


def test_a_law_that_is_within_it() -> None:
    """What the table above starts from has no fault of its own."""
    assert fault_of(one("x: Count", "twice(x)"), FIGURES) == ""
    assert fault_of(one("h_a: Series[Count], y: Count", "h_a[y]"), FIGURES) == ""
