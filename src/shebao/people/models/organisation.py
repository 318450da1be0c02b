"""Households and organisations."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models

from shebao.access.models import Act, Place
from shebao.people.codes import HouseholdKind, OrganisationKind, OrganisationState

# GB 32100, or the organisation code of GB 11714 before it, without its hyphen
CODE = r"^([0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}|[0-9A-Z]{8}[0-9X])$"
CURRENT = models.Q(recorded__upper_inf=True)


class Household(models.Model):
    """户、低保家庭等: what its members share.  Where it lives is a fact about each member."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.SmallIntegerField(choices=HouseholdKind)
    place = models.ForeignKey(Place, models.PROTECT, db_column="place", db_index=False)
    number = models.TextField(null=True)  # 户号
    act = models.ForeignKey(Act, models.PROTECT, db_index=False)

    class Meta:
        """Membership refers to the kind too."""

        constraints = [
            models.CheckConstraint(name="people_household_kind", condition=models.Q(kind__in=HouseholdKind.values)),
            models.UniqueConstraint(fields=["id", "kind"], name="people_household_of_kind"),
        ]


class Organisation(models.Model):
    """单位: employer or institution, as it stands now."""

    id = models.BigIntegerField(primary_key=True)
    kind = models.SmallIntegerField(choices=OrganisationKind)
    name = models.TextField()
    code = models.TextField(null=True, unique=True)  # 统一社会信用代码、组织机构代码; null until it has one
    place = models.ForeignKey(Place, models.PROTECT, db_column="place", db_index=False)
    sector = models.TextField(db_default="")  # 行业, GB/T 4754
    injury_class = models.SmallIntegerField(null=True)  # 工伤保险行业风险类别
    act = models.ForeignKey(Act, models.PROTECT, db_index=False)

    class Meta:
        """The form of the code is looked at here, its check character before."""

        indexes = [
            models.Index("place", name="people_organisation_place"),
            models.Index("name", name="people_organisation_name"),
        ]
        constraints = [
            models.CheckConstraint(
                name="people_organisation_kind", condition=models.Q(kind__in=OrganisationKind.values)
            ),
            models.CheckConstraint(
                name="people_organisation_code", condition=models.Q(code=None) | models.Q(code__regex=CODE)
            ),
            models.CheckConstraint(
                name="people_organisation_injury",
                condition=models.Q(injury_class=None) | models.Q(injury_class__range=(1, 8)),
            ),
            models.CheckConstraint(name="people_organisation_named", condition=~models.Q(name="")),
        ]


class OrganisationChange(models.Model):
    """What stood in an organisation's row before a change; written by the database."""

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation_id = models.BigIntegerField()
    id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    name = models.TextField()
    code = models.TextField(null=True)
    place = models.TextField()
    sector = models.TextField()
    injury_class = models.SmallIntegerField(null=True)
    changed_at = models.DateTimeField()
    act_id = models.BigIntegerField()


class OrganisationFact(models.Model):
    """A fact about an organisation on two time lines."""

    pk = models.CompositePrimaryKey("organisation_id", "id")
    organisation = models.ForeignKey(Organisation, models.PROTECT, db_index=False)
    id = models.BigIntegerField()
    valid = DateRangeField()
    recorded = DateTimeRangeField()
    act = models.ForeignKey(Act, models.PROTECT, db_index=False)

    class Meta:
        """One at a time."""

        abstract = True
        constraints = [
            ExclusionConstraint(
                name="%(app_label)s_%(class)s_one",
                expressions=[("organisation", RangeOperators.EQUAL), ("valid", RangeOperators.OVERLAPS)],
                condition=CURRENT,
            ),
            models.CheckConstraint(name="%(app_label)s_%(class)s_valid", condition=models.Q(valid__isempty=False)),
        ]


class OrganisationStanding(OrganisationFact):
    """登记状态 from a day on."""

    state = models.SmallIntegerField(choices=OrganisationState)

    class Meta(OrganisationFact.Meta):
        """A known state."""

        db_table = "people_organisation_state"
        constraints = [
            *OrganisationFact.Meta.constraints,
            models.CheckConstraint(
                name="people_organisation_state_known", condition=models.Q(state__in=OrganisationState.values)
            ),
        ]


class OrganisationAccount(OrganisationFact):
    """开户银行及账号, from which contributions are drawn and to which refunds go."""

    bank = models.TextField()
    account = models.TextField()
    holder = models.TextField()

    class Meta(OrganisationFact.Meta):
        """One at a time."""

        db_table = "people_organisation_account"
