"""告知书 of a claim: what was decided for each month in place of what, why, and how the law comes to it."""

from __future__ import annotations

from collections.abc import Sequence

from shebao.access.acting import Act
from shebao.assessment import selectors as assessment
from shebao.assessment.models import Difference
from shebao.cases.measures import overpaid, unsure
from shebao.cases.models import TIME_TO_OBJECT, Amount, Claim, Measure
from shebao.cases.payments import RECOVERED
from shebao.files.letter import REMEDIES, Annex, Letter, Refusal, chinese_date, explained
from shebao.law import the_law
from shebao.law.precedence.exclusions import Exclusion
from shebao.people import selectors as people
from shebao.people.codes import EventKind, NameKind
from shebao.people.facts import Name
from shebao.people.refusals import Refused
from shebao.rules.sections import letter_sections
from shebao.rules.values import money

CAUSES = {
    "day": "年龄、期限或标准的变化",
    "award": "原核定与现行规定不符",
    "merged": "两份档案经核实为同一人",
    "applied": "首次核定",
}


def of_claim(act: Act, claim_id: int, office: str) -> Letter:
    """The letter of a claim, decided once more from what was known then.  Raises Claim.DoesNotExist, Refused."""
    claim = Claim.objects.get(pk=claim_id)
    decision = assessment.decided(act, claim.person_id, claim.basis_day, claim.basis_known, want=[claim.benefit])
    parts = explained(letter_sections(decision))
    variable = the_law().variables[claim.benefit]
    before = {d.month: d for d in _differences(claim)}
    rows = []
    for one in Amount.objects.filter(claim=claim).order_by("valid"):
        since, until = one.valid.lower, one.valid.upper
        was = before[since].decided if since in before else 0
        span = f"{since:%Y-%m}" + ("起" if until is None else "")
        rows.append((span, money(was), money(one.amount), money(one.amount - was)))
    refused = sorted(month for month, d in before.items() if d.kind == Difference.Kind.UNDECIDED)
    if refused:
        told = f"{refused[0]:%Y年%m月}至{refused[-1]:%Y年%m月}中的{len(refused)}个月：所需数据尚缺，补齐后另行告知"
        parts["refusals"].append(Refusal(f"{variable.zh}（未能核定的月份）", told))
    table = Annex(f"{variable.zh}：逐月核定（元）", ("月份", "原核定", "现核定", "差额"), rows)
    parts["annexes"].insert(0, table)
    name = people.person(act, claim.person_id).on(Name, act.at.date(), kind=NameKind.LEGAL)
    return Letter(
        title=f"{variable.zh}核定告知书",
        office=office,
        addressee=name.name if name else f"档案{claim.person_id}",
        date=act.at.date(),
        file_number=f"案卷{claim.pk}",
        id_number="",
        opening=[
            f"经核算，您的{variable.zh}核定如下。变更原因：{why(claim.cause)}。以下按{chinese_date(claim.basis_day)}计算。"
        ],
        remedies=REMEDIES,
        contact=[f"法规版本：{claim.law}"],
        **parts,
    )


def of_measure(act: Act, measure_id: int, office: str) -> Letter:
    """The notice of a suspension or recovery, with the time to object.  Raises Measure.DoesNotExist."""
    measure = Measure.objects.get(pk=measure_id)
    variable = the_law().variables[measure.benefit]
    name = people.person(act, measure.person_id).on(Name, act.at.date(), kind=NameKind.LEGAL)
    until = chinese_date(measure.notified_on + TIME_TO_OBJECT)
    month = f"{measure.starts_on.year}年{measure.starts_on.month}月"
    reason = str(Measure.Reason(measure.reason).label) + (f"（{measure.note}）" if measure.note else "")
    annexes = []
    if measure.kind == Measure.Kind.SUSPENSION:
        title = "暂停发放预先告知书"
        told = [f"因{reason}，拟自{month}起暂停发放您的{variable.zh}。"]
        if measure.reason == Measure.Reason.CERTIFICATE:
            told = [
                f"您领取{variable.zh}的资格须每年认证一次。{month}1日前未办理认证的，自{month}起暂停发放。",
                "请本人持身份证到就近社保所办理；行动不便的，可申请上门认证。",
            ]
        told.append("恢复发放后，停发期间应发的待遇一并补发。")
    else:
        title = "追回多发待遇预先告知书"
        share = f"每月{money(measure.monthly)}元" if measure.monthly else f"每月不超过当月待遇的{RECOVERED}%"
        floor = "" if measure.monthly else "（城市低保标准）" + ("（未经核实）" if unsure(measure.notified_on) else "")
        told = [
            f"因{reason}，您的{variable.zh}多发{money(measure.amount)}元，逐月明细见附表。",
            f"拟自{month}起从以后发放的待遇中扣回，{share}，扣后当月所得不低于{money(measure.floor)}元{floor}。"
            "您也可以一次或分期退还。",
        ]
        rows = [
            (f"{one.month:%Y-%m}", money(one.paid), money(one.decided), money(one.over))
            for one in overpaid(act, measure.person_id, measure.benefit)
        ]
        annexes.append(Annex(f"{variable.zh}：多发的月份（元）", ("月份", "已发", "应发", "多发"), rows))
    told.append(f"如有异议，请在{until}前提出陈述申辩；答复之前不予执行。")
    return Letter(
        title=title,
        office=office,
        addressee=name.name if name else f"档案{measure.person_id}",
        date=measure.notified_on,
        file_number=f"措施{measure.pk}",
        id_number="",
        opening=told,
        remedies=REMEDIES,
        annexes=annexes,
    )


def receipt(act: Act, person_id: int, claims: Sequence[int], office: str) -> Letter:
    """受理回执: which claims were opened for a person, and by when they are to be decided.  Raises Refused."""
    found = list(Claim.objects.filter(pk__in=list(claims)).defer("trace").order_by("pk"))
    if not found:
        raise Refused("没有这些案卷，或不在您的查询范围内", "there are no such claims within your scope")
    variables = the_law().variables
    name = people.person(act, person_id).on(Name, act.at.date(), kind=NameKind.LEGAL)
    rows = [
        (f"案卷{one.pk}", variables[one.benefit].zh, str(Difference.Kind(one.kind).label), f"{one.due_on}")
        for one in found
    ]
    return Letter(
        title="受理回执",
        office=office,
        addressee=name.name if name else f"档案{person_id}",
        date=act.at.date(),
        file_number=f"案卷{found[0].pk}" + (f"等{len(found)}件" if len(found) > 1 else ""),
        id_number="",
        opening=["您申报的事项已经受理，涉及的待遇见附表。经他人核定、审批后另行告知；办结前可凭本回执查询。"],
        annexes=[Annex("受理的案卷", ("案卷", "待遇", "事项", "办理时限"), rows, left=(0, 1, 2, 3))],
    )


def why(cause: str) -> str:
    """A cause in the words of a letter."""
    kind, _, names = cause.partition(":")
    if kind == "input":
        law = the_law()
        return "、".join(law.inputs[name].zh for name in names.split(",") if name in law.inputs) + "有更正或变化"
    if kind == "members":
        return "家庭成员变化"
    if kind == "excluded":
        return Exclusion[names.upper()].zh
    if kind == "event":
        return str(EventKind[names.upper()].label)
    return CAUSES.get(kind, "申请")


def _differences(claim: Claim) -> list[Difference]:
    if claim.run_id is None:
        return []
    return list(
        Difference.objects.filter(run_id=claim.run_id, person_id=claim.person_id, benefit=claim.benefit).order_by(
            "month"
        )
    )
