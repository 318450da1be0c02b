"""`shebao medical`: what an office does before the first bill is settled, and the service itself."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from shebao.access.services import system_actor
from shebao.cli import app
from shebao.database import connection
from shebao.files.nhsa import Definitions
from shebao.files.nhsa.hospital import Hospital
from shebao.files.nhsa.request import ENVELOPE_FIELDS
from shebao.medical.gateway import PATH
from shebao.medical.services.catalogue import DEMO
from shebao.rules.kinds import day
from shebao.samplecity import loading
from shebao.samplecity.city import City

CODE = "H11010500077"


@pytest.fixture(scope="module")
def shebao(database: Any) -> Any:
    """The command on a database with a sample city."""
    database.use(connection.BATCH)
    loading.load(system_actor("load"), City(people=1_000, seed=5, day=day("2013-12-31")))

    def ran(*arguments: str, code: int = 0) -> str:
        environment = {"SHEBAO_DSN": database.dsn(connection.BATCH), "SHEBAO_LANG": "en", "COLUMNS": "200"}
        found = CliRunner().invoke(app, ["medical", *arguments], env=environment)
        assert found.exit_code == code, found.output
        return found.output

    return ran


def test_catalogue_all_or_nothing(shebao: Any, database: Any, tmp_path: Path) -> None:
    text = DEMO.read_text(encoding="utf-8")
    broken = tmp_path / "broken.csv"
    broken.write_text(text.replace(",drug,", ",tablet,", 1), encoding="utf-8")
    assert "broken.csv" in shebao("catalogue", str(broken), code=2)
    with psycopg.connect(database.dsn("postgres")) as plain:
        assert plain.execute("SELECT count(*) FROM medical_catalogue").fetchone() == (0,)
    assert f"{len(text.splitlines()) - 1} items" in shebao("catalogue", str(DEMO))
    shebao("catalogue", str(DEMO), code=1)  # the same items from the same day once more


def test_institution_and_covers(shebao: Any, database: Any) -> None:
    told = shebao("institution", CODE, "样本第77医院", "3", "110105", "2014-01-01")
    key = dict(line.split() for line in told.splitlines() if line.startswith(("access_key", "secret_key")))
    assert len(key["secret_key"]) >= 32
    assert "registered already" in shebao("institution", CODE, "又一家", "3", "110105", "2014-01-01", code=1)
    assert ", 0 values" in shebao("covers", "2014-01-31")
    assert "0 rows written, 0 values" in shebao("covers", "2014-02-01")
    with psycopg.connect(database.dsn("postgres"), autocommit=True) as plain:
        whom = "person_id = (SELECT min(person_id) FROM medical_cover)"
        plain.execute(f"UPDATE medical_cover SET employee = 4095 - employee WHERE {whom}")
    assert "1 rows written, 0 values" in shebao("covers", "2014-02-01")  # brought back to what the facts say


def test_the_service_answers(shebao: Any, database: Any) -> None:
    with psycopg.connect(database.dsn("postgres")) as plain:
        access_key, secret = plain.execute(  # type: ignore[misc]
            "SELECT k.access_key, k.secret FROM medical_key k WHERE k.ended_at IS NULL"
        ).fetchone()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = "import sys; sys.argv[0] = 'shebao'; from shebao.cli import app; app()"
    server = subprocess.Popen(
        [sys.executable, "-c", command, "medical", "serve", "--port", str(port), "--today", "2014-01-31"],
        env=os.environ | {"SHEBAO_DSN": database.dsn(connection.BATCH), "PYTHONPATH": str(Path("src").resolve())},
    )
    try:
        hospital = Hospital(CODE, "样本第77医院", "110105", access_key, secret)
        values = {"signIn": {"opter_no": "0001", "mac": "-", "ip": "127.0.0.1"}}
        message = hospital.message("9001", values, datetime.now())
        request = urllib.request.Request(f"http://127.0.0.1:{port}{PATH}", message.body, message.headers)
        for _ in range(300):
            try:
                body = urllib.request.urlopen(request, timeout=30).read()
                break
            except OSError:
                assert server.poll() is None, "the service ended"
                time.sleep(0.2)
        reply = hospital.read("9001", body)
        assert reply.infcode == 0 and reply.output, reply.err_msg
        assert reply.output["signinoutb"]["sign_time"].date() == date(2014, 1, 31)
    finally:
        server.terminate()
        server.wait(30)


def test_a_province_takes_its_own_interface(shebao: Any, tmp_path: Path) -> None:
    def said(code: str) -> dict[str, Any]:
        return {"code": code, "name": f"名{code}", "type": "str", "len": "30", "req": True}

    node = {"node": "signIn", "caption": "", "fields": [said("opter_no")]}
    catalogue = {
        "envelope": {"request": [*map(said, sorted(ENVELOPE_FIELDS)), said("input")]},
        "transactions": {"9001": {"name": "签到", "category": "9-其他", "sub": "0-签到", "in": [node], "out": []}},
    }
    (tmp_path / "catalogue.json").write_text(json.dumps(catalogue, ensure_ascii=False), encoding="utf-8")
    (tmp_path / "codelists.json").write_text("{}", encoding="utf-8")
    told = shebao("interface", str(tmp_path / "catalogue.json"), str(tmp_path / "own"))
    assert "1 transactions" in told
    assert Definitions.load(tmp_path / "own")["9001"].name == "签到"
    (tmp_path / "catalogue.json").write_text("{}", encoding="utf-8")
    assert "catalogue.json" in shebao("interface", str(tmp_path / "catalogue.json"), str(tmp_path / "again"), code=2)
