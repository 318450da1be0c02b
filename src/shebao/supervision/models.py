"""What is stored of the city in figures."""

from __future__ import annotations

from django.db import models

from shebao.access.models import Act


class Figure(models.Model):
    """指标: a count or sum at the end of a day, of a district; the city's is the sum of its districts."""

    pk = models.CompositePrimaryKey("day", "name", "place")
    day = models.DateField()
    name = models.TextField(db_collation="C")  # of figures.FIGURES; `monthly.NAME` of a benefit, `income.2014-01`
    place = models.TextField()  # a district's code, or the city's where nothing says which district
    value = models.BigIntegerField()  # persons, families, or fen, as the figure says
    act = models.ForeignKey(Act, models.PROTECT, db_index=False, related_name="+")
