"""The office of a sample city: a night without a difference; then every planted fault is found, nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date
from typing import Any

import psycopg
import pytest

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment import causes, services
from shebao.assessment.models import Difference, Run
from shebao.cases.models import Award, Line
from shebao.database import connection
from shebao.rules.kinds import day
from shebao.samplecity import faults, loading, office
from shebao.samplecity.city import City

NOVEMBER, DECEMBER = date(2013, 11, 1), date(2013, 12, 1)


@pytest.fixture(scope="module")
def staff(database: Any) -> office.Office:
    """A city of November and December 2013 as the law gives them, paid."""
    database.use(connection.BATCH)
    loading.load(system_actor("load"), City(people=4_000, seed=11, day=day("2013-12-31")))
    found = office.staffed()
    office.open_books([NOVEMBER, DECEMBER, date(2014, 1, 1)])
    for month, on in ((NOVEMBER, date(2013, 11, 30)), (DECEMBER, date(2013, 12, 31))):
        run, _ = office.night(found, on)
        office.work(found, run, on)
        paid = office.pay(found, month, month.replace(day=20))
        assert paid.comparison.differences == []
    return found


def test_every_planted_fault_is_found_and_nothing_else(staff: office.Office) -> None:
    run, _ = office.night(staff, date(2013, 12, 31))
    assert faults.judge([], run).differences == 0
    planted = faults.plant(staff, DECEMBER, died_on=date(2013, 10, 20), each=4)
    run, _ = office.night(staff, date(2013, 12, 31))
    found = faults.judge(planted, run)
    assert set(found.planted) == set(faults.KINDS) and all(count == 4 for count in found.planted.values())
    assert (found.precision, found.recall) == (1, 1), (found, faults.strays(planted, run))
    office.work(staff, run, date(2013, 12, 31))
    run, _ = office.night(staff, date(2013, 12, 31))
    assert faults.judge([], run).differences == 0


CHILD = """
import sys
from datetime import date
from shebao.database import connection
connection.use(sys.argv[1], connection.BATCH)
from shebao.cases import payments
payments.prepare(int(sys.argv[2]), date(2014, 1, 1), date(2014, 1, 20), size=40)
"""


def test_the_process_is_killed_in_the_middle_of_a_batch(staff: office.Office, database: Any) -> None:
    """Killed three times: whole parts are there and no others; at the end each is paid once, as is decided."""
    kept = 0
    with psycopg.connect(database.dsn("postgres"), autocommit=True) as plain:

        def parts() -> int:
            row = plain.execute(
                "SELECT count(*) FROM cases_batchpart p JOIN cases_batch b ON b.id = p.batch_id WHERE b.state = 1"
            ).fetchone()
            return int(row[0]) if row else 0

        for _ in range(3):
            child = subprocess.Popen([sys.executable, "-c", CHILD, database.dsn(connection.BATCH), str(staff.cashier)])
            while parts() < kept + 2 and child.poll() is None:
                time.sleep(0.002)
            os.kill(child.pid, signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL, "it ended before it was killed"
            kept = parts()
            row = plain.execute(
                "SELECT (SELECT coalesce(sum(t.total), 0) FROM cases_batchpart t WHERE t.batch_id = b.id), "
                "(SELECT coalesce(sum(l.amount), 0) FROM cases_line l JOIN cases_payment p ON p.id = l.payment_id "
                "WHERE p.batch_id = b.id) FROM cases_batch b WHERE b.state = 1"
            ).fetchone()
            assert row is not None and row[0] == row[1] and kept > 0
    paid = office.pay(staff, date(2014, 1, 1), date(2014, 1, 20), returns=12)
    assert paid.comparison.differences == [] and paid.returned.returned == 12
    with acting(staff.night, "cases.read"):
        decided = {
            (a.person_id, a.benefit): a.amount
            for a in Award.objects.filter(recorded__endswith=None, valid__endswith=None)
        }
        lines = {
            (line.person_id, line.benefit): line.amount
            for line in Line.objects.filter(payment__batch_id=paid.batch, month=date(2014, 1, 1))
        }
    assert lines == decided


def test_what_is_explained_in_mass_is_explained_as_one(staff: office.Office) -> None:
    """January raises the welfare pension of everybody: one cause, found by the compiled pass as by CPython."""
    run_number, _ = office.night(staff, date(2014, 1, 31))
    with acting(staff.night, services.PURPOSE):
        run = Run.objects.get(pk=run_number)
        changed = list(Difference.objects.filter(run=run, month=date(2014, 1, 1), kind__in=causes.ALIKE))
        Difference.objects.filter(run=run, kind__in=causes.ALIKE).update(cause="")
    in_mass = causes._in_mass(staff.night, run)
    assert in_mass >= causes.MANY
    with acting(staff.night, services.PURPOSE):
        told = {
            (one.person_id, one.benefit): one.cause
            for one in Difference.objects.filter(run=run, month=date(2014, 1, 1), kind__in=causes.ALIKE)
        }
        alone = {(one.person_id, one.benefit): causes._cause(run, None, one) for one in changed}
    assert {key: cause for key, cause in told.items() if cause} == {
        key: alone[key] for key, cause in told.items() if cause
    }
    assert sum(bool(cause) for cause in told.values()) == in_mass
    assert {"day"} <= set(told.values()) and alone == {(one.person_id, one.benefit): one.cause for one in changed}
