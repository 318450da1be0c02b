"""What people are members of, what has been paid for them, and what stands in their accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shebao.law.city.facts import Hukou
from shebao.law.insurance.contributions.facts import ContributorStatus, Insurance, ResidentMedicalClass
from shebao.law.insurance.employee_pension.facts import ContributionKind, Region
from shebao.rules.kinds import day as day_of
from shebao.samplecity.calendar import NEVER, add_months, first_day, month_index
from shebao.samplecity.careers import MONTHS_OF, Careers
from shebao.samplecity.codes import Scheme, State
from shebao.samplecity.columns import days, small
from shebao.samplecity.disability import disability_of
from shebao.samplecity.draws import Draws, Flags, Ints
from shebao.samplecity.employees import balance_at
from shebao.samplecity.figures import FIRST, Figures
from shebao.samplecity.population import People
from shebao.samplecity.population import Scheme as Life
from shebao.samplecity.residents import resident_age_day, resident_balance, resident_payments, resident_pension_from
from shebao.samplecity.work import Standing

EMPLOYEE_INSURANCES = (
    Insurance.PENSION,
    Insurance.MEDICAL,
    Insurance.UNEMPLOYMENT,
    Insurance.INJURY,
    Insurance.MATERNITY,
)
# First month of each insurance in the city: rates of 2001-04, 1999-11, 2004-01 and the municipal rules of 2005-07.
_FROM = {
    Insurance.MEDICAL: 2001 * 12 + 3,
    Insurance.UNEMPLOYMENT: 1999 * 12 + 10,
    Insurance.INJURY: 2004 * 12,
    Insurance.MATERNITY: 2005 * 12 + 6,
}
_RURAL_MEDICAL = 2004 * 12 + 8  # contract workers from the country: 京劳社办发〔2004〕101号
_FLEXIBLE_FROM = 2009 * 12 + 3  # unemployment insurance of flexible workers
_MATERNITY_OF_OTHERS = 2012 * 12  # registered elsewhere; approx
_INSURED = {  # of a thousand that pay for the pension: the plan's rates of 2010; medical and unemployment assumed
    Insurance.MEDICAL: 985,
    Insurance.UNEMPLOYMENT: 970,
    Insurance.INJURY: 929,
    Insurance.MATERNITY: 938,
}
_FLOOR = 600  # of the city's wage, in thousandths: the floor of medical, injury and maternity insurance
_WELFARE_FROM = day_of("2008-01-01")
_WELFARE_BY = day_of("2008-12-31")
_RURAL_FROM, _RESIDENT_FROM, _WORKING_AGE_FROM = day_of("2004-01-01"), day_of("2007-10-01"), day_of("2008-07-01")
_JOINS = {  # of a thousand who may; assumed, so that the whole comes near the plan's figures
    ResidentMedicalClass.ELDERLY: 500,
    ResidentMedicalClass.STUDENT_CHILD: 680,
    ResidentMedicalClass.WORKING_AGE: 250,
    ResidentMedicalClass.WORKING_AGE_DISABLED: 500,
    ResidentMedicalClass.RURAL: 967,
}
_MEDICAL_ACCOUNT = 30  # of a thousand of the year's bases, about, to estimate a balance


@dataclass(frozen=True)
class Insured:
    """Memberships as columns, one row each, person by its place in the block.

    owner, scheme (Scheme), state (State), status (ContributorStatus, or ResidentMedicalClass), start, end (NEVER: open)
    """

    owner: Ints
    scheme: Ints
    state: Ints
    status: Ints
    start: Ints
    end: Ints

    def holds(self, people: int, schemes: Sequence[Scheme], states: Sequence[State] = tuple(State)) -> Flags:
        """Who has an open membership of these schemes in these states; shape (people,)."""
        flags = np.zeros(people, np.bool_)
        rows = (self.end >= NEVER) & np.isin(self.scheme, schemes) & np.isin(self.state, states)
        flags[self.owner[rows]] = True
        return flags


def history_table(
    draws: Draws, figures: Figures, people: People, careers: Careers, insurances: Sequence[Insurance]
) -> pa.Table:
    """history: number (person), insurance (1 to 5), year, region (Region), kind (ContributionKind), months (mask),
    base, weighted, credited (year), account, wage: as the law's inputs contributions_*; money in fen.

    Of the pension all rows, deemed and transferred ones too, in the order of crediting; of the others the rows paid
    here from the insurance's first month on.  Rows of one person and insurance follow each other.
    """
    pieces = [_rows(draws, figures, people, careers, insurance) for insurance in insurances]
    columns = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    narrow = ("insurance", "year", "region", "kind", "months", "credited")
    return pa.table({name: small(c) if name in narrow else pa.array(c) for name, c in columns.items()})


def _rows(draws: Draws, figures: Figures, people: People, careers: Careers, insurance: Insurance) -> dict[str, Ints]:
    rows = careers.rows
    if insurance == Insurance.PENSION:
        columns = {"number": people.number[careers.owner], "insurance": np.full(len(careers.owner), int(insurance))}
        return columns | rows
    first = _first_month(people, insurance)[careers.owner]
    before = np.clip(first - rows["year"] * 12, 0, 12)
    mask = rows["months"] & ~((1 << before) - 1)
    paid = (rows["kind"] == ContributionKind.PAID) | (rows["kind"] == ContributionKind.PAID_LATE)
    keep = paid & (rows["region"] == Region.BEIJING) & (mask > 0)
    keep &= in_insurance(draws, people, insurance)[careers.owner]
    mask, owner, year = mask[keep], careers.owner[keep], rows["year"][keep]
    month = rows["base"][keep] // np.maximum(MONTHS_OF[rows["months"][keep]], 1)
    if insurance != Insurance.UNEMPLOYMENT:
        month = np.maximum(month, figures.wage[year - FIRST] * _FLOOR // 1000)
    nothing = np.zeros(len(owner), np.int64)
    return {
        "number": people.number[owner],
        "insurance": nothing + int(insurance),
        "year": year,
        "months": mask,
        "base": month * MONTHS_OF[mask],
        "kind": rows["kind"][keep],
        "region": rows["region"][keep],
        "weighted": nothing,
        "credited": rows["credited"][keep],
        "account": nothing,
        "wage": nothing,
    }


def _first_month(people: People, insurance: Insurance) -> Ints:
    """From when a person could be in an insurance; NEVER's month for who cannot."""
    first = np.full(len(people), _FROM[insurance], np.int64)
    alone, rural = people.scheme == Life.FLEXIBLE, np.isin(people.hukou, (Hukou.LOCAL_RURAL, Hukou.OTHER_RURAL))
    if insurance == Insurance.MEDICAL:
        first[rural] = _RURAL_MEDICAL
    elif insurance == Insurance.UNEMPLOYMENT:
        first[alone] = _FLEXIBLE_FROM
    else:
        first[alone] = 9999 * 12
        if insurance == Insurance.MATERNITY:
            first[~people.local] = _MATERNITY_OF_OTHERS
    return first


def in_insurance(draws: Draws, people: People, insurance: Insurance) -> Flags:
    """Whether a person who pays for the pension pays for the other insurance too."""
    return draws.chance(f"in insurance {int(insurance)}", _INSURED[insurance], people.number)


def insured_of(
    draws: Draws, figures: Figures, people: People, careers: Careers, standing: Standing, student: Flags
) -> Insured:
    """The memberships of the people of a block.

    Of the pension schemes a person is in one at a time, and of the medical ones.
    """
    parts: list[tuple[Ints, ...]] = []
    everybody = np.arange(len(people))
    ends = np.where(people.death_day <= people.day, people.death_day + 1, NEVER)

    def add(of: Flags, scheme: Scheme, state: State | Ints, status: Ints, start: Ints, end: Ints) -> None:
        start, end = np.maximum(start, people.birth_day), np.minimum(end, ends)
        of = of & (start < end) & (start <= people.day)
        states = np.broadcast_to(np.asarray(state, np.int64), of.shape)
        codes = np.full(len(people), int(scheme), np.int64)
        parts.append(tuple(column[of] for column in (everybody, codes, states, status, start, end)))

    has = careers.counts > 0
    start = np.where(has, first_day(careers.start), NEVER)
    stop = np.where(has, np.where(standing.pays, NEVER, first_day(np.maximum(careers.end, careers.start + 1))), NEVER)
    stop = np.minimum(stop, np.where(careers.retired <= people.day, careers.retired, NEVER))
    # residents: from the first payment, or from the end of work
    counts, rows = resident_payments(draws, figures, people)
    first_rows = np.cumsum(counts) - counts
    paid_from = np.full(len(people), NEVER, np.int64)
    payers = (counts > 0) & (people.scheme == Life.RESIDENT)
    paid_from[payers] = rows["day"][first_rows[payers]]
    paid_from = np.where(has & payers, np.maximum(paid_from, stop), paid_from)
    pension_from, draws_pension = resident_pension_from(people, counts)
    sixty = add_months(people.birth_day, 60 * 12)
    no_pension = (people.scheme == Life.RESIDENT) | ((people.scheme == Life.NONE) & ~standing.retired)
    too_old = (sixty <= _WELFARE_BY) | (resident_age_day(people) <= _WELFARE_BY)  # for the residents' pension
    welfare = people.local & no_pension & ~payers & too_old
    welfare_from = np.where(welfare, np.maximum(np.maximum(sixty, _WELFARE_FROM), np.where(has, stop, 0)), NEVER)

    paid = has & ~standing.of_the_state
    status = standing.status
    add(paid & (start < stop), Scheme.PENSION, State.PAYING, status, start, stop)
    retiree = np.full(len(people), int(ContributorStatus.RETIREE), np.int64)
    add(paid & standing.retired, Scheme.PENSION, State.RECEIVING, retiree, careers.retired, ends)
    later = np.minimum(paid_from, welfare_from)
    add(paid & standing.paused, Scheme.PENSION, State.PAUSED, status, stop, np.minimum(ends, later))
    resident = np.full(len(people), int(ContributorStatus.RESIDENT), np.int64)
    to = np.where(draws_pension, np.maximum(pension_from, paid_from + 1), NEVER)
    add(payers, Scheme.RESIDENT_PENSION, State.PAYING, resident, paid_from, to)
    add(payers & draws_pension, Scheme.RESIDENT_PENSION, State.RECEIVING, resident, to, ends)
    add(welfare, Scheme.WELFARE_PENSION, State.RECEIVING, resident, welfare_from, ends)
    state_from = np.where(standing.of_the_state, add_months(people.birth_day, 22 * 12), NEVER)
    old = np.where(people.age >= 60, int(State.RECEIVING), int(State.PAYING))
    add(standing.of_the_state, Scheme.INSTITUTION, old, status, state_from, ends)

    # medical: employees while they pay and from retirement on, else residents
    since = np.maximum(start, first_day(_first_month(people, Insurance.MEDICAL)))
    in_medical = paid & in_insurance(draws, people, Insurance.MEDICAL)
    add(in_medical & (since < stop), Scheme.MEDICAL, State.PAYING, status, since, stop)
    retired_from = np.maximum(careers.retired, first_day(np.asarray([_FROM[Insurance.MEDICAL]]))[0])
    add(in_medical & standing.retired, Scheme.MEDICAL, State.RECEIVING, retiree, retired_from, ends)
    covered = in_medical & (standing.pays | standing.retired)
    group = _resident_group(draws, people, standing, student, covered)
    since = np.where(group == ResidentMedicalClass.RURAL, _RURAL_FROM, _RESIDENT_FROM)
    working_age = np.isin(group, (ResidentMedicalClass.WORKING_AGE, ResidentMedicalClass.WORKING_AGE_DISABLED))
    since = np.where(working_age, _WORKING_AGE_FROM, since)
    since = np.maximum(since, np.where(in_medical & has, stop, 0))
    add(group > 0, Scheme.RESIDENT_MEDICAL, State.PAYING, group, since, ends)
    for insurance in (Insurance.UNEMPLOYMENT, Insurance.INJURY, Insurance.MATERNITY):
        since = np.maximum(start, first_day(_first_month(people, insurance)))
        inside = paid & in_insurance(draws, people, insurance) & (since < stop)
        add(inside, Scheme(int(insurance)), State.PAYING, status, since, stop)
    return Insured(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _resident_group(draws: Draws, people: People, standing: Standing, student: Flags, covered: Flags) -> Ints:
    """The ResidentMedicalClass of each person who has joined, else 0."""
    may = people.local & (people.death_day > people.day) & ~covered & ~standing.of_the_state
    young = (people.age < 18) | student
    old = people.age >= 60
    disabled = disability_of(draws, people) > 0
    group = np.select(
        [people.hukou == Hukou.LOCAL_RURAL, young, old, disabled],
        [
            int(ResidentMedicalClass.RURAL),
            int(ResidentMedicalClass.STUDENT_CHILD),
            int(ResidentMedicalClass.ELDERLY),
            int(ResidentMedicalClass.WORKING_AGE_DISABLED),
        ],
        int(ResidentMedicalClass.WORKING_AGE),
    )
    share = np.asarray([0, *(_JOINS[code] for code in ResidentMedicalClass)], np.int64)[group]
    joins = may & draws.chance("joins the residents' medical scheme", share, people.number)
    return np.where(joins, group, 0)


def memberships_table(people: People, insured: Insured) -> pa.Table:
    """memberships: number (person), scheme (Scheme), state (State), status (ContributorStatus; of RESIDENT_MEDICAL the
    ResidentMedicalClass), valid_from, valid_to (the day after the last; null: until now).
    """
    return pa.table(
        {
            "number": pa.array(people.number[insured.owner]),
            "scheme": small(insured.scheme),
            "state": small(insured.state),
            "status": small(insured.status),
            "valid_from": days(insured.start),
            "valid_to": days(insured.end),
        }
    )


def resident_payments_table(people: People, counts: Ints, rows: dict[str, Ints]) -> pa.Table:
    """resident_payments: number (person), day, paid (fen), collective (fen, by the village): as resident_payments_*."""
    return pa.table(
        {
            "number": pa.array(np.repeat(people.number, counts)),
            "day": days(rows["day"]),
            "paid": pa.array(rows["paid"]),
            "collective": pa.array(rows["collective"]),
        }
    )


def accounts_table(
    draws: Draws,
    figures: Figures,
    people: People,
    careers: Careers,
    insured: Insured,
    payments: tuple[Ints, dict[str, Ints]],
) -> pa.Table:
    """accounts: number (person), insurance (PENSION, MEDICAL or RESIDENT_PENSION), day (the last 31 December),
    balance (fen, with interest up to that day; an opening fact, about
    what was paid in; of pensioners what is left).
    """
    number = people.number
    year = int(month_index(np.asarray([people.day + 1]))[0]) // 12 - 1
    last = int(first_day(np.asarray([(year + 1) * 12]))[0]) - 1
    parts: list[tuple[Ints, Ints, Ints, Ints]] = []

    def add(insurance: Insurance, of: Flags, balance: Ints) -> None:
        of = of & (balance > 0)
        many = int(of.sum())
        parts.append((number[of], np.full(many, int(insurance)), np.full(many, last), balance[of]))

    alive = people.death_day > people.day
    before = np.full(len(people), year, np.int64)
    left = draws.between("left in the account", 150, 950, number)
    balance = balance_at(figures, careers, before)
    balance = np.where(careers.retired <= last, balance * left // 1000, balance)
    add(Insurance.PENSION, alive & (careers.counts > 0), balance)
    bases = careers.total(np.where(careers.ours & (careers.rows["year"] == year), careers.rows["base"], 0))
    unused = draws.quantile("unused in the medical account", (0, 50, 300, 900, 2500), number)
    pays = insured.holds(len(people), [Scheme.MEDICAL], [State.PAYING])
    add(Insurance.MEDICAL, pays, bases * _MEDICAL_ACCOUNT // 1000 * unused // 1000)
    counts, rows = payments
    balance = resident_balance(counts, rows, np.full(len(people), last, np.int64))
    begun, draws_pension = resident_pension_from(people, counts)
    balance = np.where(draws_pension & (begun <= last), balance * left // 1000, balance)
    add(Insurance.RESIDENT_PENSION, alive, balance)
    owner, insurance_code, day, amounts = (np.concatenate(column) for column in zip(*parts, strict=True))
    return pa.table(
        {
            "number": pa.array(owner),
            "insurance": small(insurance_code),
            "day": days(day),
            "balance": pa.array(amounts),
        }
    )
