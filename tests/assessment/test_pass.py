"""One person from the record and the pass over the city give the same; a pass that was interrupted goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment import extraction, selectors, services, sources
from shebao.assessment.extraction import When
from shebao.assessment.models import Entitlement, Part, Run
from shebao.database import connection
from shebao.law import the_law
from shebao.people import particulars
from shebao.people import services as people
from shebao.people.codes import EventKind
from shebao.people.facts import Event, Particular
from shebao.rules.declare import PERSON
from shebao.rules.kinds import day
from shebao.rules.results import refusal_code
from shebao.samplecity import loading
from shebao.samplecity.city import City

ON = date(2014, 10, 31)
PEOPLE = 1_500


@pytest.fixture(scope="module")
def night(database: Any) -> int:
    """A sample city in the record; the night's actor, working as the batch role."""
    database.use(connection.BATCH)
    loading.load(system_actor("load"), City(people=PEOPLE, seed=3, day=day("2013-12-31")))
    return system_actor("night")


def record(person_id: int, since: date, **given: int) -> None:
    facts = [Particular(since=since, input=name, value=value) for name, value in given.items()]
    with acting(system_actor("setup"), "people.record") as act:
        people.record(act, person_id, Event(kind=EventKind.OTHER, occurred_on=since, source="测试", facts=facts))


def rows(run: int) -> dict[tuple[int, str], tuple[str, int, str | None, bool]]:
    with acting(system_actor("night"), services.PURPOSE):
        return {
            (e.person_id, e.benefit): (e.owner, e.value, e.refusal, e.approx)
            for e in Entitlement.objects.filter(run_id=run)
        }


def test_every_input_has_one_home() -> None:
    plain = {one.name for one in the_law().inputs.values() if one.of in (PERSON, *particulars.FAMILIES)}
    plain = {name for name in plain if not the_law().inputs[name].history}
    assert plain - sources.filled() == set(particulars.inputs())
    assert not sources.filled() & set(particulars.inputs())
    with pytest.raises(sources.SourceError, match="has a source already"):
        sources.register(sources.Source({"birth_day": "1"}, "FROM people_vitals t"))
    with pytest.raises(sources.SourceError, match="no input birthday"):
        sources.register(sources.Source({"birthday": "1"}, "FROM people_vitals t"))


def test_the_pass_and_one_person_are_the_same(night: int) -> None:
    with acting(night, services.PURPOSE) as act:
        city = extraction.everybody(When(ON, act.at))
    assert len(city.persons) == PEOPLE
    members = np.diff(np.append(city.starts, PEOPLE))
    poor = int(city.persons[city.starts[members > 2][0]])  # of a household of three and more
    record(poor, date(2014, 1, 1), means_declared_day=day("2014-01-15"), work_income=10_000)
    alone = int(city.persons[city.starts[members == 1][0]])
    record(alone, date(2014, 1, 1), housing_applicant=1, housing_application_day=day("2014-02-01"))
    run = services.start(night, ON, size=400)
    found = services.go_on(night, run, check=0.2)
    assert found.persons == PEOPLE and found.entitlements > 20 and found.compared > 250
    written = rows(run)
    benefits = {name for _, name in written}
    assert {"minimum_living_allowance", "public_rental_eligible"} <= benefits, sorted(benefits)
    for person in [poor, alone, *city.persons[::25].tolist()]:
        with acting(night, services.PURPOSE) as act:
            one = selectors.decided(act, person, ON)
            told = {e.benefit: e for e in selectors.found(act, run, person)}
            circle = extraction.circle_of(person, When(ON, act.at))
        for name in one.want:
            owner = one.plan.owner_of(name)
            step, refusal = one[name], refusal_code(one.plan, one.status(name)) if one.status(name) else None
            if refusal and refusal.startswith("NO_GROUP"):
                assert name not in told
                continue
            if owner != PERSON and person != circle[0]:
                continue  # it stands with another member
            value = 0 if refusal else int(step.value or 0)
            if not value and not refusal:
                assert name not in told, (person, name)
            else:
                assert (told[name].value, told[name].refusal) == (value, refusal), (person, name)


def test_a_pass_goes_on_after_its_parts(night: int) -> None:
    run = services.start(night, ON, size=300)

    class Killed(Exception):
        pass

    def killed(done: int, _: int | None) -> None:
        if done > PEOPLE // 2:
            raise Killed

    with pytest.raises(Killed):
        services.go_on(night, run, killed, check=0)
    with acting(night, services.PURPOSE) as act:
        parts = Part.objects.filter(run_id=run).count()
        with pytest.raises(Exception, match="not done"):
            selectors.found(act, run, 1)
    assert 0 < parts < 5
    whole = services.go_on(night, run, check=0)
    other = services.start(night, ON, size=10_000)
    assert services.go_on(night, other, check=0).entitlements == whole.entitlements
    assert rows(run) == rows(other)
    with pytest.raises(services.RunError, match="is over"):
        services.go_on(night, run)


def test_as_known_on_a_day(night: int) -> None:
    with acting(night, services.PURPOSE) as act:
        before = act.at
        city = extraction.everybody(When(ON, before))
    ill = int(city.persons[-1])
    record(ill, date(2014, 3, 1), means_declared_day=day("2014-03-05"))
    with acting(night, services.PURPOSE) as act:
        now = selectors.decided(act, ill, ON, want=["minimum_living_eligible"])
        then = selectors.decided(act, ill, ON, known=before - timedelta(seconds=1), want=["minimum_living_eligible"])
        earlier = selectors.decided(act, ill, date(2014, 2, 28), want=["minimum_living_eligible"])
    assert now.fact("means_declared_day") == day("2014-03-05")
    assert then.fact("means_declared_day") != day("2014-03-05") != earlier.fact("means_declared_day")


def test_a_difference_makes_the_pass_void(night: int, monkeypatch: pytest.MonkeyPatch) -> None:
    run = services.start(night, ON, size=10_000)
    compiled = services.Pass.outcomes

    def wrong(self: Any, *given: Any) -> Any:
        real = self.kernel.run

        def off(*args: Any) -> Any:
            result = real(*args)
            result.values["longevity_allowance"] = result.values["longevity_allowance"] + 1
            return result

        monkeypatch.setattr(self.kernel, "run", off)
        return compiled(self, *given)

    monkeypatch.setattr(services.Pass, "outcomes", wrong)
    with pytest.raises(services.RunError, match="is void"):
        services.go_on(night, run, check=0.1)
    with acting(night, services.PURPOSE):
        assert Run.objects.get(pk=run).state == Run.State.FAILED
        assert not Entitlement.objects.filter(run_id=run).exists()


def test_what_a_pass_wrote_is_never_changed(night: int, database: Any) -> None:
    run = services.start(night, ON, size=10_000)
    services.go_on(night, run, check=0)
    with psycopg.connect(database.dsn("shebao_owner")) as plain:
        for statement in (
            "UPDATE assessment_entitlement SET value = value + 1",
            "DELETE FROM assessment_part",
            "UPDATE assessment_run SET benefit_day = '2015-01-31'",
            "UPDATE assessment_run SET state = 1",
        ):
            with pytest.raises(psycopg.errors.RestrictViolation), plain.transaction():
                plain.execute(statement)
    with psycopg.connect(database.dsn("shebao_app")) as plain, pytest.raises(psycopg.errors.InsufficientPrivilege):
        plain.execute("INSERT INTO assessment_part VALUES (1, 99, 1, 1, 1, 1, 1)")


CHILD = """
import sys
from shebao.database import connection
connection.use(sys.argv[1], connection.BATCH)
from shebao.assessment import services
from shebao.access.services import system_actor
services.go_on(system_actor("night"), int(sys.argv[2]), check=0)
"""


def test_the_process_is_killed_in_the_middle(night: int, database: Any) -> None:
    """Killed without a word three times: each time whole parts are there and no others; at the end all is as it was."""
    whole = services.start(night, ON, size=10_000)
    services.go_on(night, whole, check=0)
    run = services.start(night, ON, size=100)
    kept = 0
    with psycopg.connect(database.dsn("postgres"), autocommit=True) as plain:

        def parts() -> int:
            found = plain.execute("SELECT count(*) FROM assessment_part WHERE run_id = %s", [run]).fetchone()
            return int(found[0]) if found else 0

        for _ in range(3):
            child = subprocess.Popen([sys.executable, "-c", CHILD, database.dsn(connection.BATCH), str(run)])
            while parts() < kept + 2 and child.poll() is None:
                time.sleep(0.002)
            os.kill(child.pid, signal.SIGKILL)
            assert child.wait() == -signal.SIGKILL, "it ended before it was killed"
            kept = parts()
            rows_by_part = plain.execute(
                "SELECT coalesce(sum(entitlements + refused), 0) FROM assessment_part WHERE run_id = %s", [run]
            ).fetchone()
            written = plain.execute("SELECT count(*) FROM assessment_entitlement WHERE run_id = %s", [run]).fetchone()
            assert rows_by_part == written
    assert 0 < kept < 15
    services.go_on(night, run, check=0)
    assert rows(run) == rows(whole)
