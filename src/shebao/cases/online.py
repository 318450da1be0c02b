"""个人网上办理: what a citizen does in his own case, for the purpose cases.own; the office decides as on any claim."""

from __future__ import annotations

from datetime import date, timedelta

from shebao.access import reads
from shebao.access.acting import Act
from shebao.assessment.differences import monthly
from shebao.assessment.models import Compared, Difference, Run
from shebao.cases import claims
from shebao.cases.models import Amount, Claim, Complaint, Origin, Verb
from shebao.cases.refusals import refusing
from shebao.contributions.months import first_day, plus
from shebao.people import selectors as people
from shebao.people.refusals import Refused


def gaps(act: Act, person_id: int) -> list[Difference]:
    """What the last compared pass gives the person that he neither receives nor has applied for."""
    latest = Compared.objects.order_by("-run_id").first()
    if latest is None:
        return []
    numbers = [number := people.whole(person_id), *people.merged(number)]
    reads.log(act, [number], "可享受而未享受的待遇")
    asked = Claim.objects.filter(person_id__in=numbers, state__in=claims.OPEN).values_list("benefit", flat=True)
    return list(
        Difference.objects.filter(run_id=latest.run_id, person_id__in=numbers, kind=Difference.Kind.GAP)
        .exclude(benefit__in=asked)
        .order_by("benefit", "month")
    )


def apply(act: Act, person_id: int, benefit: str, today: date) -> Claim:
    """An application for what the last pass found; its amounts are the pass's.  Raises Refused."""
    found = [one for one in gaps(act, person_id) if one.benefit == benefit]
    if not found:
        raise Refused(
            "昨夜的核算没有列出这项待遇，或已经申请；请到窗口办理",
            "last night's assessment does not list this benefit, or it is applied for; ask at the counter",
        )
    run = Run.objects.get(pk=found[0].run_id)
    now = first_day(run.benefit_day)
    with refusing():
        claim = Claim.objects.create(
            person_id=found[0].person_id,
            benefit=benefit,
            owner=found[0].owner,
            kind=Difference.Kind.GAP,
            origin=Origin.ONLINE,
            due_on=today + timedelta(days=claims.TIME_LIMIT),
            run_id=run.pk,
            basis_day=run.benefit_day,
            basis_known=run.known,
            law=run.law,
            act_id=act.id,
        )
        for one in found:
            on = None if one.month == now and benefit in monthly() else plus(one.month, 1)
            Amount.objects.create(claim=claim, valid=(one.month, on), amount=one.entitled)
        claims.take(act, [claim.pk], Verb.FILED)
    return claim


def complain(act: Act, person_id: int, words: str) -> Complaint:
    """投诉、建议.  Raises Refused for one without words."""
    if not words.strip():
        raise Refused("请写明投诉或建议的内容", "say what the complaint is")
    with refusing():
        return Complaint.objects.create(person_id=people.whole(person_id), words=words.strip()[:4000], act_id=act.id)


def answer_complaint(act: Act, complaint_id: int, words: str) -> None:
    """答复, for cases.decide or cases.approve.  Raises Refused."""
    if not words.strip():
        raise Refused("请写明答复内容", "the answer is empty")
    with refusing():
        changed = Complaint.objects.filter(pk=complaint_id, answered_at=None).update(answer=words.strip()[:4000])
    if not changed:
        raise Refused("没有此项待答复的投诉，或不在您的经办范围内", "there is no such open complaint within your scope")
