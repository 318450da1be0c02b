"""`shebao night`: the demonstration's city assessed, and one person of it explained, as somebody at a desk does it."""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection as django
from typer.testing import CliRunner

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment import services
from shebao.assessment.models import Entitlement, Run
from shebao.assessment.services import PURPOSE
from shebao.cli import app
from shebao.database import connection
from shebao.people import services as people
from shebao.rules.kinds import day
from shebao.samplecity import loading
from shebao.samplecity.city import City

EXAMPLE = Path(__file__).parents[1] / "examples" / "reform.yaml"


@pytest.fixture(scope="module")
def shebao(database: Any) -> Any:
    """The command on a database with a sample city."""
    database.use(connection.BATCH)
    loading.load(system_actor("load"), City(people=1_200, seed=5, day=day("2013-12-31")))

    def ran(*arguments: str, code: int = 0) -> str:
        environment = {"SHEBAO_DSN": database.dsn(connection.BATCH), "SHEBAO_LANG": "en", "COLUMNS": "200"}
        found = CliRunner().invoke(app, ["night", *arguments], env=environment)
        assert found.exit_code == code, found.output
        return found.output

    return ran


def test_a_night(shebao: Any) -> None:
    told = shebao("run", "--on", "2013-12-31")
    assert re.search(r"Welfare pension +│ a month", told)
    assert "1,200 persons" in told
    with acting(system_actor("night"), PURPOSE):
        run = Run.objects.get()
        assert run.state == Run.State.DONE
        paid = Entitlement.objects.filter(benefit="welfare_pension", refusal=None).first()
        assert paid is not None
    one = shebao("person", str(paid.person_id), "--on", "2013-12-31")
    assert "Welfare pension" in one and "310.00" in one and "not a member" not in one
    why = shebao("person", str(paid.person_id), "--on", "2013-12-31", "--explain", "welfare_pension")
    assert "京政发〔2007〕35号" in why
    assert "is over" in shebao("run", "--on", "2013-12-31", "--resume", str(run.pk), code=2)


def test_a_reform(shebao: Any) -> None:
    told = shebao("reform", str(EXAMPLE), "--on", "2013-12-31")
    assert "Minimum living allowance" in told and "nothing was written" in told


def test_what_is_not_there_is_told(shebao: Any) -> None:
    assert "there is no record 999999" in shebao("person", "999999", "--on", "2013-12-31", code=2)
    told = shebao("person", "1", "--on", "2013-12-31", "--explain", "welfare_pensions", code=2)
    assert "did you mean welfare_pension?" in told


def test_a_pass_beside_an_older_list(shebao: Any, tmp_path: Path) -> None:
    """A list that agrees but for what is planted in it: each is found with its cause, and nothing else."""
    shebao("run", "--on", "2013-12-31")
    with acting(system_actor("night"), PURPOSE), django.cursor() as cursor:
        run = Run.objects.latest("pk")
        cursor.execute(
            "SELECT i.number, e.benefit, e.value, e.person_id FROM assessment_entitlement e JOIN people_identifier i "
            "ON i.person_id = e.person_id AND i.kind = 1 AND upper_inf(i.recorded) WHERE e.run_id = %s "
            "AND e.benefit = ANY(%s) AND e.refusal IS NULL AND e.owner = '' ORDER BY e.person_id, e.benefit",
            [run.pk, ["welfare_pension", "pension"]],
        )
        due = cursor.fetchall()
    welfare = [row for row in due if row[1] == "welfare_pension"]
    listed = {(number, benefit): value for number, benefit, value, _ in due}
    dropped, raised, old, dead = (row for row in welfare[:4])
    del listed[dropped[0], dropped[1]]
    listed[raised[0], raised[1]] += 1_234
    listed[old[0], old[1]] = 27_750  # the standard of 2012
    with acting(system_actor("setup"), "people.record") as act:
        people.died(act, dead[3], date(2013, 10, 3), "民政通报")
    shebao("run", "--on", "2013-12-31")
    run_number = run.pk + 1
    rows = [f"{number},{benefit},{value / 100:.2f}" for (number, benefit), value in listed.items()]
    rows += [f"{raised[0]},no_such_benefit,1.00", f"{dead[0][:-1]}Y,pension,1.00", "110101190001010009,pension,5.00"]
    file = tmp_path / "list.csv"
    file.write_text("\n".join(["number,benefit,amount", *rows]), "utf-8")
    told = shebao("beside", str(file), "--run", str(run_number), "--report", str(tmp_path / "report.csv"))
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as text:
        found = {(row["person"], row["cause"]) for row in csv.DictReader(text) if row["person"]}
    assert found == {
        (str(dropped[3]), "unlisted"),
        (str(raised[3]), "unexplained"),
        (str(old[3]), "month:2012-12"),
        (str(dead[3]), "without:death_day"),
    }, told
    assert "nothing was written" in told and "2 of nobody in the record, 1 faults" in told
    assert "is not done" in shebao("beside", str(file), "--run", str(stopped()), code=2)


def stopped() -> int:
    """A pass that was only begun."""
    return services.start(system_actor("night"), date(2013, 12, 31))
