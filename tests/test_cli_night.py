"""`shebao night`: the demonstration's city assessed, and one person of it explained, as somebody at a desk does it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from shebao.access.acting import acting
from shebao.access.services import system_actor
from shebao.assessment.models import Entitlement, Run
from shebao.assessment.services import PURPOSE
from shebao.cli import app
from shebao.database import connection
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
