"""对账: totals (3201), every settlement (3202), by one join however many there are; and the files (9101, 9102)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg

from shebao.files.nhsa import Definitions, Refused, write_statement
from shebao.medical.codes import local
from shebao.medical.models import Compared, Upload
from shebao.medical.services.asking import institution_of
from shebao.medical.services.registering import Output
from shebao.medical.services.rows import Institution
from shebao.medical.services.state import Asked, State
from shebao.rules.values import yuan

KEPT = timedelta(days=7)  # that a file waits
CARES = {"11": (1,), "13": (1,), "14": (2,), "21": (3,), "99": (1, 2, 3)}  # clr_type -> BillCare
SAID = {
    Compared.Kind.OURS_ONLY: "中心有、机构无",
    Compared.Kind.THEIRS_ONLY: "机构有、中心无",
    Compared.Kind.AMOUNTS: "金额或人员、就诊不一致",
    Compared.Kind.REVERSED: "退费标志不一致",
    Compared.Kind.REPEATED: "机构重复上传",
}
_OURS = """
SELECT s.id, s.visit_id, s.person_id, s.msgid, s.total, s.account, s.reverses_id IS NOT NULL AS refunded,
    s.pool + s.large + s.supplement + s.catastrophic + s.assistance AS funds
FROM medical_settlement s WHERE s.institution_id = %(institution)s AND s.day BETWEEN %(since)s AND %(until)s
    AND s.care = ANY(%(cares)s::smallint[]) AND (%(insutype)s = '' OR s.insutype = %(insutype)s)
    AND (%(refunded)s::boolean IS NULL OR (s.reverses_id IS NOT NULL) = %(refunded)s)
"""
_TOTALS = f"""
SELECT count(*), coalesce(sum(total), 0)::bigint, coalesce(sum(funds), 0)::bigint, coalesce(sum(account), 0)::bigint
FROM ({_OURS}) o
"""
_KEEP = """
INSERT INTO medical_statement (institution_id, insutype, clr_type, since, until, detailed, their_count, their_total,
    their_funds, their_account, our_count, our_total, our_funds, our_account, equal, act_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
_THEIRS = """
CREATE TEMPORARY TABLE medical_theirs (line bigint GENERATED ALWAYS AS IDENTITY, setl text, visit text, person text,
    total text, funds text, account text, refunded text) ON COMMIT DROP
"""
_COPY = """
COPY pg_temp.medical_theirs (setl, visit, person, total, funds, account, refunded)
FROM STDIN (FORMAT csv, DELIMITER E'\\t', NULL 'null', QUOTE E'\\b')
"""
_NUMBER, _MONEY = r"'^[0-9]{1,18}$'", r"'^-?[0-9]{1,14}([.][0-9]{1,2})?$'"
_BROKEN = f"""
SELECT line, CASE WHEN setl !~ {_NUMBER} OR setl IS NULL THEN 'setl_id' WHEN visit IS NULL THEN 'mdtrt_id'
    WHEN person IS NULL THEN 'psn_no' WHEN total !~ {_MONEY} OR total IS NULL THEN 'medfee_sumamt'
    WHEN funds !~ {_MONEY} OR funds IS NULL THEN 'fund_pay_sumamt'
    WHEN account !~ {_MONEY} OR account IS NULL THEN 'acct_pay'
    WHEN refunded NOT IN ('0', '1') OR refunded IS NULL THEN 'refd_setl_flag' END AS field
FROM pg_temp.medical_theirs WHERE setl IS NULL OR visit IS NULL OR person IS NULL OR total IS NULL OR funds IS NULL
    OR account IS NULL OR refunded IS NULL OR setl !~ {_NUMBER} OR total !~ {_MONEY} OR funds !~ {_MONEY}
    OR account !~ {_MONEY} OR refunded NOT IN ('0', '1') ORDER BY line LIMIT 1
"""
_SUMS = """
SELECT count(*), (coalesce(sum(total::numeric), 0) * 100)::bigint, (coalesce(sum(funds::numeric), 0) * 100)::bigint,
    (coalesce(sum(account::numeric), 0) * 100)::bigint FROM pg_temp.medical_theirs
"""
_COMPARE = f"""
WITH t AS (
    SELECT line, setl::bigint AS id, visit, person, (total::numeric * 100)::bigint AS total,
        (funds::numeric * 100)::bigint AS funds, (account::numeric * 100)::bigint AS account,
        refunded = '1' AS refunded, row_number() OVER (PARTITION BY setl ORDER BY line) AS k
    FROM pg_temp.medical_theirs
), o AS ({_OURS}), d AS (
    SELECT CASE WHEN t.k > 1 THEN 5 WHEN t.id IS NULL THEN 1 WHEN o.id IS NULL THEN 2
            WHEN t.refunded <> o.refunded THEN 4
            WHEN (t.total, t.funds, t.account) <> (o.total, o.funds, o.account)
                OR t.visit <> o.visit_id::text OR t.person <> o.person_id::text THEN 3 END AS kind,
        coalesce(o.id, t.id) AS id, coalesce(t.visit, o.visit_id::text) AS visit,
        coalesce(t.person, o.person_id::text) AS person, t.total, t.funds, t.account, t.line
    FROM t FULL JOIN o ON o.id = t.id AND t.k = 1
)
SELECT row_number() OVER (ORDER BY line NULLS LAST, id) AS number, kind, id, visit, person, total, funds, account
FROM d WHERE kind IS NOT NULL
"""
_DIFFERING = f"CREATE TEMPORARY TABLE medical_differing ON COMMIT DROP AS {_COMPARE}"
_COMPARED = """
INSERT INTO medical_compared (statement_id, number, kind, settlement_id, visit, person, total, funds, account)
SELECT %s, * FROM pg_temp.medical_differing
"""
_FOUND = """
SELECT c.kind, c.person, c.visit, c.settlement_id, s.msgid, s.reverses_id IS NOT NULL, c.total, c.funds, c.account
FROM medical_compared c LEFT JOIN medical_settlement s ON s.id = c.settlement_id
    AND s.person_id = CASE WHEN c.person ~ '^[0-9]{1,18}$' THEN c.person::bigint END
WHERE c.statement_id = %s ORDER BY c.number
"""


@dataclass(frozen=True)
class Asking:
    """Which settlements are compared."""

    institution: Institution
    insutype: str
    clr_type: str
    since: date
    until: date
    refunded: bool | None

    @classmethod
    def of(cls, state: State, asked: Asked) -> Asking:
        """Those of a message.  Raises Refused."""
        given = asked.values["data"]
        if given["clr_type"] not in CARES:
            raise Refused("该清算类别不在本接口对账", "statements of this type are not made here", field="clr_type")
        flag = given["refd_setl_flag"]
        return cls(
            institution_of(state, asked),
            given.get("insutype") or "",
            given["clr_type"],
            given["stmt_begndate"],
            given["stmt_enddate"],
            None if not flag else flag == "1",
        )

    def parameters(self) -> dict[str, Any]:
        """For the queries."""
        return {
            "institution": self.institution.id,
            "since": self.since,
            "until": self.until,
            "cares": list(CARES[self.clr_type]),
            "insutype": self.insutype,
            "refunded": self.refunded,
        }


def _ours(state: State, asking: Asking) -> tuple[int, int, int, int]:
    found = state.cursor().execute(_TOTALS, asking.parameters()).fetchone()
    return found or (0, 0, 0, 0)


def _keep(
    state: State,
    asking: Asking,
    theirs: tuple[int, int, int, int],
    ours: tuple[int, int, int, int],
    equal: bool,
    detailed: bool,
) -> int:
    values = [
        asking.institution.id,
        asking.insutype,
        asking.clr_type,
        asking.since,
        asking.until,
        detailed,
        *theirs,
        *ours,
        equal,
        state.act.id,
    ]
    found = state.cursor().execute(_KEEP, values).fetchone()
    return int(found[0]) if found else 0


def totals(state: State, asked: Asked) -> Output:
    """3201: the institution's totals beside ours."""
    given = asked.values["data"]
    asking = Asking.of(state, asked)
    theirs = (given["fixmedins_setl_cnt"], given["medfee_sumamt"], given["fund_pay_sumamt"], given["acct_pay"])
    ours = _ours(state, asking)
    _keep(state, asking, theirs, ours, ours == theirs, False)
    count, total, funds, account = ours
    said = (
        "" if ours == theirs else (f"中心{count}笔，医疗费{yuan(total)}元，基金{yuan(funds)}元，账户{yuan(account)}元")
    )
    return {
        "stmtinfo": {
            "setl_optins": given["setl_optins"],
            "stmt_rslt": "0" if ours == theirs else "1",
            "stmt_rslt_dscr": said,
        }
    }


def details(state: State, asked: Asked) -> Output:
    """3202: every settlement of the institution's file beside ours; the answer names the file of what differs."""
    given = asked.values["data"]
    asking = Asking.of(state, asked)
    upload = Upload.objects.filter(number=given["file_qury_no"], institution_id=asking.institution.id).first()
    if upload is None:
        raise Refused(
            "没有此文件，请先上传（9101）", "there is no such file; send it first (9101)", field="file_qury_no"
        )
    cursor = state.cursor()
    cursor.execute("DROP TABLE IF EXISTS pg_temp.medical_theirs, pg_temp.medical_differing")
    cursor.execute(_THEIRS)
    content = bytes(upload.content)
    try:
        content.decode()
    except UnicodeDecodeError:
        raise Refused("文件应为UTF-8编码", "the file is not in UTF-8", field="file_qury_no") from None
    for row, line in enumerate(content.splitlines()[:1], 1):
        if line.count(b"\t") != 6:
            raise Refused("文件应为7列，以制表符分隔", "the file has 7 columns divided by tabs", "file", row)
    _copied(state, content)
    if broken := cursor.execute(_BROKEN).fetchone():
        raise Refused("内容有误", "is wrong", "file", broken[0], broken[1])
    theirs = cursor.execute(_SUMS).fetchone() or (0, 0, 0, 0)
    said = (given["fixmedins_setl_cnt"], given["medfee_sumamt"], given["fund_pay_sumamt"])
    if said != tuple(theirs[:3]):
        raise Refused(
            f"与文件合计不符：文件{theirs[0]}笔，医疗费{yuan(theirs[1])}元，基金{yuan(theirs[2])}元",
            "the totals are not those of the file",
            field="fixmedins_setl_cnt",
        )
    ours = _ours(state, asking)
    cursor.execute("ANALYZE pg_temp.medical_theirs")
    psycopg.ClientCursor(state.connection).execute(_DIFFERING, asking.parameters())
    differing = cursor.execute("SELECT EXISTS (SELECT FROM pg_temp.medical_differing)").fetchone()
    statement = _keep(state, asking, tuple(theirs), ours, not (differing and differing[0]), True)
    cursor.execute(_COMPARED, [statement])
    number = str(state.numbers.next())
    name = f"{asking.institution.code}-{asking.since:%Y%m%d}-{asking.until:%Y%m%d}.txt"
    Upload.objects.create(
        number=number,
        institution_id=asking.institution.id,
        name=name,
        content=_result(state, asked, statement),
        act_id=state.act.id,
    )
    return {"fileinfo": {"file_qury_no": number, "filename": name, "dld_endtime": local(state.now + KEPT)}}


def _copied(state: State, content: bytes) -> None:
    """Puts the file into the temporary table; a server that finds it broken says in which line.  Raises Refused."""
    try:
        with state.connection.transaction(), state.cursor().copy(_COPY) as copying:
            copying.write(content)
    except psycopg.DataError as error:
        place = (error.diag.context or "").split("line ")
        row = int("".join(c for c in place[1].split(",")[0].split(":")[0] if c.isdigit()) or 0) if len(place) > 1 else 1
        raise Refused("应为7列，以制表符分隔", "has not 7 columns divided by tabs", "file", row) from None


def _result(state: State, asked: Asked, statement: int) -> bytes:
    """The file of what differs."""
    out = io.BytesIO()
    rows = state.cursor().execute(_FOUND, [statement]).fetchall()
    write_statement(
        out,
        Definitions.core(),
        (
            (
                person[:30],
                visit[:30],
                str(settlement),
                msgid or asked.request.msgid,
                "1",
                "1" if refunded else "0",
                SAID[Compared.Kind(kind)],
                total,
                funds,
                account,
            )
            for kind, person, visit, settlement, msgid, refunded, total, funds, account in rows
        ),
    )
    return out.getvalue()


def keep_file(state: State, asked: Asked, name: str, content: bytes) -> Output:
    """9101: a file of the institution, under a number."""
    institution = institution_of(state, asked)
    number = str(state.numbers.next())
    Upload.objects.create(number=number, institution_id=institution.id, name=name, content=content, act_id=state.act.id)
    return {
        "": {
            "file_qury_no": number,
            "filename": name,
            "fixmedins_code": institution.code,
            "dld_endtime": f"{local(state.now + KEPT)}",
        }
    }


def file_of(state: State, asked: Asked) -> bytes:
    """9102: a file that waits for the institution.  Raises Refused."""
    institution = institution_of(state, asked)
    given = asked.values["fsDownloadIn"]
    found = Upload.objects.filter(number=given["file_qury_no"], institution_id=institution.id).first()
    if found is None:
        raise Refused("没有此文件", "there is no such file", field="file_qury_no")
    return bytes(found.content)
