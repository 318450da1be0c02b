"""What the special care of veterans asks: disability, family, service, discharge, death."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Code, Count, Day, Fen, Flag

MOST = 10**8  # fen: a million yuan


class DisabilityCause(Code):
    """致残性质: how a soldier was disabled."""

    NONE = 0, "无", "none"
    COMBAT = 1, "因战", "combat"
    DUTY = 2, "因公", "duty"
    ILLNESS = 3, "因病", "illness"


class FamilyClass(Code):
    """Whose family it is; for a deceased soldier, what the family becomes."""

    NONE = 0, "无", "none"
    MARTYR = 1, "烈士遗属", "of a martyr"
    DUTY = 2, "因公牺牲军人遗属", "of a soldier who died on duty"
    ILLNESS = 3, "病故军人遗属", "of a soldier who died of illness"


class FamilyRelation(Code):
    """What a survivor was to the soldier."""

    NONE = 0, "无", "none"
    PARENT = 1, "父母（抚养人）", "parent, or who raised him"
    SPOUSE = 2, "配偶", "spouse"
    CHILD = 3, "子女", "child"
    SIBLING = 4, "由军人生前供养的兄弟姐妹", "brother or sister whom he supported"


class LivingSubsidyClass(Code):
    """Veterans with a regular living subsidy."""

    NONE = 0, "无", "none"
    RED_ARMY = 1, "在乡退伍红军老战士", "Red Army veteran"
    DISPERSED_RED_ARMY = 2, "红军失散人员", "dispersed member of the Red Army"
    DEMOBILIZED = 3, "在乡复员军人", "demobilized, enlisted before 1954-10-31"
    ILL_RETURNED = 4, "带病回乡退伍军人", "returned home ill"
    COMBAT_OR_TEST = 5, "参战参试退役人员", "took part in combat or in nuclear tests"
    RURAL_CONSCRIPT = 6, "60周岁以上农村籍退役士兵", "former conscript of the countryside, 60 and older"


class SoldierDeath(Code):
    """How a soldier died, or another person who became a martyr."""

    NONE = 0, "无", "none"
    MARTYR = 1, "烈士", "martyr"
    DUTY = 2, "因公牺牲", "on duty"
    ILLNESS = 3, "病故", "of illness"
    WORKER_MARTYR = 4, "军队以外的烈士，有工亡待遇", "martyr outside the army, with a work-death grant"
    CIVILIAN_MARTYR = 5, "军队以外的烈士，无工亡待遇", "martyr outside the army, without one"


class Merit(Code):
    """The highest award in service."""

    NONE = 0, "无", "none"
    THIRD = 1, "三等功", "merit, third class"
    SECOND = 2, "二等功", "merit, second class"
    FIRST = 3, "一等功", "merit, first class"
    REGION = 4, "军队军区级单位授予荣誉称号", "title of honour of a military region"
    CENTRAL = 5, "中央军委授予荣誉称号", "title of honour of the Central Military Commission"


class SoldierKind(Code):
    """What a soldier served as."""

    NONE = 0, "非士兵", "no soldier"
    CONSCRIPT = 1, "义务兵", "conscript"
    SERGEANT = 2, "初级士官", "non-commissioned officer, lower rank"
    SENIOR_SERGEANT = 3, "中级以上士官", "non-commissioned officer, middle rank up"


class ResettlementWay(Code):
    """How a discharged soldier is resettled."""

    NONE = 0, "无", "none"
    OWN_WORK = 1, "自主就业", "finds work himself"
    JOB = 2, "安排工作", "is given a job"
    RETIRED = 3, "退休", "retires"
    SUPPORTED = 4, "供养", "is supported by the state"


def _flag(name: str, zh: str, en: str, note: str = "") -> Input:
    return Input(name, Flag, zh, en, missing=False, note=note)


def _day(name: str, zh: str, en: str) -> Input:
    return Input(name, Day, zh, en, missing=LAST_DAY, note="empty: it has not happened")


def _fen(name: str, zh: str, en: str, note: str = "") -> Input:
    return Input(name, Fen, zh, en, high=MOST, missing=0, note=note)


INPUTS = [
    Input(
        "veteran_disability_cause", DisabilityCause, "致残性质", "Cause of the disability", missing=DisabilityCause.NONE
    ),
    Input(
        "veteran_disability_grade",
        Count,
        "残疾军人等级",
        "Grade of a disabled soldier",
        high=10,
        missing=0,
        note="1 is the most severe; 0 without one",
    ),
    _day("veteran_disability_day", "评定残疾等级日", "Day the grade was awarded"),
    _flag("in_veterans_home", "集中供养", "Supported in a home for veterans"),
    _flag("veteran_care_suspended", "服刑、被剥夺政治权利或被通缉", "In prison, without political rights, or wanted"),
    _flag("veteran_care_lost", "被判死刑或无期徒刑", "Sentenced to death or for life"),
    Input("veteran_family", FamilyClass, "优抚家庭类别", "Class of veteran's family", missing=FamilyClass.NONE),
    Input("veteran_relation", FamilyRelation, "与军人的关系", "Relation to the soldier", missing=FamilyRelation.NONE),
    _day("veteran_family_day", "发给烈士、牺牲、病故军人证明之日", "Day of the certificate of the family"),
    Input(
        "veteran_subsidy_class",
        LivingSubsidyClass,
        "定期生活补助类别",
        "Class of living subsidy",
        missing=LivingSubsidyClass.NONE,
    ),
    Input("conscript_years", Count, "义务兵服役年数", "Full years as a conscript", high=20, missing=0),
    Input("soldier_death", SoldierDeath, "军人死亡性质", "How the soldier died", missing=SoldierDeath.NONE),
    _flag("died_of_old_wound", "残疾军人因旧伤复发死亡", "A disabled soldier who died of the old wound"),
    _fen("soldier_pay", "军人本人月工资", "Own pay of the soldier per month"),
    _fen(
        "second_lieutenant_pay",
        "排职少尉军官月工资",
        "Pay of a second lieutenant leading a platoon, per month",
        "as the army states it on the day of death",
    ),
    Input("soldier_merit", Merit, "服役期间最高奖励", "Highest award in service", missing=Merit.NONE),
    _flag("merit_in_war", "战时立功", "The award was in war"),
    Input("soldier_kind", SoldierKind, "士兵类别", "Kind of soldier", missing=SoldierKind.NONE),
    _day("enlistment_day", "入伍日", "Day of enlistment"),
    _day("discharge_day", "退出现役日", "Day of discharge"),
    _flag("unfit_for_service", "因病丧失工作能力", "Unable to serve and work through illness"),
    _flag(
        "own_work_chosen",
        "符合安排工作条件而选择自主就业",
        "Chose to find work himself, with a right to be given a job",
    ),
    _day("resettlement_report_day", "报到日", "Day of reporting after discharge"),
    _flag("late_report_excused", "逾期报到有正当理由", "Late report, with good reason"),
    _flag("resettlement_job_refused", "无正当理由拒绝安排的工作", "Refused the job without good reason"),
    _day("resettlement_job_day", "上岗日", "Day the given job began"),
    _flag("resettlement_employer_late", "接收单位原因未按时安排上岗", "The employer is late by its own fault"),
    _fen("resettlement_peer_pay", "本单位同等条件人员月平均工资", "Mean pay of like staff of that employer, per month"),
]
