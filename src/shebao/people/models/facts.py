"""Facts about a person on two time lines: from when to when they hold, and from when to when they are known.

Among the rows known now none overlaps another of its kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Coalesce

from shebao.people.codes import (
    HUKOUS,
    SEXES,
    CardState,
    Channel,
    ContactKind,
    Disability,
    HouseholdKind,
    IdentifierKind,
    NameKind,
    RelationKind,
    Role,
    Scope,
    StatusKind,
    Topic,
    WorkKind,
)
from shebao.people.models.organisation import Organisation

CURRENT = models.Q(recorded__upper_inf=True)
PLACE = r"^\d{2}(\d{4}(\d{3}(\d{3})?)?)?$"


def one_at_a_time(
    table: str, same: Sequence[str | models.F | Coalesce] = (), only: models.Q = CURRENT, part: str = "one"
) -> ExclusionConstraint:
    """Of the rows of a person that agree in these columns, no two known now hold on one day."""
    return ExclusionConstraint(
        name=f"people_{table}_{part}",
        expressions=[
            ("person_id", RangeOperators.EQUAL),
            *((expression, RangeOperators.EQUAL) for expression in same),
            ("valid", RangeOperators.OVERLAPS),
        ],
        condition=only,
    )


def known(table: str, column: str, values: Sequence[int], empty: bool = False) -> models.CheckConstraint:
    """A code is one of its list."""
    found = models.Q(**{f"{column}__in": list(values)})
    return models.CheckConstraint(
        name=f"people_{table}_{column}", condition=found | models.Q(**{column: None}) if empty else found
    )


class Fact(models.Model):
    """What all facts have."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    valid = DateRangeField()
    recorded = DateTimeRangeField()
    event_id = models.BigIntegerField()  # with person_id the key of people_event

    class Meta:
        """It holds for a day at least, from a day on."""

        abstract = True
        constraints = [
            models.CheckConstraint(
                name="people_%(class)s_valid", condition=models.Q(valid__isempty=False, valid__lower_inf=False)
            )
        ]


class Name(Fact):
    """姓名."""

    kind = models.SmallIntegerField(choices=NameKind, db_default=NameKind.LEGAL)
    name = models.TextField(db_collation="C")
    pinyin = models.TextField(db_collation="C")
    initials = models.TextField(db_collation="C")

    class Meta(Fact.Meta):
        """One of each kind at a time."""

        indexes = [
            models.Index("name", name="people_name_name", condition=CURRENT),
            models.Index("pinyin", name="people_name_pinyin", condition=CURRENT),
            models.Index("initials", name="people_name_initials", condition=CURRENT),
        ]
        constraints = [
            *Fact.Meta.constraints,
            known("name", "kind", NameKind.values),
            models.CheckConstraint(name="people_name_some", condition=~models.Q(name="")),
            one_at_a_time("name", ["kind"]),
        ]


class Vitals(Fact):
    """性别、出生、死亡: holds from birth on, so one row is known at a time."""

    sex = models.SmallIntegerField()
    birth_day = models.DateField()
    death_day = models.DateField(null=True)

    class Meta(Fact.Meta):
        """Nobody dies before birth."""

        constraints = [
            *Fact.Meta.constraints,
            known("vitals", "sex", SEXES),
            models.CheckConstraint(
                name="people_vitals_order",
                condition=models.Q(death_day=None) | models.Q(death_day__gte=models.F("birth_day")),
            ),
            models.CheckConstraint(
                name="people_vitals_life",
                condition=models.Q(valid__startswith=models.F("birth_day"), valid__upper_inf=True),
            ),
            models.UniqueConstraint(fields=["person_id"], name="people_vitals_one", condition=CURRENT),
        ]


class Identifier(Fact):
    """证件号码: of one person only, and once."""

    kind = models.SmallIntegerField(choices=IdentifierKind)
    number = models.TextField(db_collation="C")

    class Meta(Fact.Meta):
        """A citizen's number fits its check digit."""

        indexes = [models.Index("number", name="people_identifier_number", condition=CURRENT)]
        constraints = [
            *Fact.Meta.constraints,
            known("identifier", "kind", IdentifierKind.values),
            models.CheckConstraint(
                name="people_identifier_form",
                condition=~models.Q(kind__in=[1, 2])
                | models.Q(kind=IdentifierKind.CITIZEN, number__regex=r"^[1-9][0-9]{16}[0-9X]$")
                | models.Q(kind=IdentifierKind.CITIZEN_15, number__regex=r"^[1-9][0-9]{14}$"),
            ),
            models.CheckConstraint(name="people_identifier_some", condition=~models.Q(number="")),
            models.UniqueConstraint(
                fields=["kind", "number"],
                name="people_identifier_once",
                condition=CURRENT & ~models.Q(kind=IdentifierKind.UNVERIFIED),
            ),
        ]


class Residence(Fact):
    """居住地和户籍."""

    place = models.TextField()  # where the person lives, a community where it is known
    address = models.TextField(null=True)
    hukou = models.SmallIntegerField(null=True)  # law's Hukou
    hukou_place = models.TextField(null=True)  # GB/T 2260, of any province

    class Meta(Fact.Meta):
        """One at a time."""

        indexes = [models.Index("place", name="people_residence_place", condition=CURRENT)]
        constraints = [
            *Fact.Meta.constraints,
            known("residence", "hukou", HUKOUS, empty=True),
            models.CheckConstraint(
                name="people_residence_code",
                condition=models.Q(place__regex=PLACE)
                & (models.Q(hukou_place=None) | models.Q(hukou_place__regex=PLACE)),
            ),
            one_at_a_time("residence"),
        ]


class Membership(Fact):
    """家庭成员."""

    household_id = models.BigIntegerField()  # with kind the key of people_household
    kind = models.SmallIntegerField(choices=HouseholdKind, db_default=HouseholdKind.HOUSEHOLD)
    role = models.SmallIntegerField(choices=Role)

    class Meta(Fact.Meta):
        """One household of each kind at a time."""

        indexes = [models.Index("household_id", name="people_membership_household")]
        constraints = [
            *Fact.Meta.constraints,
            known("membership", "role", Role.values),
            one_at_a_time("membership", ["kind"]),
        ]


class Work(Fact):
    """就业: two organisations at a time are lawful, one of them is the main."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, db_index=False, db_constraint=False)
    kind = models.SmallIntegerField(choices=WorkKind)
    main = models.BooleanField(db_default=True)

    class Meta(Fact.Meta):
        """Who works flexibly has no organisation."""

        indexes = [models.Index("organisation", "person_id", name="people_work_organisation", condition=CURRENT)]
        constraints = [
            *Fact.Meta.constraints,
            known("work", "kind", WorkKind.values),
            models.CheckConstraint(
                name="people_work_where",
                condition=models.Q(kind=WorkKind.FLEXIBLE, organisation=None)
                | (~models.Q(kind=WorkKind.FLEXIBLE) & models.Q(organisation__isnull=False)),
            ),
            one_at_a_time("work", only=CURRENT & models.Q(main=True), part="main"),
            one_at_a_time("work", [Coalesce("organisation", 0)]),
        ]


class Status(Fact):
    """身份状态: retirement, disability, low income …; grade and category as the kind says."""

    kind = models.SmallIntegerField(choices=StatusKind)
    grade = models.SmallIntegerField(null=True)
    category = models.SmallIntegerField(null=True)

    class Meta(Fact.Meta):
        """One of each kind at a time."""

        constraints = [
            *Fact.Meta.constraints,
            known("status", "kind", StatusKind.values),
            models.CheckConstraint(
                name="people_status_grade",
                condition=~models.Q(kind__in=[StatusKind.DISABLED, StatusKind.DISABLED_VETERAN])
                | models.Q(kind=StatusKind.DISABLED, grade__range=(1, 4), category__in=Disability.values)
                | models.Q(kind=StatusKind.DISABLED, grade__range=(1, 4), category=None)
                | models.Q(kind=StatusKind.DISABLED_VETERAN, grade__range=(1, 10)),
            ),
            one_at_a_time("status", ["kind"]),
        ]


class Relation(Fact):
    """监护人、代办人、代领人, 配偶, 父母: another person or an organisation."""

    kind = models.SmallIntegerField(choices=RelationKind)
    scope = models.SmallIntegerField(choices=Scope, db_default=Scope.ALL)
    other_id = models.BigIntegerField(null=True)  # a person
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, db_index=False, db_constraint=False)

    class Meta(Fact.Meta):
        """One payee for a scope, one spouse; guardians, proxies and parents may be several."""

        indexes = [models.Index("other_id", name="people_relation_other", condition=CURRENT)]
        constraints = [
            *Fact.Meta.constraints,
            known("relation", "kind", RelationKind.values),
            known("relation", "scope", Scope.values),
            models.CheckConstraint(
                name="people_relation_who",
                condition=models.Q(other_id=None, organisation__isnull=False)
                | models.Q(other_id__isnull=False, organisation=None),
            ),
            models.CheckConstraint(
                name="people_relation_self",
                condition=models.Q(other_id=None) | ~models.Q(other_id=models.F("person_id")),
            ),
            one_at_a_time(
                "relation",
                ["kind", "scope"],
                CURRENT & models.Q(kind__in=[RelationKind.PAYEE, RelationKind.SPOUSE]),
                "only",
            ),
            one_at_a_time("relation", ["kind", "scope", Coalesce("other_id", 0), Coalesce("organisation", 0)]),
        ]


class Contact(Fact):
    """联系方式."""

    kind = models.SmallIntegerField(choices=ContactKind)
    value = models.TextField()

    class Meta(Fact.Meta):
        """One of each kind at a time."""

        constraints = [
            *Fact.Meta.constraints,
            known("contact", "kind", ContactKind.values),
            models.CheckConstraint(name="people_contact_some", condition=~models.Q(value="")),
            one_at_a_time("contact", ["kind"]),
        ]


class Notice(Fact):
    """通知方式: by which channel, for each topic."""

    topic = models.SmallIntegerField(choices=Topic)
    channel = models.SmallIntegerField(choices=Channel)

    class Meta(Fact.Meta):
        """One channel for a topic."""

        constraints = [
            *Fact.Meta.constraints,
            known("notice", "topic", Topic.values),
            known("notice", "channel", Channel.values),
            one_at_a_time("notice", ["topic"]),
        ]


class Card(Fact):
    """社会保障卡的一个状态; the card's number is known once it is made."""

    card = models.BigIntegerField()  # one card through its life
    number = models.TextField(null=True, db_collation="C")
    state = models.SmallIntegerField(choices=CardState)

    class Meta(Fact.Meta):
        """One state at a time, its last one open; a card's number is of one card."""

        indexes = [models.Index("number", name="people_card_number", condition=CURRENT)]
        constraints = [
            *Fact.Meta.constraints,
            known("card", "state", CardState.values),
            models.CheckConstraint(
                name="people_card_numbered",
                condition=models.Q(number__isnull=False) | models.Q(state__in=[CardState.ASKED, CardState.CANCELLED]),
            ),
            one_at_a_time("card", ["card"]),
            models.UniqueConstraint(
                fields=["number"], name="people_card_once", condition=CURRENT & models.Q(valid__upper_inf=True)
            ),
        ]


class Particular(Fact):
    """认定事项: an input of the law that no other table holds."""

    input = models.TextField(db_collation="C")  # the input's name
    value = models.BigIntegerField()  # as rules hold it: fen, a day number, a code, 0 or 1

    class Meta(Fact.Meta):
        """One value of an input at a time."""

        constraints = [
            *Fact.Meta.constraints,
            models.CheckConstraint(
                name="people_particular_named", condition=models.Q(input__regex=r"^[a-z][a-z0-9_]*$")
            ),
            one_at_a_time("particular", ["input"]),
        ]
