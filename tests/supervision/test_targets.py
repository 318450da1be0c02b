"""Every target of the plan stands in the table, and what nobody records says so."""

from __future__ import annotations

from datetime import date

from shebao.supervision.figures import Taken
from shebao.supervision.targets import TODAY, targets, today


def test_every_target_with_its_words() -> None:
    found = targets()
    assert len(found) == 24
    assert all(target.quote and target.clause and target.doc == "京政发〔2011〕51号" for target in found)
    assert {target.figure for target in found} - {""} == set(TODAY)


def test_a_rate_is_of_what_was_counted_and_nothing_is_made_up() -> None:
    taken = Taken(date(2014, 1, 31), {"five": {"110101": 9, "110102": 0}, "employees": {"110101": 10, "110102": 6}})
    by_name = {target.figure: today(target, taken) for target in targets() if target.figure}
    assert by_name["five_rate"].value == "56.3 %"  # 9 of 16, half up
    assert by_name["collection_rate"].value is None and by_name["income"].value is None
    assert all(today(target, taken).value is None for target in targets() if not target.figure)
    assert all(today(target, None).value is None for target in targets())
