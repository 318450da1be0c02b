"""Who acts, where and for what; who has read whose record."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.db import models


class Place(models.Model):
    """地区 of four levels; the code of a place begins with that of the place it lies in."""

    class Level(models.IntegerChoices):
        """City, district or county, street or town, community or village."""

        CITY = 1, "市"
        DISTRICT = 2, "区县"
        STREET = 3, "街道乡镇"
        COMMUNITY = 4, "社区村"

    code = models.TextField(primary_key=True)
    level = models.SmallIntegerField(choices=Level)
    name = models.TextField()
    assumed = models.BooleanField(default=False)  # a made-up name or code of the sample city

    class Meta:
        """The code's length follows from the level."""

        constraints = [
            models.CheckConstraint(
                name="access_place_code",
                condition=models.Q(level=1, code__regex=r"^\d{2}$")
                | models.Q(level=2, code__regex=r"^\d{6}$")
                | models.Q(level=3, code__regex=r"^\d{9}$")
                | models.Q(level=4, code__regex=r"^\d{12}$"),
            )
        ]


class Actor(models.Model):
    """Somebody, or a programme of the system, that may act."""

    class Kind(models.IntegerChoices):
        """Whose side the actor is on."""

        SYSTEM = 1, "系统"
        STAFF = 2, "工作人员"
        ORGANISATION = 3, "单位经办人"
        CITIZEN = 4, "个人"

    kind = models.SmallIntegerField(choices=Kind)
    name = models.TextField()
    organisation_id = models.BigIntegerField(null=True)  # of kind ORGANISATION: whose declarations it files
    person_id = models.BigIntegerField(null=True)  # of kind CITIZEN: whose record is its own
    active = models.BooleanField(default=True)

    class Meta:
        """An organisation's user has an organisation, a citizen a person; nobody else has either."""

        constraints = [
            models.CheckConstraint(
                name="access_actor_of",
                condition=models.Q(kind=3, organisation_id__isnull=False, person_id__isnull=True)
                | models.Q(kind=4, person_id__isnull=False, organisation_id__isnull=True)
                | models.Q(kind__in=(1, 2), person_id__isnull=True, organisation_id__isnull=True),
            )
        ]


class Role(models.Model):
    """岗位: a name for what one may do."""

    code = models.TextField(primary_key=True)
    name = models.TextField()
    protected = models.BooleanField(default=False)  # may read protected persons


class Right(models.Model):
    """A purpose that a role may act for: `people.record`, or `people.%` for all of a room's."""

    role = models.ForeignKey(Role, models.PROTECT)
    purpose = models.TextField()

    class Meta:
        """Each once."""

        constraints = [models.UniqueConstraint(fields=("role", "purpose"), name="access_right_once")]


class Grant(models.Model):
    """An actor has a role in a place, and so in all places within it, from a day to a day."""

    actor = models.ForeignKey(Actor, models.PROTECT)
    role = models.ForeignKey(Role, models.PROTECT)
    place = models.ForeignKey(Place, models.PROTECT)
    since = models.DateField(db_default=TransactionNow())  # the first day
    until = models.DateField(null=True)  # the last day

    class Meta:
        """It does not end before it begins."""

        constraints = [
            models.CheckConstraint(
                name="access_grant_days", condition=models.Q(until=None) | models.Q(until__gte=models.F("since"))
            )
        ]


class Act(models.Model):
    """One transaction: who did it, for what, when.  Whatever it writes names it."""

    actor = models.ForeignKey(Actor, models.PROTECT)
    purpose = models.TextField()
    at = models.DateTimeField(db_default=TransactionNow())


class Read(models.Model):
    """Somebody looked at a person's record."""

    pk = models.CompositePrimaryKey("person_id", "id")
    person_id = models.BigIntegerField()
    id = models.BigIntegerField()
    act = models.ForeignKey(Act, models.PROTECT, db_index=False)
    what = models.TextField()  # the part that was read
    at = models.DateTimeField(db_default=TransactionNow())


class Credential(models.Model):
    """登录: how an actor shows who he is.  Read and written by functions of the database alone.

    password: of one of Django's hashers; code_key: base32, of the second factor (RFC 6238), which staff must have.
    """

    actor = models.OneToOneField(Actor, models.PROTECT, primary_key=True)
    login = models.TextField(unique=True)
    password = models.TextField()
    code_key = models.TextField(blank=True, db_default="")
    code_step = models.BigIntegerField(db_default=0)  # the last code that was used: none is used twice
    failures = models.SmallIntegerField(db_default=0)
    locked_until = models.DateTimeField(null=True)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False)

    class Meta:
        """A name to sign in with."""

        constraints = [models.CheckConstraint(name="access_credential_login", condition=~models.Q(login=""))]


class Session(models.Model):
    """A sign-in under way, known by the digest of its token; the token itself is with the browser alone."""

    digest = models.BinaryField(primary_key=True)
    actor = models.ForeignKey(Actor, models.PROTECT)
    agent = models.TextField(blank=True)
    began_at = models.DateTimeField(db_default=TransactionNow())
    seen_at = models.DateTimeField(db_default=TransactionNow())
    ended_at = models.DateTimeField(null=True)


class Token(models.Model):
    """令牌 of another program, known by its digest: an actor, and the purposes it is limited to."""

    digest = models.BinaryField(primary_key=True)
    actor = models.ForeignKey(Actor, models.PROTECT)
    name = models.TextField()  # of the program that has it
    scopes = ArrayField(models.TextField())
    since = models.DateTimeField(db_default=TransactionNow())
    until = models.DateField()  # the last day
    ended_at = models.DateTimeField(null=True)
    act = models.ForeignKey(Act, models.PROTECT, db_index=False)
