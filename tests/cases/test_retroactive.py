"""A record of 1998 corrected after the award: each month since is computed again, and all comes in one payment.

The figures are those of the law book's worked case new-2014-03 (京劳社养发〔2007〕21号 附件1): 1,267.43 a month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from pensioners import BASES, pensioner, row, rows

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment import differences, services
from shebao.assessment.models import Difference
from shebao.cases import letters
from shebao.cases.models import Amount, Award, Claim, Line
from shebao.contributions.services import opening
from shebao.database import connection
from shebao.files.letter import markdown
from shebao.samplecity import office as offices

RIGHT = 126_743
WRONG_1998 = 3000


@dataclass(frozen=True)
class Office(offices.Office):
    """With its two pensioners."""

    recent: int
    earlier: int


def night(actor: int, on: date) -> int:
    run = services.start(actor, on)
    services.go_on(actor, run, check=1)
    differences.compare(actor, run)
    return run


def granted(office: offices.Office, run: int) -> None:
    offices.work(office, run, date(2014, 1, 1))


def paid(office: offices.Office, month: date) -> dict[int, dict[date, int]]:
    """A batch, released; by person what it pays for each month."""
    batch = offices.pay(office, month, month.replace(day=15)).batch
    with acting(office.night, "cases.read"):
        found: dict[int, dict[date, int]] = {}
        for line in Line.objects.filter(payment__batch_id=batch, benefit="pension"):
            found.setdefault(line.person_id, {})[line.month] = line.amount
        return found


@pytest.fixture(scope="module")
def office(database: Any) -> Office:
    """Two pensioners with a wrong year 1998: one retired in March 2014, one in March 2012; both awarded and paid."""
    database.use(connection.BATCH)
    offices.open_books([date(2005, 12, 1), *(date(year, m, 1) for year in (2012, 2014) for m in range(3, 13))])
    wrong = BASES | {1998: WRONG_1998}
    before = {1996: 8400, 1997: 9840} | {year: base for year, base in wrong.items() if year < 2012} | {2012: 9600}
    opened = date(2005, 12, 31), 1_873_015
    recent = pensioner("王秀兰", "110101195903200020", wrong, 2, opened)
    earlier = pensioner("李桂英", "110101195703200026", before, 2, opened)
    found = Office(**vars(offices.staffed()), recent=recent, earlier=earlier)
    granted(found, night(found.night, date(2012, 4, 30)))
    granted(found, night(found.night, date(2014, 4, 30)))
    paid(found, date(2014, 11, 1))
    return found


def test_a_corrected_year_gives_arrears_for_each_month_in_one_payment(office: Office) -> None:
    with acting(office.night, services.PURPOSE):
        first = {a.person_id: (a.amount, a.valid.lower) for a in Award.objects.filter(benefit="pension")}
    assert first[office.recent][1] == date(2014, 4, 1) and first[office.recent][0] < RIGHT
    with acting(system_actor("setup"), "contributions.correct") as act:
        for person in (office.recent, office.earlier):
            right = rows([row(person, 1998, BASES[1998], 7)])
            assert opening.correct_history(act, person, 1, 1998, right, "1998年工资台账") == 1
    run = night(office.night, date(2014, 12, 31))
    kind = Difference.Kind
    months = [date(2014, month, 1) for month in range(4, 13)]
    with acting(office.night, services.PURPOSE):
        found = list(
            Difference.objects.filter(run_id=run, person_id=office.recent, benefit="pension").order_by("month")
        )
        other = list(Difference.objects.filter(run_id=run, person_id=office.earlier, benefit="pension"))
    assert [d.month for d in found] == months
    assert [d.kind for d in found] == [kind.ARREARS] * 8 + [kind.ADJUSTMENT]
    assert {d.entitled for d in found} == {RIGHT}
    assert all("contributions_base" in d.cause for d in found), [d.cause for d in found]
    # the earlier one: 2012 is paid, what needs the unknown adjustment of 2013 is listed
    by_month = {d.month: d for d in other}
    assert {m for m, d in by_month.items() if d.kind == kind.ARREARS} == {date(2012, m, 1) for m in range(4, 13)}
    refused = {m for m, d in by_month.items() if d.kind == kind.UNDECIDED}
    assert date(2013, 1, 1) in refused and date(2014, 12, 1) in refused
    assert all(by_month[m].refusal for m in refused)
    granted(office, run)
    december = paid(office, date(2014, 12, 1))
    more = RIGHT - first[office.recent][0]
    assert december[office.recent] == dict.fromkeys(months[:-1], more) | {months[-1]: RIGHT}
    arrears = {m: a for m, a in december[office.earlier].items() if m < date(2014, 12, 1)}
    assert set(arrears) == {date(2012, m, 1) for m in range(4, 13)} and min(arrears.values()) > 0
    with acting(office.night, services.PURPOSE) as act:
        claim = Claim.objects.filter(person_id=office.recent, benefit="pension").latest("pk")
        assert Amount.objects.filter(claim=claim).count() == 9
    with acting(system_actor("setup"), "cases.read") as act:
        letter = markdown(letters.of_claim(act, claim.pk, "样本市社会保险基金管理中心"))
        told = markdown(letters.of_claim(act, Claim.objects.filter(person_id=office.earlier).latest("pk").pk, "样本市"))
    assert "1,267.43" in letter and "2014-04" in letter and "京劳社养发〔2007〕21号" in letter
    assert "2013" in told and "未能核定" in told
