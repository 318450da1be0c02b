"""社会保险费: bases, amounts by insurance and payer, account credits, late fee, subsidies, yearly interest.

谁：用人单位和职工、灵活就业人员、城乡居民。
多少：缴费基数为上年月平均工资，有上下限；各项费率分单位、个人；每一项四舍五入到分。迟缴每日加收滞纳金。
何时：按月申报缴纳；居民按年。

社会保险法; 国务院令第259号; 北京市人民政府令第38号、154号、158号、183号; 京劳社保发〔2008〕237号; 京社保发〔2009〕24号.
A row is one person's month, a resident's payment, a bill with its receipt, or a year of an account; what a row lacks it
leaves empty.  Each row is dated by the month it is for (`contribution_day`) or by the day of its payment (`paid_day`),
so rows of many years stand in one batch.  Whether a person must be insured is not decided here: ask for the insurances
in which the person is registered.

The variables of a person's month, by insurance:

| | base | employer | person | to the account | to the pool |
|---|---|---|---|---|---|
| PENSION | pension_base | pension_contribution_employer | pension_contribution_employee | pension_account_credit \
  | pension_pool |
| MEDICAL | medical_base | medical_contribution_employer | medical_contribution_employee | medical_account_credit \
  | medical_pool |
| UNEMPLOYMENT | unemployment_base | unemployment_employer | unemployment_employee | | all |
| INJURY | injury_base | injury_employer | | | all |
| MATERNITY | maternity_base | maternity_employer | | | all |

Medical also: medical_large_employer + medical_large_employee = medical_large (the large-expense fund), and
medical_contribution_subsidy, paid for a subsidised flexible worker.  What is paid is what is booked, to the fen:
employer + person + subsidy = account + pool, for each month.  medical_account_retiree moves money from the pool to a
retiree's account and is no contribution.  Subsidies paid to the disabled self-employed: disabled_pension_subsidy,
disabled_unemployment_subsidy, disabled_medical_subsidy.

- A resident's payment: resident_payment_allowed, resident_payment_match; for the severely disabled
  resident_paid_by_government (of the residents' pension); for a year resident_medical_premium, rural_medical_funding.
- A bill: bill_due_day, provisional_amount of one not declared; both_parts_paid (credit the month only then);
  employer_refund, own_refund when the amount due fell.
- A receipt for arrears: late_fee (of this stretch), late_fee_due (with what was carried); receipt_for_contribution,
  then receipt_for_late_fee, then receipt_rest.  After a part payment carry late_fee_due - receipt_for_late_fee, and
  give the day of that receipt as last_receipt_day.
- A year of a pension account: account_year_interest.

Left out, because the law book lacks the text or the figures: interest of the medical account, the steps by which an
injury rate floats (the rate approved is a fact), contributions for persons on unemployment benefit, the government's
part of residents' medical care, the tiers of the residents' match from 2014, fines (社会保险法 第86条).

例：吴某，1969年生，职工，2009年5月月工资3000元。养老单位600元、个人240元；失业30元、6元；工伤15元；生育24元；
医疗单位270元加大额30元，个人60元加3元；医疗个人账户入账90元。
"""
