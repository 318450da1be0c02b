"""A decision as a letter: the sections of the rules in the form of the files."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

from shebao.files.columns import ID_NUMBER, NAME, PERSON_ID
from shebao.files.letter import REMEDIES, Letter, chinese_date, explained, markdown, pdf
from shebao.rules.decide import Decision
from shebao.rules.explain import as_json
from shebao.rules.kinds import date_of
from shebao.rules.sections import letter_sections
from shebao.rules.values import Problem

OFFICE = "社会保险基金管理中心"
_TITLE = "养老待遇核定告知书"
_OPENING = "根据{source}和现行规定，{day}的待遇核定结果如下。每一项金额的依据和计算过程见“计算说明”。"


def letter_of(decision: Decision, who: Mapping[str, str], office: str, dated: datetime.date) -> Letter:
    """The letter that says and explains a decision to the person."""
    parts = letter_sections(decision)
    whole: str = as_json(decision)["hash"]
    source = (
        "您的参保缴费记录" if any(i.history for i in map(decision.law.inputs.get, decision.inputs) if i) else "您的资料"
    )
    return Letter(
        title=_TITLE,
        office=office,
        addressee=who.get(NAME) or (f"编号{who[PERSON_ID]}参保人" if PERSON_ID in who else "参保人"),
        date=dated,
        file_number=f"核算编号 {whole[:12]}",
        id_number=who.get(ID_NUMBER, ""),
        opening=[_OPENING.format(source=source, day=chinese_date(date_of(decision.on)))],
        remedies=REMEDIES,
        contact=[f"法规版本：{decision.fingerprint}"],
        **explained(parts),
    )


def write_letter(letter: Letter, path: Path) -> None:
    """As PDF or Markdown, by suffix.  Raises Problem for another one, OSError."""
    if path.suffix.lower() == ".pdf":
        path.write_bytes(pdf(letter))
    elif path.suffix.lower() == ".md":
        path.write_text(markdown(letter), "utf-8")
    else:
        raise Problem(f"{path}：通知书写为.pdf或.md文件", f"{path}: a letter is a .pdf or .md file")
