"""A request, as its envelope says."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """A request whose envelope is sound.  input: as it came; Definitions.check makes typed values of it."""

    infno: str
    msgid: str
    mdtrtarea_admvs: str
    insuplc_admdvs: str | None
    recer_sys_code: str
    dev_no: str | None
    dev_safe_info: str | None
    cainfo: str | None
    signtype: str | None
    infver: str
    opter_type: str
    opter: str
    opter_name: str
    inf_time: datetime
    fixmedins_code: str
    fixmedins_name: str
    sign_no: str | None
    input: dict[str, Any]


ENVELOPE_FIELDS = frozenset(each.name for each in fields(Request)) - {"input"}
