"""The money that moves, temporary accounts, and the place of benefit."""

from __future__ import annotations

from shebao.law.city.facts import Sex
from shebao.law.insurance.employee_pension.facts import Region
from shebao.rules.declare import Reason, refuse, rule
from shebao.rules.kinds import ONE4, Day, Fen, Flag, Months, Ratio4, Series, Table, Year, Years, day
from shebao.rules.language import as_months, half_up_to_fen, months_between, number, within

CITES = "国办发〔2009〕66号、人社部发〔2009〕187号"
FIRST_DAY: Day = day("2010-01-01")
POOL_FIRST_YEAR: Year = 1998

NO_STAY = Reason("NO_STAY", "没有参保地记录", "No place of insurance is recorded")


@rule(
    zh="基本养老保险待遇领取地",
    en="Place that pays the pension",
    cites=CITES,
    since="2010-01-01",
    note="months in one place are added up over all stays",
)
def benefit_place(
    hukou_region: Region,
    stays_region: Series[Region],
    stays_months: Series[Months],
    benefit_place_months: Months,
) -> Region:
    """In this order: where relation and registration agree; the present place after 10 years there; the latest earlier
    place with 10 years; the place of registration."""
    places = len(stays_region)
    if places == 0:
        refuse(NO_STAY)
    if stays_region[places - 1] == hukou_region:
        return hukou_region
    for back in range(len(stays_region)):
        months = as_months(0)
        for k in range(len(stays_region)):
            if stays_region[k] == stays_region[places - 1 - back]:
                months = months + stays_months[k]
        if months >= benefit_place_months:
            return stays_region[places - 1 - back]
    return hukou_region


@rule(
    zh="临时基本养老保险缴费账户",
    en="Temporary account",
    cites=CITES,
    since="2010-01-01",
    dated_by="transfer_day",
    note="who was insured there before 2010-01-01 has an ordinary account",
)
def temporary_account(
    birth_day: Day,
    sex: Sex,
    hukou_elsewhere: Flag,
    insured_here_since: Day,
    temporary_account_age: Table[Years],
) -> Flag:
    """Men from 50 and women from 40 when first insured outside the place of their registration."""
    if not hukou_elsewhere or insured_here_since < FIRST_DAY:
        return False
    return months_between(birth_day, insured_here_since) >= 12 * as_months(number(temporary_account_age[sex]))


@rule(
    zh="转移的个人缴费部分",
    en="Individual part",
    cites=CITES,
    since="2010-01-01",
    dated_by="transfer_day",
    formula="1998年1月1日之前个人缴费累计本息 + 1998年1月1日之后计入个人账户的全部储存额",
)
def transfer_individual_part(transfer_own_before_1998: Fen, transfer_account_since_1998: Fen) -> Fen:
    """Own contributions before 1998 with interest, and the whole account from 1998 on."""
    return transfer_own_before_1998 + transfer_account_since_1998


@rule(
    zh="转移的统筹基金部分",
    en="Pooled part",
    cites=CITES,
    since="2010-01-01",
    dated_by="transfer_day",
    formula="12% × Σ 1998年1月1日后各年度实际缴费工资",
    note="rounded half up to fen, once",
)
def transfer_pooled_part(
    transfer_wages_year: Series[Year], transfer_wages_base: Series[Fen], transfer_pool_rate: Ratio4
) -> Fen:
    """12 % of the wages on which contributions were really paid, calendar years from 1998 on."""
    wages = 0
    for k in range(len(transfer_wages_year)):
        if transfer_wages_year[k] >= POOL_FIRST_YEAR:
            wages = wages + transfer_wages_base[k]
    return half_up_to_fen(within(wages, 0, 100_000_000_000) * transfer_pool_rate, ONE4)


@rule(
    zh="转移金额",
    en="Money that moves",
    cites=CITES,
    since="2010-01-01",
    dated_by="transfer_day",
)
def transfer_amount(
    temporary_account: Flag,
    temporary_account_balance: Fen,
    transfer_individual_part: Fen,
    transfer_pooled_part: Fen,
) -> Fen:
    """Individual and pooled part; of a temporary account everything that employer and worker paid, with interest."""
    if temporary_account:
        return temporary_account_balance
    return transfer_individual_part + transfer_pooled_part
