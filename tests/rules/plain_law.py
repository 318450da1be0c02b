"""The facts and figures that the tests of refused rules start from: one of each kind, with helpers good and bad."""

FIGURES = """
rate: {zh: 率, en: rate, kind: ratio4, unit: percent, range: [0, 100], doc: d, confidence: known, dated: [
  {from: 2000-01-01, value: 8}]}
wage: {zh: 薪, en: wage, kind: fen, unit: yuan, range: [1, 100000], doc: d, confidence: known, yearly: [
  {year: 2000, value: 8}]}
share: {zh: 表, en: table, kind: count, range: [0, 9], by: years, keys: [50, 60], doc: d, confidence: known, dated: [
  {from: 2000-01-01, values: {50: 5}}]}
pay: {zh: 级, en: by grade, kind: fen, unit: yuan, range: [0, 9], by: Grade, doc: d, confidence: known, yearly: [
  {year: 2000, values: {low: 5}}]}
fee: {zh: 档, en: bands, kind: fen, unit: yuan, range: [0, 9], bands: fen, doc: d, confidence: known, dated: [
  {from: 2000-01-01, bands: [{value: 1}]}]}
"""
BEFORE = """
HOUSE = Group("house", "户", "house")
VILLAGE = Group("village", "村", "village")
WHY = Reason("WHY", "不行", "no")
LIMIT = 12
MINIMUM: Months = 180
text = "text"
lower = 5


class Grade(Code):
    LOW = 1, "低", "low"
    TOP = 2, "高", "top"


INPUTS = [
    Input("x", Count, "x", "x", -1000, 1000),
    Input("y", Count, "y", "y", 0, 100),
    Input("amount", Fen, "a", "a"),
    Input("paid", Months, "p", "p"),
    Input("ratio", Ratio4, "r", "r"),
    Input("age", Years, "g", "g"),
    Input("grade", Grade, "g", "g"),
    Input("ok", Flag, "o", "o"),
    Input("born", Day, "b", "b"),
    Input("in_year", Year, "y", "y"),
    Input("month", Month, "m", "m"),
    Input("mask", MonthMask, "m", "m"),
    Input("h_a", Series[Count], "h", "h", history="h"),
    Input("h_m", Series[MonthMask], "h", "h", history="h"),
    Input("own", Count, "o", "o", of="house"),
    Input("g_a", Series[Count], "g", "g", history="g", of="house"),
]


@helper
def twice(v: int) -> int:
    return v + v


@helper
def down(v: int) -> int:
    return 0 if v == 0 else down(v - 1)


@helper
def never_ends(v: int) -> int:
    if v > 0:
        return 1


@helper
def unlike(v: int) -> Months:
    return v * 2


@helper
def bare(v) -> int:
    return 1


@helper
def silent(v: int):
    return v


@helper
def two_of(values: Series[Count], first: Count = 1) -> Count:
    return values[first]


def unmarked(v: int) -> int:
    return v
"""
