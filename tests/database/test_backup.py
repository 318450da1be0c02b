"""Backup and restore: everything comes back, a broken file changes nothing; and the command `shebao db`."""

from __future__ import annotations

import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner, Result

from shebao.cli.db import app
from shebao.database.backup import backup, contents, restore
from shebao.database.problems import ServerProblem
from shebao.database.server import Server, running, status, stop

TABLES = """
    CREATE TABLE visit (person_id int, day date, note text, PRIMARY KEY (person_id)) PARTITION BY HASH (person_id);
    CREATE TABLE visit_p0 PARTITION OF visit FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE visit_p1 PARTITION OF visit FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    INSERT INTO visit SELECT n, date '2014-01-01' + n, E'a\\n\\\\.\\nCOPY x FROM stdin;\\n'
        FROM generate_series(1, 1000) n;
    ALTER TABLE visit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    CREATE POLICY nobody ON visit USING (false);
    CREATE TABLE "odd (name)" (during daterange, EXCLUDE USING gist (during WITH &&));
    INSERT INTO "odd (name)" VALUES ('[2014-01-01,2014-02-01)');
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'append only'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE OR DELETE ON "odd (name)" FOR EACH ROW EXECUTE FUNCTION refuse();
    CREATE TABLE empty ();
    GRANT SELECT ON visit TO shebao_reader;
"""
ROWS = {'public."odd (name)"': 1, "public.empty": 0}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="shebao-db-"))
    with running(folder, fast=True) as started:
        with psycopg.connect(started.dsn()) as connection:
            connection.execute(TABLES.encode())
        yield started
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def saved(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "city.backup"
    backup(server, file)
    return file


def run(server: Server, statement: str, role: str = "shebao_owner") -> list[tuple[object, ...]]:
    with psycopg.connect(server.dsn(role), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def state(server: Server) -> list[tuple[object, ...]]:
    """Which database it is, and what is in it; and which databases there are."""
    query = (
        "SELECT (SELECT oid FROM pg_database WHERE datname = current_database()),"
        " (SELECT array_agg(datname::text ORDER BY datname) FROM pg_database),"
        " (SELECT count(*) FROM visit), (SELECT md5(string_agg(v::text, ',' ORDER BY person_id)) FROM visit v),"
        ' (SELECT array_agg(during) FROM "odd (name)")'
    )
    return run(server, query, "postgres")


# ---------------------------------------------------------------- round trip
def test_everything_comes_back(server: Server, saved: Path) -> None:
    rows = contents(server, saved)
    assert {name: count for name, count in rows.items() if "visit" not in name} == ROWS
    assert rows["public.visit_p0"] + rows["public.visit_p1"] == 1000
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    before = state(server)
    run(server, "TRUNCATE visit; DROP TABLE empty; CREATE TABLE later (id int)")
    assert restore(server, saved, replace=True) == rows
    after = state(server)
    assert after[0][1:] == before[0][1:]
    assert after[0][0] != before[0][0]
    assert run(server, "SELECT to_regclass('later')") == [(None,)]
    # who owns what, who may read what, what is refused
    assert run(server, "SELECT tableowner FROM pg_tables WHERE tablename = 'visit_p0'") == [("shebao_owner",)]
    assert run(server, "SELECT count(*) FROM visit", "shebao_reader") == [(0,)]
    with pytest.raises(psycopg.errors.RaiseException, match="append only"):
        run(server, 'DELETE FROM "odd (name)"')
    with pytest.raises(psycopg.errors.ExclusionViolation):
        run(server, "INSERT INTO \"odd (name)\" VALUES ('[2014-01-15,2014-01-16)')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        run(server, "SELECT count(*) FROM visit", "shebao_app")


def test_restore_into_an_empty_database(server: Server, saved: Path) -> None:
    wanted = state(server)[0][2:]
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE shebao")
        connection.execute("CREATE DATABASE shebao OWNER shebao_owner")
    restore(server, saved)
    assert state(server)[0][2:] == wanted


def test_backup_never_overwrites(server: Server, saved: Path) -> None:
    before = saved.read_bytes()
    with pytest.raises(ServerProblem, match="exists"):
        backup(server, saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_failed_backup_leaves_no_file(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shebao.database.backup._LOCK_WAIT", "100ms")
    with psycopg.connect(server.dsn("postgres")) as holder:
        holder.execute("LOCK TABLE visit")
        with pytest.raises(ServerProblem, match="backup failed") as failed:
            backup(server, tmp_path / "city.backup")
    assert "备份失败" in failed.value.zh
    assert list(tmp_path.iterdir()) == []


# ---------------------------------------------------------------- refused
def test_database_with_tables_is_not_replaced_unasked(server: Server, saved: Path) -> None:
    before = state(server)
    with pytest.raises(ServerProblem, match="--replace"):
        restore(server, saved)
    assert state(server) == before


def test_database_in_use_is_not_replaced(server: Server, saved: Path) -> None:
    before = state(server)
    with psycopg.connect(server.dsn()), pytest.raises(ServerProblem, match="in use"):
        restore(server, saved, replace=True)
    assert state(server) == before


def test_one_restore_at_a_time(server: Server, saved: Path) -> None:
    before = state(server)
    with psycopg.connect(server.dsn("postgres", "postgres")) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [0x5348_4542_414F])
        with pytest.raises(ServerProblem, match="another restore"):
            restore(server, saved, replace=True)
    assert state(server) == before


def broken(good: bytes) -> dict[str, bytes]:
    """Files that went wrong in different places."""
    half = len(good) // 2
    return {
        "no backup": b"people,wages\n1,2\n",
        "nothing": b"",
        "head alone": good[:5],
        "cut early": good[:half],
        "cut at the end": good[:-40],
        "overwritten": good[: half - 200] + bytes(400) + good[half + 200 :],
    }


@pytest.mark.parametrize("how", broken(bytes(2000)))
def test_broken_file_changes_nothing(server: Server, saved: Path, tmp_path: Path, how: str) -> None:
    before = state(server)
    file = tmp_path / "broken.backup"
    file.write_bytes(broken(saved.read_bytes())[how])
    with pytest.raises(ServerProblem) as refused:
        restore(server, file, replace=True)
    assert "broken.backup" in str(refused.value)
    assert state(server) == before


def test_missing_file(server: Server, tmp_path: Path) -> None:
    before = state(server)
    with pytest.raises(FileNotFoundError):
        restore(server, tmp_path / "none.backup", replace=True)
    assert state(server) == before


def test_backup_of_tables_that_this_server_cannot_make(server: Server, tmp_path: Path) -> None:
    """The file is whole, but a role that it names is not here: found in the new database, not in the old one."""
    run(server, "CREATE ROLE visitor; CREATE TABLE theirs (id int); ALTER TABLE theirs OWNER TO visitor", "postgres")
    backup(server, tmp_path / "visitor.backup")
    run(server, "DROP TABLE theirs; DROP ROLE visitor", "postgres")
    before = state(server)
    with pytest.raises(ServerProblem, match="visitor"):
        restore(server, tmp_path / "visitor.backup", replace=True)
    assert state(server) == before


def test_restored_rows_are_compared_with_the_file(server: Server, saved: Path) -> None:
    """What every new database of this server has is not in the file: the two are not the same."""
    with psycopg.connect(server.dsn("postgres", "template1"), autocommit=True) as template:
        template.execute("CREATE TABLE stray (id int)")
    before = state(server)
    try:
        with pytest.raises(ServerProblem, match=r"differ from the backup's: public\.stray"):
            restore(server, saved, replace=True)
    finally:
        with psycopg.connect(server.dsn("postgres", "template1"), autocommit=True) as template:
            template.execute("DROP TABLE stray")
    assert state(server) == before


# ---------------------------------------------------------------- the command
def db(*arguments: object, code: int = 0, env: dict[str, str] | None = None) -> Result:
    """Runs `shebao db` and looks at its exit code."""
    result = CliRunner().invoke(
        app, [str(a) for a in arguments], env={"LANG": "en_US.UTF-8", "LC_ALL": ""} | (env or {})
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def test_command(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(prefix="shebao-db-"))
    data = ("--data", folder)
    try:
        assert "never made" in db("status", *data, code=1).stderr
        dsn = db("start", *data).stdout.strip()
        assert status(folder).kept
        with psycopg.connect(dsn) as connection:
            assert connection.info.user == "shebao_owner"
        assert db("status", *data).stdout.strip() == dsn
        assert "直到stop" in db("status", *data, "--lang", "zh").stderr
        db("migrate", *data)
        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT to_regclass('access_act')").fetchone() == ("access_act",)
        file = tmp_path / "city.backup"
        said = db("backup", file, *data).stderr
        assert "tables" in said
        assert "不是空的" in db("restore", file, *data, "--lang", "zh", code=2).stderr
        assert said.split(": ")[-1] == db("restore", file, "--replace", *data).stderr.split(": ")[-1]
        assert "none.backup" in db("restore", tmp_path / "none.backup", *data, code=2).stderr
        db("stop", *data)
        assert "not running" in db("stop", *data).stderr
        assert "does not run" in db("status", *data, code=1).stderr
        db("migrate", *data)  # starts and stops for itself
        assert status(folder).server is None
    finally:
        stop(folder)
        shutil.rmtree(folder)


def test_command_with_a_database_in_the_environment(server: Server, tmp_path: Path) -> None:
    named = {"SHEBAO_DSN": server.dsn("postgres")}
    assert "answers: shebao" in db("status", env=named).stderr
    for command in (["start"], ["stop"], ["backup", tmp_path / "a"], ["restore", tmp_path / "a"]):
        assert "SHEBAO_DSN" in db(*command, code=1, env=named).stderr
    assert "not reached" in db("status", code=2, env={"SHEBAO_DSN": f"host={tmp_path} dbname=city"}).stderr
    with psycopg.connect(server.dsn("postgres", "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE city OWNER shebao_owner TEMPLATE template0")
    db("migrate", env={"SHEBAO_DSN": server.dsn("postgres", "city")})
    with psycopg.connect(server.dsn(dbname="city")) as connection:
        found = connection.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'access_act'").fetchone()
    assert found == ("shebao_owner",)
