"""The districts of Beijing through their changes."""

from __future__ import annotations

import datetime

from shebao.files.places import district_on, districts, districts_on


def test_sixteen_on_any_day_after_the_merger() -> None:
    assert len(districts_on(datetime.date(2010, 6, 30))) == 18
    for day in (datetime.date(2010, 7, 1), datetime.date(2015, 10, 31), datetime.date(2015, 11, 1)):
        assert len(districts_on(day)) == 16
    assert len({district.code for district in districts()}) == len(districts()) == 20
    assert all(district.code[:2] == "11" and len(district.code) == 6 for district in districts())


def test_a_code_that_was_replaced_leads_to_its_successor() -> None:
    before, after = datetime.date(2015, 10, 31), datetime.date(2015, 11, 1)
    for code, zh, new, new_zh in (("110228", "密云县", "110118", "密云区"), ("110229", "延庆县", "110119", "延庆区")):
        old = district_on(f"{code}001", before)
        assert old is not None and (old.code, old.zh) == (code, zh)
        now = district_on(f"{code}001", after)
        assert now is not None and (now.code, now.zh) == (new, new_zh)
        assert district_on(new, before) is None
    merged = district_on("110103", datetime.date(2010, 7, 1))
    assert merged is not None and merged.zh == "东城区"


def test_an_unknown_code() -> None:
    assert district_on("310104", datetime.date(2014, 1, 1)) is None
    assert district_on("110105", datetime.date(2014, 1, 1)) == next(d for d in districts() if d.zh == "朝阳区")
