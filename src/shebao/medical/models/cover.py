"""待遇年度: all that the reader has to know of a person in a year, in one row."""

from __future__ import annotations

from django.db import models

# What is counted up over a year, as the law names it; a settlement's row says by how much it changed each.
ACCUMULATORS = (
    "year_outpatient_eligible",
    "year_outpatient_paid",
    "year_periods",
    "year_pool_paid",
    "year_large_paid",
    "year_own_share",
    "year_catastrophic_paid",
    "aid_outpatient",
    "aid_inpatient",
    "aid_serious",
)


class CoverYear(models.Model):
    """A year for which covers are kept, and the day up to which its arrears were looked at."""

    year = models.SmallIntegerField(primary_key=True)
    as_of = models.DateField()
    open = models.BooleanField(db_default=True)  # its rows follow the facts
    act_id = models.BigIntegerField()

    class Meta:
        """A table of its own name."""

        db_table = "medical_cover_year"


class Accumulated(models.Model):
    """Fen, year_periods a count.  Of a cover: so far in the year; of a settlement: by it."""

    year_outpatient_eligible = models.BigIntegerField(db_default=0)
    year_outpatient_paid = models.BigIntegerField(db_default=0)
    year_periods = models.SmallIntegerField(db_default=0)
    year_pool_paid = models.BigIntegerField(db_default=0)
    year_large_paid = models.BigIntegerField(db_default=0)
    year_own_share = models.BigIntegerField(db_default=0)
    year_catastrophic_paid = models.BigIntegerField(db_default=0)
    aid_outpatient = models.BigIntegerField(db_default=0)
    aid_inpatient = models.BigIntegerField(db_default=0)
    aid_serious = models.BigIntegerField(db_default=0)

    class Meta:
        """Columns only."""

        abstract = True


class Cover(Accumulated):
    """参保和累计: a person's year.

    The first columns follow from facts of other rooms, which `medical_cover_due` says; months are masks, bit 0 is
    January.  The accumulators follow from the settlements.
    """

    pk = models.CompositePrimaryKey("person_id", "year")
    person_id = models.BigIntegerField()
    year = models.SmallIntegerField()
    employee = models.SmallIntegerField(db_default=0)  # months in the employees' scheme
    retired = models.SmallIntegerField(db_default=0)  # of these, as a retiree
    unemployed = models.SmallIntegerField(db_default=0)  # months on unemployment benefit
    resident = models.SmallIntegerField(db_default=0)  # months in the residents' scheme
    suspended = models.SmallIntegerField(db_default=0)  # of all these, without benefits for arrears
    resident_class = models.SmallIntegerField(null=True)  # ResidentMedicalClass of the law
    standing = models.SmallIntegerField(db_default=0)  # Standing of the law
    relief = models.SmallIntegerField(db_default=0)  # ReliefClass of the law
    last_day = models.DateField(null=True)  # the latest day of a bill that was settled
    disordered_id = models.BigIntegerField(
        null=True
    )  # the settlement or reversal that came out of order, to be looked at

    class Meta:
        """Nothing accumulates below zero; who is counted is insured."""

        indexes = [
            models.Index(
                fields=("year",), condition=models.Q(disordered_id__isnull=False), name="medical_cover_disordered"
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="medical_cover_accumulated",
                condition=models.Q(**{f"{name}__gte": 0 for name in ACCUMULATORS}),
            )
        ]
