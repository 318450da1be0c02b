"""Facts about enterprise and occupational annuities."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import Fen

INPUTS = [
    Input(
        "annuity_payroll",
        Fen,
        "企业年金计算用职工工资总额",
        "Payroll that the limits refer to",
        high=10**13,
        note="of the employer, a year: last year's until 2018-01-31, the year's own from 2018-02-01",
    ),
    Input("annuity_employer_paid", Fen, "企业当年缴费", "Employer's payments of the year", high=10**13),
    Input("annuity_employees_paid", Fen, "职工当年个人缴费合计", "Employees' payments of the year", high=10**13),
    Input("annuity_own_base", Fen, "本人月缴费工资计税基数", "Own monthly wage for the tax limit", high=10**9),
    Input("annuity_own_paid", Fen, "本人月年金个人缴费", "Own payment of the month", high=10**9),
    Input("occupational_base", Fen, "职业年金月缴费工资", "Contribution wage of the month", high=10**9),
    Input(
        "occupational_balance",
        Fen,
        "退休时职业年金个人账户储存额",
        "Balance of the occupational annuity at retirement",
        high=10**11,
        missing=0,
    ),
    Input(
        "institution_old_pension",
        Fen,
        "按老办法计算的月待遇",
        "Monthly benefit by the old method",
        high=10**8,
        missing=0,
        note="as computed by the office; the old method's own figures are not in the documents at hand",
    ),
    Input(
        "institution_new_pension",
        Fen,
        "按新办法计算的月待遇",
        "Monthly benefit by the new method",
        high=10**8,
        missing=0,
        note="as computed by the office, on the same footing as the old one",
    ),
]
