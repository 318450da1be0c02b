"""What the numbers in a record mean."""

from __future__ import annotations

from django.db.models import IntegerChoices

from shebao.files.certificates import Certificate
from shebao.law.city.facts import Hukou, Sex

SEXES = [code.value for code in Sex]
HUKOUS = [code.value for code in Hukou]


class Protection(IntegerChoices):
    """保护级别: above 0, only who has the higher right reads the record."""

    NONE = 0, "无"
    CHILD = 1, "未成年人保护"
    VIOLENCE = 2, "家庭暴力受害人"
    OTHER = 3, "其他保护"


class EventKind(IntegerChoices):
    """Why something was written into a record."""

    OPENING = 1, "期初导入"
    REGISTERED = 2, "社会保险登记"
    BIRTH = 3, "出生"
    DEATH = 4, "死亡"
    NAME = 5, "姓名变更"
    IDENTIFIER = 6, "证件变更"
    RESIDENCE = 7, "居住或户籍变更"
    HOUSEHOLD = 8, "家庭成员变更"
    WORK_BEGINS = 9, "就业"
    WORK_ENDS = 10, "离职"
    RETIREMENT = 11, "退休"
    DISABILITY = 12, "残疾评定"
    LOW_INCOME = 13, "低收入认定"
    STATUS = 14, "身份状态变更"
    RELATION = 15, "监护、代办、代领"
    CONTACT = 16, "联系方式变更"
    CARD = 17, "社会保障卡"
    PROTECTED = 18, "保护级别变更"
    MOVED = 19, "经办地变更"
    MERGE = 20, "并入另一档案"
    MERGED = 21, "被并入"
    SPLIT = 22, "撤销合并"
    CORRECTION = 23, "更正"
    OTHER = 24, "其他"


class NameKind(IntegerChoices):
    """Several names may be borne at a time, one of each kind."""

    LEGAL = 1, "姓名"
    FOREIGN = 2, "外文姓名"
    ALIAS = 3, "别名"


class IdentifierKind(IntegerChoices):
    """证件种类."""

    CITIZEN = 1, "居民身份证号码"  # GB 11643, 18 characters
    CITIZEN_15 = 2, "15位居民身份证号码"
    PASSPORT = 3, "护照"
    HONG_KONG_MACAO = 4, "港澳居民来往内地通行证"
    TAIWAN = 5, "台湾居民来往大陆通行证"
    PERMANENT_RESIDENCE = 6, "外国人永久居留证"
    WORK_PERMIT = 7, "外国人就业证"
    SOCIAL_SECURITY = 8, "社会保障号码"
    OTHER_SYSTEM = 9, "其他系统个人编号"
    UNVERIFIED = 10, "未核实的证件号码"  # kept as evidence, proves nothing


# Of these a person has one at a time: a new one takes the place of the old.
ONE_AT_A_TIME = (IdentifierKind.CITIZEN, IdentifierKind.CITIZEN_15, IdentifierKind.SOCIAL_SECURITY)


# How a certificate of a file stands in the record.
OF_CERTIFICATE = {
    Certificate.IDENTITY_CARD: IdentifierKind.CITIZEN,
    Certificate.PASSPORT: IdentifierKind.PASSPORT,
    Certificate.HONG_KONG_MACAO_PERMIT: IdentifierKind.HONG_KONG_MACAO,
    Certificate.TAIWAN_PERMIT: IdentifierKind.TAIWAN,
    Certificate.PERMANENT_RESIDENCE: IdentifierKind.PERMANENT_RESIDENCE,
    Certificate.SOCIAL_SECURITY_CARD: IdentifierKind.SOCIAL_SECURITY,
}


class HouseholdKind(IntegerChoices):
    """What the people of a group share.  A person is in one of each kind at a time."""

    HOUSEHOLD = 1, "户"
    LOW_INCOME = 2, "低保家庭"
    HOUSING = 3, "住房保障申请家庭"


class Role(IntegerChoices):
    """与户主关系."""

    HEAD = 1, "户主"
    SPOUSE = 2, "配偶"
    CHILD = 3, "子女"
    PARENT = 4, "父母"
    GRANDPARENT = 5, "祖父母、外祖父母"
    GRANDCHILD = 6, "孙子女、外孙子女"
    SIBLING = 7, "兄弟姐妹"
    OTHER = 8, "其他"


class WorkKind(IntegerChoices):
    """就业形式."""

    EMPLOYED = 1, "单位职工"
    DISPATCHED = 2, "劳务派遣"
    FLEXIBLE = 3, "灵活就业"  # without an organisation
    PUBLIC = 4, "机关事业单位工作人员"


class StatusKind(IntegerChoices):
    """身份状态: each may hold beside the others.  What the grade counts is said with each."""

    RETIRED = 1, "退休"  # grade: law's PensionClass
    DISABLED = 2, "残疾"  # grade 1 to 4 (GB/T 26341), category: Disability
    LOW_INCOME = 3, "低保"
    LOW_INCOME_MARGIN = 4, "低收入家庭"
    UNEMPLOYED = 5, "登记失业"
    SOLDIER = 6, "现役军人"
    VETERAN = 7, "退役军人"
    ORPHAN = 8, "孤儿"
    DESTITUTE = 9, "特困供养（五保、三无）"
    STUDENT = 10, "在校学生"
    DISABLED_VETERAN = 11, "残疾军人"  # grade 1 to 10
    MARTYR_FAMILY = 12, "烈属"
    UNABLE_TO_WORK = 13, "完全丧失劳动能力"
    LONELY_ELDERLY = 14, "孤寡老人"


class Disability(IntegerChoices):
    """残疾类别 (GB/T 26341)."""

    SIGHT = 1, "视力"
    HEARING = 2, "听力"
    SPEECH = 3, "言语"
    LIMB = 4, "肢体"
    INTELLECT = 5, "智力"
    MIND = 6, "精神"
    MULTIPLE = 7, "多重"


class RelationKind(IntegerChoices):
    """What another is to this person."""

    GUARDIAN = 1, "监护人"
    PROXY = 2, "代办人"
    PAYEE = 3, "代领人"
    SPOUSE = 4, "配偶"
    PARENT = 5, "父母"


class Scope(IntegerChoices):
    """What a guardian, proxy or payee may do it for."""

    ALL = 1, "全部业务"
    CONTRIBUTIONS = 2, "参保缴费"
    PENSION = 3, "养老待遇"
    MEDICAL = 4, "医疗待遇"
    ASSISTANCE = 5, "救助福利"


class ContactKind(IntegerChoices):
    """联系方式."""

    PHONE = 1, "电话"
    SECOND_PHONE = 2, "备用电话"
    EMAIL = 3, "电子邮件"
    POSTAL = 4, "通信地址"


class Topic(IntegerChoices):
    """What a notice is about."""

    ALL = 1, "全部"
    CONTRIBUTIONS = 2, "缴费"
    BENEFITS = 3, "待遇"
    CERTIFICATION = 4, "资格认证"


class Channel(IntegerChoices):
    """How a notice goes."""

    NONE = 0, "不接收"
    MESSAGE = 1, "短信"
    PHONE = 2, "电话"
    LETTER = 3, "信函"
    EMAIL = 4, "电子邮件"


class CardState(IntegerChoices):
    """社会保障卡状态."""

    ASKED = 1, "已申领"
    ISSUED = 2, "已制发"
    ACTIVE = 3, "已启用"
    LOST = 4, "已挂失"
    REPLACED = 5, "已补换"
    CANCELLED = 6, "已注销"


class OrganisationKind(IntegerChoices):
    """单位类型."""

    ENTERPRISE = 1, "企业"
    INSTITUTION = 2, "事业单位"
    GOVERNMENT = 3, "机关"
    ASSOCIATION = 4, "社会团体"
    NON_ENTERPRISE = 5, "民办非企业单位"
    INDIVIDUAL = 6, "有雇工的个体工商户"
    FUND = 7, "基金会"
    OTHER = 8, "其他"


class OrganisationState(IntegerChoices):
    """登记状态."""

    REGISTERED = 1, "已登记"
    SUSPENDED = 2, "暂停"
    CANCELLED = 3, "已注销"


class PairState(IntegerChoices):
    """A pair of records in the review queue."""

    WAITING = 0, "待核对"
    SAME = 1, "同一人"
    DIFFERENT = 2, "不是同一人"
