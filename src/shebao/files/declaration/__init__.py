"""The employer's monthly declaration of contributions (社会保险缴费申报表): template, reader, and the way back.

write_template("declaration.xlsx", code="...", organisation="...", month=201407)
declared = read_declaration("declaration.xlsx")
if not declared.usable:
    write_corrected("declaration.xlsx", declared.problems, "to-correct.xlsx")
"""

from __future__ import annotations

from shebao.files.declaration.corrected import write_corrected
from shebao.files.declaration.fields import Change, LeaveReason, Status
from shebao.files.declaration.reading import SCHEMA, Declaration, Totals, read_declaration
from shebao.files.declaration.template import write_template

__all__ = [
    "SCHEMA",
    "Change",
    "Declaration",
    "LeaveReason",
    "Status",
    "Totals",
    "read_declaration",
    "write_corrected",
    "write_template",
]
