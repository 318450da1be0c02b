"""How many people there are, by age and sex, and where they are registered: what the population is drawn from."""

from __future__ import annotations

import numpy as np

from shebao.law.city.facts import Hukou, Sex
from shebao.samplecity.draws import Ints

# People by age and sex in units of 1,000; ages 0-4, 5-9, ..., 80-84, 85 and over.
# 2020: seventh national census, Beijing, table by age and sex, rounded to 1,000.
# 2010: sixth national census, Beijing: published totals (bulletin) spread over ages; reconstructed, each cell +-10 %.
AGES = 18
WIDTH = 5  # years of an age group; the last one is open
CENSUS: dict[int, dict[Sex, tuple[int, ...]]] = {
    2010: {
        Sex.MALE: (367, 262, 253, 587, 1381, 1126, 975, 951, 876, 833, 719, 599, 372, 254, 244, 186, 93, 50),
        Sex.FEMALE: (337, 238, 230, 519, 1315, 1052, 870, 857, 782, 757, 679, 588, 379, 273, 262, 187, 97, 63),
    },
    2020: {
        Sex.MALE: (526, 485, 336, 346, 716, 996, 1309, 1108, 838, 842, 842, 828, 677, 569, 315, 185, 152, 125),
        Sex.FEMALE: (490, 448, 306, 288, 634, 909, 1194, 1035, 764, 777, 778, 799, 710, 626, 353, 230, 197, 160),
    },
}
# Registered in this city, of a thousand, by age group.  Assumed, so that the whole comes near the census of 2020, in
# which 8.418 of 21.893 million came from other provinces, most of them of working age.
LOCAL = (700, 700, 700, 520, 420, 440, 500, 560, 620, 680, 740, 790, 860, 890, 900, 910, 920, 930)
# Non-agricultural among them, and among the others, of a thousand.  Assumed.
LOCAL_URBAN, OTHER_URBAN = 800, 350


def groups(year: int) -> tuple[Ints, Ints]:
    """(weights, sexes) of the age groups, men first: shape (36,).  Linear between the censuses, the nearest beyond."""
    part = min(max(year, 2010), 2020) - 2010
    weights = [
        CENSUS[2010][sex][k] * (10 - part) + CENSUS[2020][sex][k] * part
        for sex in (Sex.MALE, Sex.FEMALE)
        for k in range(AGES)
    ]
    return np.asarray(weights, np.int64), np.repeat(np.asarray([Sex.MALE, Sex.FEMALE], np.int64), AGES)


def hukou_weights(group: Ints) -> Ints:
    """Weights of the registrations, in the order of Hukou, for each age group: shape (people, 4)."""
    local = np.asarray(LOCAL, np.int64)[group]
    other = 1000 - local
    weights: Ints = np.stack(
        [local * LOCAL_URBAN, local * (1000 - LOCAL_URBAN), other * OTHER_URBAN, other * (1000 - OTHER_URBAN)], axis=1
    )
    assert [int(h) for h in Hukou] == [1, 2, 3, 4]  # a pick is the code less one
    return weights
