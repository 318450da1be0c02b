"""数据: the plan's targets against today, districts, funds, benefits; each figure opens into its districts."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from shebao.access.acting import acting
from shebao.access.selectors import place_names
from shebao.law import the_law
from shebao.portal.rights import Asked, needs, today
from shebao.portal.timeline import bars
from shebao.rules.values import money
from shebao.supervision import figures, targets
from shebao.supervision.figures import FIGURES

TILES = ("residents", "recipients", "awarded", "gaps", "exits", "duplicates")
COVERAGE = ("five", "pension", "medical", "unemployment", "injury", "maternity", "resident_pension", "resident_medical")


@needs("supervision.read")
def city(request: Asked) -> HttpResponse:
    """The city in figures."""
    with acting(request.actor.actor_id, "supervision.read") as act:
        taken = figures.latest(act, today())
    rows = [(target, targets.today(target, taken)) for target in targets.targets()]
    shown: dict[str, object] = {"taken": taken, "targets": rows}
    if taken:
        months = taken.months()
        districts = sorted(taken.by.get("residents", {}))
        shown |= {
            "tiles": [(name, FIGURES[name], _written(name, taken.total(name) or 0)) for name in TILES],
            "coverage": [(name, FIGURES[name], taken.total(name) or 0) for name in COVERAGE],
            "flows": [(month, income, spent, income - spent) for month, income, spent in months],
            "chart": _flows(months),
            "benefits": taken.benefits(),
            "districts": [
                (
                    code,
                    [
                        taken.by.get(name, {}).get(code, 0)
                        for name in ("residents", "five", "recipients", "awarded", "gaps")
                    ],
                )
                for code in districts
            ],
            "names": place_names(districts),
            "rates": _rates(taken),
        }
    return render(request, "portal/city.html", shown)


@needs("supervision.read")
def figure(request: Asked, name: str) -> HttpResponse:
    """One figure by district, as bars and as a table; a benefit's persons or money too."""
    with acting(request.actor.actor_id, "supervision.read") as act:
        taken = figures.latest(act, today())
    if taken is None or name not in taken.by:
        raise Http404
    found = taken.by[name]
    names = place_names(list(found))
    ordered = sorted(found, key=lambda code: -found[code])
    rows = [(names[code], found[code], _written(name, found[code])) for code in ordered]
    side, _, benefit = name.partition(".")
    if name in FIGURES:
        zh, en = FIGURES[name].zh, FIGURES[name].en
    elif benefit in the_law().variables:
        variable = the_law().variables[benefit]
        what = ("人数", "persons") if side == "persons" else ("每月元", "yuan a month")
        zh, en = f"{variable.zh}：{what[0]}", f"{variable.en}: {what[1]}"
    else:
        zh, en = ("基金收入" if side == "income" else "基金支出") + f" {benefit}", f"fund {side} {benefit}"
    shown = {"zh": zh, "en": en, "rows": rows, "bars": bars(rows), "height": len(rows) * 24 + 8, "taken": taken}
    return render(request, "portal/figure.html", shown)


def _rates(taken: figures.Taken) -> list[tuple[str, str, int, int]]:
    """(district, its name, percent insured in all five, shade from 1 to 4), as tiles in place of a map."""
    five, employed = taken.by.get("five", {}), taken.by.get("employees", {})
    names = place_names(list(employed))
    found = [(code, names[code], round(100 * five.get(code, 0) / employed[code])) for code in sorted(employed)]
    return [(code, name, percent, min(4, max(1, percent // 10 - 5))) for code, name, percent in found]


def _flows(months: list[tuple[str, int, int]]) -> list[tuple[str, float, float, str]]:
    """(month, income, expenditure, told) as lengths of 0 to 1000."""
    largest = max((max(income, spent) for _, income, spent in months), default=0) or 1
    return [
        (month, round(income / largest * 1000, 1), round(spent / largest * 1000, 1), reverse("city"))
        for month, income, spent in months
    ]


def _written(name: str, value: int) -> str:
    unit = FIGURES[name].unit if name in FIGURES else ("persons" if name.startswith("persons.") else "fen")
    return money(value) if unit == "fen" else f"{value:,}"
