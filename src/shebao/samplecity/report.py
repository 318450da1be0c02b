"""The sample beside the published figures it was made after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shebao.law.city.facts import Hukou, Sex
from shebao.law.insurance.contributions.facts import ContributorStatus, ResidentMedicalClass
from shebao.people.codes import CardState, StatusKind
from shebao.samplecity.calendar import NEVER, month_index
from shebao.samplecity.city import Block, City
from shebao.samplecity.codes import MEDICAL_SCHEMES, PENSION_SCHEMES, Provider, Scheme, State
from shebao.samplecity.disability import SEVERE
from shebao.samplecity.draws import Flags, Ints
from shebao.samplecity.sources import rows

RATES = ("ratio", "%")


@dataclass(frozen=True)
class Line:
    """An indicator: published, with source and confidence, and the sample's, scaled to the population of that year.

    sample is None where the sample has nobody of whom a rate could be taken.  counted: what is counted in the sample.
    """

    indicator: str
    zh: str
    unit: str
    year: int
    published: Fraction
    sample: Fraction | None
    source: str
    confidence: str
    counted: str

    @property
    def ratio(self) -> Fraction | None:
        """The sample's figure to the published one."""
        return None if self.sample is None else self.sample / self.published


def report(city: City, told: Callable[[int], object] = lambda done: None) -> list[Line]:
    """The indicators of data/controls.csv, in its order.  told: is called with the people done so far."""
    counts: Counter[str] = Counter()
    for block in city.blocks():
        counts.update(_counts(block, city.day))
        told(counts["numbers"])
    whole = city.organisations()
    counts["organisations"] = whole.num_rows
    for name, provider in (("medical_institutions", Provider.HOSPITAL), ("care_homes", Provider.CARE_HOME)):
        counts[name] = pc.sum(pc.equal(whole["provider"], int(provider))).as_py()
    counts["streets"] = pc.sum(pc.equal(city.places()["level"], 3)).as_py()
    published = {row["indicator"]: Fraction(row["value"]) for row in rows("controls")}
    scales = {"2010": published["total"], "2013": published["total_2013"]}
    return [
        Line(
            row["indicator"],
            row["zh"],
            row["unit"],
            int(row["year"]),
            published[row["indicator"]],
            _sample(row["indicator"], row["unit"], counts, scales[row["year"]]),
            row["source"],
            row["confidence"],
            row["counted"],
        )
        for row in rows("controls")
    ]


def _sample(indicator: str, unit: str, counts: Counter[str], population: Fraction) -> Fraction | None:
    if unit in RATES:
        of = counts[f"of {indicator}"]
        return Fraction(100 * counts[indicator], of) if of else None
    scale = Fraction(1) if unit == "places" else population / max(counts["total"], 1)
    return counts[indicator.removesuffix("_2013")] * scale


def _counts(block: Block, day: int) -> dict[str, int]:
    """The counts of a block by indicator; of a rate its part, and its whole as "of <indicator>"."""
    persons = block.persons
    first, count = persons["number"][0].as_py(), persons.num_rows
    alive = _numpy(persons["death_day"].is_null())
    sex, hukou = persons["sex"].to_numpy(), persons["hukou"].to_numpy()
    born = persons["birth_day"].cast(pa.int32()).to_numpy().astype(np.int64)
    months = month_index(np.full(count, day)) - month_index(born)
    age = months // 12
    local, men = alive & (hukou <= Hukou.LOCAL_RURAL), sex == Sex.MALE

    def whose(table: pa.Table, where: Flags) -> Flags:
        flags = np.zeros(count, np.bool_)
        flags[table["number"].to_numpy()[where] - first] = True
        return flags

    rows_of = block.memberships
    scheme, state, status = (rows_of[name].to_numpy() for name in ("scheme", "state", "status"))
    now = _numpy(rows_of["valid_to"].is_null())

    def member(schemes: Sequence[Scheme], where: Flags | bool = True) -> Flags:
        return whose(rows_of, now & np.isin(scheme, schemes) & where)

    pays = member([Scheme.PENSION], (state == State.PAYING) & (status != ContributorStatus.FLEXIBLE))
    employees = member([Scheme.PENSION, Scheme.INSTITUTION])
    rural = member([Scheme.RESIDENT_MEDICAL], status == ResidentMedicalClass.RURAL)
    holds = {kind: _with_status(block.status, kind, whose) for kind in StatusKind}
    severe = _with_status(block.status, StatusKind.DISABLED, whose, SEVERE)
    works = pays | member([Scheme.PENSION, Scheme.INSTITUTION], state == State.PAYING)
    joining = local & (age >= 16) & (age < np.where(men, 60, 55)) & ~holds[StatusKind.STUDENT] & ~employees
    outside = alive & (hukou == Hukou.LOCAL_RURAL) & ~member([Scheme.MEDICAL, Scheme.INSTITUTION])
    card = _numpy(block.cards["ended"].is_null()) & (block.cards["state"].to_numpy() == CardState.ACTIVE)
    others = alive & ~local
    flags = {
        "total": alive,
        "migrants": others,
        "sex_ratio": alive & men,
        "of sex_ratio": alive & ~men,
        "sex_ratio_hukou": local & men,
        "of sex_ratio_hukou": local & ~men,
        "sex_ratio_migrants": others & men,
        "of sex_ratio_migrants": others & ~men,
        "age_0_14": alive & (age < 15),
        "age_60_plus": alive & (age >= 60),
        "age_65_plus": alive & (age >= 65),
        "pension": member(PENSION_SCHEMES),
        "welfare_pension": member([Scheme.WELFARE_PENSION]),
        "medical": member(MEDICAL_SCHEMES),
        "resident_medical": member([Scheme.RESIDENT_MEDICAL]) & ~rural,
        "cards": whose(block.cards, card),
        "dibao": holds[StatusKind.LOW_INCOME],
        "low_income": holds[StatusKind.LOW_INCOME] | holds[StatusKind.LOW_INCOME_MARGIN],
        "five_guarantee": holds[StatusKind.DESTITUTE],
        "vouchers": local & ((age >= 80) | (severe & (age >= 16) & ~works)),
        "resident_pension_rate": joining & member([Scheme.RESIDENT_PENSION]),
        "of resident_pension_rate": joining,
        "nrcms_rate": outside & rural,
        "of nrcms_rate": outside,
        "injury_rate": pays & member([Scheme.INJURY]),
        "of injury_rate": pays,
        "maternity_rate": local & pays & member([Scheme.MATERNITY]),
        "of maternity_rate": local & pays,
    }
    found = {name: int(flag.sum()) for name, flag in flags.items()}
    families = int((~_numpy(block.households["collective"])).sum())
    return found | {"numbers": count, "households": families}


def _with_status(
    table: pa.Table, kind: StatusKind, whose: Callable[[pa.Table, Flags], Flags], most: int = int(NEVER)
) -> Flags:
    """Who has a status now; most: with a grade of at most that."""
    where = _numpy(table["valid_to"].is_null()) & (table["kind"].to_numpy() == kind)
    grade: Ints = table["grade"].fill_null(0).to_numpy()
    return whose(table, where & (grade <= most))


def _numpy(column: pa.ChunkedArray) -> Flags:
    flags: Flags = column.to_numpy()
    return flags
