"""目录查询、目录对照、结算查询."""

from __future__ import annotations

from datetime import timedelta

from shebao.files.nhsa import Refused
from shebao.medical.models import CatalogueItem
from shebao.medical.models import Visit as Course
from shebao.medical.services import settling
from shebao.medical.services.asking import institution_of, visit_of
from shebao.medical.services.charging import CHARGE_TYPES, CLASS_CODES
from shebao.medical.services.registering import OUTPATIENT, STAY, Output
from shebao.medical.services.state import Asked, State

LIST_TYPES = {CatalogueItem.Kind.DRUG: "101", CatalogueItem.Kind.SERVICE: "201", CatalogueItem.Kind.MATERIAL: "301"}
MOST = 1000  # items in an answer


def items(state: State, asked: Asked) -> Output:
    """1312: items of the catalogue, a page at a time."""
    given = asked.values["data"]
    size = min(max(given["page_size"], 1), MOST)
    start = (max(given["page_num"], 1) - 1) * size
    day = given["query_date"] or state.today
    found = CatalogueItem.objects.filter(valid__contains=day).order_by("code")
    if given["hilist_code"]:
        found = found.filter(code=given["hilist_code"])
    if given["hilist_name"]:
        found = found.filter(name__contains=given["hilist_name"])
    region = asked.request.mdtrtarea_admvs
    rows = [
        {
            "hilist_code": item.code,
            "hilist_name": item.name,
            "insu_admdvs": region,
            "begndate": item.valid.lower,
            "enddate": item.valid.upper - timedelta(days=1) if item.valid.upper else None,
            "med_chrgitm_type": CHARGE_TYPES[CatalogueItem.Kind(item.kind)],
            "chrgitm_lv": CLASS_CODES[item.item_class],
            "lmt_used_flag": str(int(item.sex is not None or item.age_from is not None or item.age_to is not None)),
            "list_type": LIST_TYPES[CatalogueItem.Kind(item.kind)],
            "med_use_flag": "1",
            "matn_used_flag": "0",
            "hilist_use_type": "1",
            "lmt_cpnd_type": "1",
            "vali_flag": "1",
            "rid": str(item.pk),
            "updt_time": item.valid.lower,
            "crte_time": item.valid.lower,
        }
        for item in found[start : start + size]
    ]
    return {"data": rows}


def match(state: State, asked: Asked) -> Output:
    """3301: what the institution calls items of the catalogue; all rows or none."""
    institution = institution_of(state, asked)
    given = asked.values["data"]
    codes = {each["med_list_codg"] for each in given}
    known = set(CatalogueItem.objects.filter(code__in=codes).values_list("code", flat=True))
    cursor = state.cursor()
    for row, each in enumerate(given, 1):
        if each["med_list_codg"] not in known:
            raise Refused("医保目录中没有此编码", "is not in the catalogue", "data", row, "med_list_codg")
        taken = cursor.execute(
            "SELECT EXISTS (SELECT FROM medical_matching WHERE institution_id = %s AND own_code = %s "
            "AND valid && daterange(%s, %s, '[]') AND undone_at IS NULL)",
            [institution.id, each["fixmedins_hilist_id"], each["begndate"], each["enddate"]],
        ).fetchone()
        if taken and taken[0]:
            raise Refused(
                "该机构目录编号在此期间已有对照，请先撤销",
                "the code is matched in these days already; undo that first",
                "data",
                row,
                "fixmedins_hilist_id",
            )
    numbers = [each["fixmedins_hilist_id"] for each in given]
    if len(set(numbers)) < len(numbers):
        raise Refused("机构目录编号重复", "a code stands twice", "data", None, "fixmedins_hilist_id")
    cursor.executemany(
        "INSERT INTO medical_matching (institution_id, own_code, own_name, list_type, code, valid, act_id) "
        "VALUES (%s, %s, %s, %s, %s, daterange(%s, %s, '[]'), %s)",
        [
            (
                institution.id,
                each["fixmedins_hilist_id"],
                each["fixmedins_hilist_name"],
                each["list_type"],
                each["med_list_codg"],
                each["begndate"],
                each["enddate"],
                state.act.id,
            )
            for each in given
        ],
    )
    return {}


def unmatch(state: State, asked: Asked) -> Output:
    """3302: matches that do not hold any more; all rows or none."""
    institution = institution_of(state, asked)
    cursor = state.cursor()
    wanted = [(institution.id, each["fixmedins_hilist_id"], each["med_list_codg"]) for each in asked.values["data"]]
    for row, key in enumerate(wanted, 1):
        found = cursor.execute(
            "SELECT EXISTS (SELECT FROM medical_matching WHERE institution_id = %s AND own_code = %s AND code = %s "
            "AND undone_at IS NULL)",
            key,
        ).fetchone()
        if not (found and found[0]):
            raise Refused("没有此对照", "there is no such match", "data", row, "fixmedins_hilist_id")
    cursor.executemany(
        "UPDATE medical_matching SET undone_at = %s WHERE institution_id = %s AND own_code = %s AND code = %s "
        "AND undone_at IS NULL",
        [(state.now, *key) for key in wanted],
    )
    return {}


def settled(state: State, asked: Asked) -> Output:
    """5203: a settlement as it stands, or what took it back."""
    given = asked.values["data"]
    visit = visit_of(state, asked, (*OUTPATIENT, *STAY), Course.State.OPEN, Course.State.DISCHARGED)
    found = next((s for s in state.settlements[visit.person_id].values() if str(s.id) == given["setl_id"]), None)
    if found is None or found.visit_id != visit.id:
        raise Refused("没有此结算", "there is no such settlement", field="setl_id")
    institution = institution_of(state, asked)
    return settling.told(found.msgid, found, visit, institution, state.balances.get(visit.person_id, 0))
