"""How a name is searched: its pinyin, and the first letters of that."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import pyarrow as pa
from pypinyin import lazy_pinyin

# Characters that are read differently when they are a surname.
_SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "盖": "ge", "区": "ou", "朴": "piao",
    "任": "ren", "华": "hua", "覃": "qin", "繁": "po", "翟": "zhai", "牟": "mu", "乜": "nie", "员": "yun",
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "令狐": "ling hu", "澹台": "tan tai", "单于": "chan yu",
}  # fmt: skip
_APART = re.compile(r"[^0-9a-z]+")


class Keys(NamedTuple):
    """What a name is found by: `zhangwei` and `zw` for 张伟; ü is v."""

    pinyin: str
    initials: str


@lru_cache(maxsize=200_000)
def keys(name: str) -> Keys:
    """The keys of a name in characters or letters."""
    syllables = _syllables(name.strip())
    return Keys("".join(syllables), "".join(syllable[0] for syllable in syllables))


def _syllables(name: str) -> list[str]:
    for length in (2, 1):
        if name[:length] in _SURNAMES and len(name) > length:
            return _SURNAMES[name[:length]].split() + _read(name[length:])
    return _read(name)


def _read(text: str) -> list[str]:
    return _APART.sub(" ", " ".join(lazy_pinyin(text)).lower()).split()


def key_columns(names: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Pinyin and initials of each name; each different name is read once."""
    coded = names.dictionary_encode()
    found = [keys(name) for name in coded.dictionary.to_pylist()]
    pinyin, initials = (pa.array([key[k] for key in found], pa.string()).take(coded.indices) for k in (0, 1))
    return pinyin, initials
