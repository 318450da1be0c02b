"""Who may retire, and when: statutory age, months of contributions, day of retirement."""

from __future__ import annotations

from shebao.law.city.facts import Sex
from shebao.law.insurance.employee_pension.facts import (
    ContributionKind,
    PostClass,
    Region,
)
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import (
    FIRST_YEAR,
    LAST_DAY,
    Code,
    Dated,
    DatedTable,
    Day,
    Flag,
    Month,
    MonthMask,
    Months,
    Series,
    Year,
)
from shebao.rules.language import (
    add_months,
    helper,
    make_day,
    mask_between,
    mask_or,
    month_of,
    months_in,
    no_months,
    year_of,
)

NEVER: Day = LAST_DAY  # the day that stands for "not so far"
SAME_YEAR: Year = FIRST_YEAR  # stands for an empty contributions_credited: credited in the year the row is for
HISTORY_OUT_OF_ORDER = Reason(
    "HISTORY_OUT_OF_ORDER",
    "缴费记录未按记账年度先后排列",
    "The rows of the contribution history are not in the order in which they were credited",
)
MONTH_TWICE = Reason(
    "MONTH_TWICE",
    "同一月份在缴费记录中出现两次（重复缴费），须先清理",
    "A month stands in two rows of the contribution history; settle the double payment first",
)
PAID_BEFORE_1992_10 = Reason(
    "PAID_BEFORE_1992_10",
    "实际缴费不早于1992年10月，此前的连续工龄应录为视同缴费",
    "There were no contributions before 1992-10; record earlier service as deemed",
)
DEEMED_AFTER_1992_09 = Reason(
    "DEEMED_AFTER_1992_09",
    "视同缴费年限截至1992年9月30日，之后的月份不能视同",
    "Deemed service ends on 1992-09-30; later months cannot be deemed",
)


class PensionGroup(Code):
    """How much of the working life lies under the old system."""

    NEW = 1, "新人", "first work from 1998-07-01"
    MIDDLE = 2, "中人", "first work before 1998-07-01, retired from 2006"
    OLD = 3, "老人", "retired before 2006-01-01"


@helper
def counts_here(kind: ContributionKind, region: Region) -> Flag:
    """Whether a row belongs to this city's account of the person: paid here, or transferred in."""
    return region == Region.BEIJING or kind == ContributionKind.TRANSFERRED


@helper
def year_credited(year: Year, credited: Year) -> Year:
    """The year in which a row was credited; the year it is for when nothing else is said."""
    return year if credited == SAME_YEAR else credited


@helper
def months_until(year: Year, mask: MonthMask, last_year: Year, last_month: Month) -> MonthMask:
    """The months of a row that lie before `last_month` of `last_year`."""
    if year < last_year:
        return mask
    if year > last_year or last_month == 1:
        return no_months()
    return mask_between(mask, 1, last_month - 1)


@helper
def share_a_month(a: MonthMask, b: MonthMask) -> Flag:
    """Whether two rows of one year have a month in common."""
    return months_in(mask_or(a, b)) < months_in(a) + months_in(b)


@rule(
    zh="原法定退休年龄到龄日",
    en="Day of reaching the retirement age in force to 2024",
    cites="国发〔1978〕104号",
    note="the age tables are read as of 2024-12-31",
)
def former_pension_age_day(
    birth_day: Day,
    sex: Sex,
    post_class: PostClass,
    retirement_age_men: DatedTable[Months],
    retirement_age_women: DatedTable[Months],
) -> Day:
    """Men 60, women 55 in managerial and technical posts and when insured as individuals, women workers 50; earlier in
    special trades and when unable to work."""
    eve = make_day(2024, 12, 31)
    if sex == Sex.MALE:
        return add_months(birth_day, retirement_age_men[eve, post_class])
    return add_months(birth_day, retirement_age_women[eve, post_class])


@rule(
    zh="法定退休年龄到龄日",
    en="Day of reaching the statutory retirement age",
    cites="国发〔1978〕104号；全国人大常委会关于实施渐进式延迟法定退休年龄的决定（2024-09-13）",
    note="from 2025-01-01 the ages rise step by step; the steps are not in the law book, so a person who reaches the "
    "former age on that day or later is refused with the figure's name",
)
def pension_age_day(
    birth_day: Day,
    sex: Sex,
    post_class: PostClass,
    former_pension_age_day: Day,
    retirement_age_men: DatedTable[Months],
    retirement_age_women: DatedTable[Months],
) -> Day:
    """The age in force on the day on which the person reaches the former age."""
    if sex == Sex.MALE:
        return add_months(birth_day, retirement_age_men[former_pension_age_day, post_class])
    return add_months(birth_day, retirement_age_women[former_pension_age_day, post_class])


@rule(
    zh="最低缴费月数",
    en="Months of contributions wanted",
    cites="北京市人民政府令第183号；社会保险法 第16条；国发〔1978〕104号 第一条",
    note="15 years; unable to work: 10 years",
)
def required_months(
    post_class: PostClass,
    retirement_approved_day: Day,
    pension_age_day: Day,
    minimum_months: Dated[Months],
    minimum_months_illness: Dated[Months],
) -> Months:
    """On the day of retirement as approved; else on the day of reaching the statutory age."""
    on = retirement_approved_day if retirement_approved_day < NEVER else pension_age_day
    return minimum_months_illness[on] if post_class == PostClass.ILLNESS else minimum_months[on]


@rule(
    zh="到龄时累计缴费月数",
    en="Months of contributions on reaching the statutory age",
    cites="京劳社养发〔2007〕21号 附件1",
)
def months_at_pension_age(
    pension_age_day: Day,
    contributions_year: Series[Year],
    contributions_months: Series[MonthMask],
    contributions_kind: Series[ContributionKind],
    contributions_region: Series[Region],
) -> Months:
    """Months before the month of that day, deemed ones too."""
    total = 0
    last_year = year_of(pension_age_day)
    last_month = month_of(pension_age_day)
    for k in range(len(contributions_year)):
        if counts_here(contributions_kind[k], contributions_region[k]):
            total += months_in(months_until(contributions_year[k], contributions_months[k], last_year, last_month))
    return total


@rule(
    zh="退休日期",
    en="Day of retirement",
    cites="国发〔1978〕104号；北京市人民政府令第183号；社会保险法 第16条",
    note="the last day of the calendar while the person has not retired; to 2011-06-30 the relation ended at the age, "
    "with a pension or with a one-off payment",
)
def retirement_day(
    benefit_day: Day,
    retirement_approved_day: Day,
    former_pension_age_day: Day,
    pension_age_day: Day,
    contributions_year: Series[Year],
    months_at_pension_age: Months,
    required_months: Months,
) -> Day:
    """The day as approved; else the day of reaching the statutory age with enough months."""
    if retirement_approved_day < NEVER:
        return retirement_approved_day
    if len(contributions_year) == 0:
        return NEVER
    if benefit_day < former_pension_age_day:
        return NEVER
    if months_at_pension_age == 0:
        return NEVER
    if pension_age_day < make_day(2011, 7, 1) or months_at_pension_age >= required_months:
        return pension_age_day
    return NEVER


@rule(
    zh="缴费计算截止日",
    en="Day before whose month contributions count",
    cites="京劳社养发〔2007〕29号 第16条",
)
def counted_until(benefit_day: Day, retirement_day: Day, death_day: Day) -> Day:
    """The day of retirement; before it the month after the benefit month, or after the month of death."""
    after = add_months(min(benefit_day, death_day), 1)
    return min(retirement_day, make_day(year_of(after), month_of(after), 1))


@rule(
    zh="实际缴费月数",
    en="Months paid",
    cites="京劳社养发〔2007〕21号 附件1",
    formula="N实 × 12",
    confidence="source",
)
def actual_months(
    contributions_year: Series[Year],
    contributions_months: Series[MonthMask],
    contributions_kind: Series[ContributionKind],
    contributions_region: Series[Region],
    contributions_credited: Series[Year],
    counted_until: Day,
) -> Months:
    """Months paid from 1992-10 to the month before `counted_until`; a month that stands in two rows is refused."""
    total = 0
    last_year = year_of(counted_until)
    last_month = month_of(counted_until)
    year = SAME_YEAR
    seen = no_months()
    for k in range(len(contributions_year)):
        row_year = contributions_year[k]
        mask = contributions_months[k]
        if counts_here(contributions_kind[k], contributions_region[k]):
            if year_credited(row_year, contributions_credited[k]) == row_year:
                if row_year < year:
                    refuse(HISTORY_OUT_OF_ORDER)
                if row_year > year:
                    seen = no_months()
                    year = row_year
                if share_a_month(seen, mask):
                    refuse(MONTH_TWICE)
                seen = mask_or(seen, mask)
            else:
                for j in range(len(contributions_year)):
                    same_year = j != k and contributions_year[j] == row_year
                    ours = counts_here(contributions_kind[j], contributions_region[j])
                    if same_year and ours and share_a_month(contributions_months[j], mask):
                        refuse(MONTH_TWICE)
            if contributions_kind[k] != ContributionKind.DEEMED:
                if row_year < 1992:
                    refuse(PAID_BEFORE_1992_10)
                if row_year == 1992 and months_in(mask_between(mask, 1, 9)) > 0:
                    refuse(PAID_BEFORE_1992_10)
                total += months_in(months_until(row_year, mask, last_year, last_month))
    return total


@rule(
    zh="视同缴费月数",
    en="Months deemed as paid",
    cites="北京市人民政府令第183号 第35条；京劳社养发〔2007〕31号 第二条第（二）项",
    formula="N同 × 12",
    confidence="source",
)
def deemed_months(
    contributions_year: Series[Year],
    contributions_months: Series[MonthMask],
    contributions_kind: Series[ContributionKind],
    contributions_region: Series[Region],
) -> Months:
    """Recognised continuous service to 1992-09-30."""
    total = 0
    for k in range(len(contributions_year)):
        if contributions_kind[k] == ContributionKind.DEEMED and contributions_region[k] == Region.BEIJING:
            mask = contributions_months[k]
            if contributions_year[k] > 1992:
                refuse(DEEMED_AFTER_1992_09)
            if contributions_year[k] == 1992 and months_in(mask_between(mask, 10, 12)) > 0:
                refuse(DEEMED_AFTER_1992_09)
            total += months_in(mask)
    return total


@rule(
    zh="累计缴费月数（含视同）",
    en="Months of contributions, with deemed ones",
    cites="京劳社养发〔2007〕21号 附件1",
    formula="N实同 × 12",
    confidence="source",
)
def contribution_months(actual_months: Months, deemed_months: Months) -> Months:
    """Months paid and months deemed as paid."""
    return actual_months + deemed_months


@rule(
    zh="是否符合按月领取基本养老金条件",
    en="Qualified for a monthly pension",
    cites="国发〔1978〕104号；社会保险法 第16条",
)
def eligible(
    benefit_day: Day,
    death_day: Day,
    retirement_day: Day,
    pension_age_day: Day,
    contribution_months: Months,
    required_months: Months,
) -> Flag:
    """Retired by the benefit day, alive on that day, of the statutory age, with the months wanted."""
    if retirement_day > benefit_day or retirement_day > death_day:
        return False
    return retirement_day >= pension_age_day and contribution_months >= required_months


@rule(
    zh="新人、中人、老人",
    en="Group by working life",
    cites="国发〔2005〕38号；京劳社养发〔2007〕21号 附件1",
    confidence="source",
)
def pension_group(retirement_day: Day, insurance_start_day: Day) -> PensionGroup:
    """By the day of retirement and the first day of work."""
    if retirement_day < make_day(2006, 1, 1):
        return PensionGroup.OLD
    if insurance_start_day >= make_day(1998, 7, 1):
        return PensionGroup.NEW
    return PensionGroup.MIDDLE
