"""The certificate of disability, and who is severely disabled."""

from __future__ import annotations

from shebao.rules.declare import Input, rule
from shebao.rules.kinds import Code, Flag


class DisabilityKind(Code):
    """GB/T 26341; of multiple disabilities the most severe decides the level."""

    NONE = 0, "无", "none"
    SIGHT = 1, "视力", "sight"
    HEARING = 2, "听力", "hearing"
    SPEECH = 3, "言语", "speech"
    LIMB = 4, "肢体", "limb"
    INTELLECT = 5, "智力", "intellect"
    MIND = 6, "精神", "mind"
    MULTIPLE = 7, "多重", "multiple"


class DisabilityLevel(Code):
    """GB/T 26341: level 1 is the most severe."""

    NONE = 0, "无", "none"
    LEVEL_1 = 1, "一级", "level 1"
    LEVEL_2 = 2, "二级", "level 2"
    LEVEL_3 = 3, "三级", "level 3"
    LEVEL_4 = 4, "四级", "level 4"


INPUTS = [
    Input("disability_kind", DisabilityKind, "残疾类别", "Kind of disability", missing=DisabilityKind.NONE),
    Input(
        "disability_level",
        DisabilityLevel,
        "残疾等级",
        "Level of disability",
        missing=DisabilityLevel.NONE,
        note="as the certificate says; no certificate is none",
    ),
]


@rule(
    zh="重度残疾",
    en="Severely disabled",
    cites="京民社救发〔2018〕445号",
    confidence="source",
    note="the document is of 2018; before it the same levels are taken",
)
def severely_disabled(disability_kind: DisabilityKind, disability_level: DisabilityLevel) -> Flag:
    """Levels 1 and 2, and level 3 of intellect or mind."""
    if disability_kind == DisabilityKind.NONE or disability_level == DisabilityLevel.NONE:
        return False
    if disability_level == DisabilityLevel.LEVEL_1 or disability_level == DisabilityLevel.LEVEL_2:
        return True
    if disability_level == DisabilityLevel.LEVEL_4:
        return False
    return disability_kind == DisabilityKind.INTELLECT or disability_kind == DisabilityKind.MIND
