"""What the numbers in this room's tables and files mean."""

from __future__ import annotations

from shebao.rules.kinds import Code


class AwardKind(Code):
    """待遇种类 of an opening award."""

    EMPLOYEE_PENSION = 1, "基本养老金", "employee pension"
    RESIDENT_PENSION = 2, "城乡居民养老金", "residents' pension"
    WELFARE_PENSION = 3, "福利养老金", "welfare pension"
    SURVIVORS = 4, "供养直系亲属救济费", "survivors' benefit"
    INJURY = 5, "伤残津贴", "work injury pension"
    UNEMPLOYMENT = 6, "失业保险金", "unemployment benefit"


class OrganisationType(Code):
    """单位类型, numbered as people's OrganisationKind."""

    ENTERPRISE = 1, "企业", "enterprise"
    INSTITUTION = 2, "事业单位", "public institution"
    GOVERNMENT = 3, "机关", "government office"
    ASSOCIATION = 4, "社会团体", "association"
    NON_ENTERPRISE = 5, "民办非企业单位", "private non-enterprise unit"
    INDIVIDUAL = 6, "有雇工的个体工商户", "individual business with staff"
    FUND = 7, "基金会", "foundation"
    OTHER = 8, "其他", "other"
