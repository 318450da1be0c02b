"""What is asked about a funeral."""

from __future__ import annotations

from shebao.rules.declare import Input
from shebao.rules.kinds import LAST_DAY, Count, Day, Flag

INPUTS = [
    Input(
        "funeral_at_city_home",
        Flag,
        "在市属殡仪馆办理丧事",
        "Funeral at one of the two homes of the city",
        missing=False,
    ),
    Input(
        "funeral_of_veteran_family",
        Flag,
        "丧属为优抚家庭",
        "The family of the deceased is in the special care of veterans",
        missing=False,
    ),
    Input("sea_burial_day", Day, "骨灰撒海日期", "Day the ashes were scattered at sea", missing=LAST_DAY),
    Input(
        "sea_burial_relatives",
        Count,
        "撒海随行亲属人数",
        "Relatives who come along to the scattering",
        high=1000,
        missing=0,
    ),
]
