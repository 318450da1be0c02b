"""A letter with every part, for tests and for looking at."""

from __future__ import annotations

import datetime

from shebao.files.letter import Annex, Explanation, Figure, Item, Letter, Refusal

RULES = "京劳社养发〔2007〕21号"

LETTER = Letter(
    title="基本养老保险待遇核定告知书",
    office="某某区社会保险基金管理中心",
    addressee="张建国 先生",
    date=datetime.date(2010, 4, 30),
    file_number="核〔2010〕第000123号",
    id_number="11010519500305002X",
    opening=[
        "您于2010年3月5日年满60周岁，并申请按月领取基本养老金。根据您的缴费记录和现行规定，现将核定结果告知如下。"
        "每一项金额的依据和计算过程见“计算说明”。"
    ],
    facts=[
        Item("出生日期", "1950-03-05", en="Day of birth"),
        Item("性别", "男"),
        Item("退休时间", "2010-03-05"),
        Item("参加工作时间", "1970-09-01"),
        Item("实际缴费年限（含视同）", "474", "个月"),
        Item("个人账户储存额", "48,713.52", "元"),
    ],
    results=[
        Item("基础养老金", "1,513.33", "元/月", "Basic pension"),
        Item("个人账户养老金", "350.46", "元/月", "Account pension"),
        Item("过渡性养老金", "1,096.20", "元/月", "Transitional pension"),
        Item("每月基本养老金合计", "2,959.99", "元/月", "Monthly pension", total=True),
        Item("开始领取月份", "2010年4月"),
    ],
    explanations=[
        Explanation(
            "基础养老金",
            "1,513.33",
            f"{RULES} 附件1",
            "元/月",
            "Basic pension",
            "(C平 + C平 × Z实指数) ÷ 2 × N实同 × 1%",
            ["以您退休时上一年度全市职工月平均工资与您本人指数化月平均缴费工资的平均值为基数，缴费每满1年发给1%。"],
            [
                Item("上一年度全市职工月平均工资 C平", "4,037.00", "元", "Average wage"),
                Item("实际缴费工资指数 Z实指数", "1.0234", "", "Wage index"),
                Item("缴费年限 N实同", "474", "个月", "Contribution months"),
            ],
            [
                Figure("全市职工年平均工资", "48,444.00 元", "2009年", "市统计局年度通知", "", "source"),
                Figure("每满1年的比例", "1%", "2006-01-01起", RULES, "附件1第一条", "source"),
            ],
        ),
        Explanation(
            "个人账户养老金",
            "350.46",
            f"{RULES} 附件1",
            "元/月",
            "Account pension",
            "个人账户储存额 ÷ 计发月数",
            ["退休时个人账户储存额除以与退休年龄对应的计发月数。"],
            [Item("个人账户储存额", "48,713.52", "元"), Item("退休年龄", "60", "岁")],
            [Figure("计发月数（60岁）", "139 个月", "2006-01-01起", "国发〔2005〕38号", "附件", "known")],
        ),
        Explanation(
            "过渡性养老金",
            "1,096.20",
            f"{RULES} 附件1",
            "元/月",
            "Transitional pension",
            "C平 × Z实指数 × N同 × 1%",
            figures=[Figure("账户记账利率", "2.25%", "2009年", "尚未查得文号", "", "approx", "以一年期存款利率代替")],
            confidence="approx",
        ),
    ],
    approximate=[Figure("账户记账利率", "2.25%", "2009年", "尚未查得文号", "", "approx", "以一年期存款利率代替")],
    refusals=[Refusal("一次性养老补偿金", "缺少参数1992年以前的记账利率", "the figure for 1992 is not known")],
    remedies=[
        "对本核定结果有异议的，可以自收到本告知书之日起，向作出核定的机构申请复查；也可以依法申请行政复议或者提起行政诉讼"
        "（期限和受理机关由发出本告知书的机构填写）。"
    ],
    signature=["某某区社会保险基金管理中心（盖章）"],
    contact=["经办人：000123　　咨询电话：（由发出机构填写）", "请妥善保存本告知书。"],
    annexes=[
        Annex(
            "历年缴费工资与指数",
            ["年度", "缴费基数（元）", "缴费月数", "上年平均工资（元）", "当年指数"],
            [
                [f"{1992 + k}", f"{3402 + k * 1811.35:,.2f}", "12", f"{2877 + k * 2531:,.2f}", "1.0123"]
                for k in range(18)
            ],
            notes=["当年指数为缴费基数与上一年度全市职工平均工资之比。"],
        )
    ],
)
