"""Facts about a person that every programme may read."""

from __future__ import annotations

from shebao.rules.declare import Input, Missing
from shebao.rules.kinds import LAST_DAY, Code, Day


class Sex(Code):
    """GB/T 2261.1 has the same numbers."""

    MALE = 1, "男", "male"
    FEMALE = 2, "女", "female"


class Hukou(Code):
    """Household registration: of this city or of another place, non-agricultural or agricultural."""

    LOCAL_URBAN = 1, "本市非农业户口", "this city, non-agricultural"
    LOCAL_RURAL = 2, "本市农业户口", "this city, agricultural"
    OTHER_URBAN = 3, "外埠非农业户口", "another place, non-agricultural"
    OTHER_RURAL = 4, "外埠农业户口", "another place, agricultural"


INPUTS = [
    Input("birth_day", Day, "出生日期", "Day of birth", missing=Missing.ROW),
    Input("sex", Sex, "性别", "Sex"),
    Input(
        "death_day",
        Day,
        "死亡日期",
        "Day of death",
        missing=LAST_DAY,
        note="empty while the person is alive: it then stands for the last day of the calendar",
    ),
    Input("hukou", Hukou, "户口", "Household registration"),
]
