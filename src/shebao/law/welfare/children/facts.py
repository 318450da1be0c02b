"""What the allowances of children ask: the state of the parents, who raises the child, the approval."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Day, Fen, Flag

MOST = 10**8  # fen: a million yuan


class ParentState(Code):
    """Whether a parent can raise the child, and why not."""

    ABLE = 0, "能够履行抚养义务", "able to raise the child"
    DEAD = 1, "死亡", "dead"
    MISSING = 2, "失踪、查找不到", "missing, not found"
    PRISON = 3, "服刑在押", "in prison"
    SEVERELY_DISABLED = 4, "重度残疾", "severely disabled"
    SERIOUSLY_ILL = 5, "重病", "seriously ill"
    DRUG_TREATMENT = 6, "强制隔离戒毒", "in compulsory drug treatment"
    DETAINED = 7, "被执行其他限制人身自由的措施", "otherwise detained"
    OUT_OF_CONTACT = 8, "失联六个月以上", "out of contact for six months"


class Upbringing(Code):
    """Where the child grows up."""

    FAMILY = 0, "家庭", "in a family"
    CITY_INSTITUTION = 1, "市属儿童福利机构", "in an institution of the city"
    OTHER_INSTITUTION = 2, "其他儿童福利机构", "in another institution"
    FOSTER = 3, "机构儿童家庭寄养", "ward of an institution, in a foster family"


class OrphanClass(Code):
    """The classes of the orphans' living allowance."""

    NONE = 0, "非孤儿", "no orphan"
    INSTITUTION = 1, "机构集中养育孤儿、弃婴", "in an institution"
    SCATTERED = 2, "社会散居孤儿", "living with a family"
    DEEMED = 3, "视同孤儿", "treated as an orphan"
    FOSTER = 4, "家庭寄养", "in a foster family"


class ChildClass(Code):
    """The classes of the allowance of children in difficulty; the better one counts, never two."""

    NONE = 0, "无", "none"
    UNSUPPORTED = 1, "事实无人抚养儿童", "in fact raised by nobody"
    POOR_SICK = 2, "低保家庭重病、残疾儿童", "sick or disabled, of a household on the minimum living allowance"
    HIV = 3, "艾滋病病毒感染儿童", "infected with HIV"
    ADOPTED_DISABLED = 4, "被收养的残疾孤儿", "disabled orphan, adopted"


class ChildCondition(Code):
    """What else puts a child in difficulty, from 2025-07-01."""

    NONE = 0, "无", "none"
    HIV = 1, "艾滋病病毒感染", "infected with HIV"
    ADOPTED_DISABLED = 2, "被收养的残疾孤儿", "disabled orphan, adopted"


INPUTS = [
    Input("father_state", ParentState, "父亲状况", "State of the father", missing=ParentState.ABLE),
    Input("mother_state", ParentState, "母亲状况", "State of the mother", missing=ParentState.ABLE),
    Input(
        "guardianship_withdrawn",
        Flag,
        "监护权被撤销且无其他监护人",
        "Guardianship withdrawn, with no other guardian",
        missing=False,
    ),
    Input(
        "parents_lost_day",
        Day,
        "父母双方均不能抚养之日",
        "Day from which neither parent could raise the child",
        missing=LAST_DAY,
        note="for parents who died: the later death; for a foundling: the day found",
    ),
    Input(
        "parents_regained_day",
        Day,
        "被收养或父母恢复抚养能力之日",
        "Day of adoption, or a parent able again",
        missing=LAST_DAY,
        note="empty while neither is so",
    ),
    Input("upbringing", Upbringing, "养育方式", "Upbringing", missing=Upbringing.FAMILY),
    Input(
        "child_approved_day",
        Day,
        "孤儿、困境儿童审批日",
        "Day of approval as an orphan or child in difficulty",
        missing=LAST_DAY,
        note="empty for who was not approved",
    ),
    Input("child_condition", ChildCondition, "特殊困境", "Other difficulty", missing=ChildCondition.NONE),
    Input(
        "kindergarten_day",
        Day,
        "入公办或普惠幼儿园之日",
        "Day of entry to a public or inclusive kindergarten",
        missing=LAST_DAY,
    ),
    Input(
        "study_grants",
        Fen,
        "本学年其他助学金",
        "Other grants for study in the school year",
        high=MOST,
        missing=0,
    ),
    Input(
        "leaving_care_day",
        Day,
        "成年孤儿离院安置之日",
        "Day an adult orphan left the institution to live on his own",
        missing=LAST_DAY,
    ),
]
