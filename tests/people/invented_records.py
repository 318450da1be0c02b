"""Records of invented people as five departments hold them, and who is who: a hard set for linkage, from a seed.

About 62 of 100 records are of different people.  Households share telephone, address and surname; one person in 70
has a twin.  Of 100 records 35 have no identity number, most of them in two of the sources.  Of the numbers 3 in 100 are
written with 15 digits and 2 with a slip; 1 in 1,000 people has a stranger's number too, 1 in 2,000 has had two, and 2
in 1,000 numbers are those of somebody else in the household.  All these shares are assumed.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pypinyin import lazy_pinyin

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Text = npt.NDArray[np.str_]

SOURCES = ("户籍", "社保", "医保", "民政", "税务")
_PRESENT = (0.41, 0.29, 0.24, 0.17, 0.13)  # of all people, in each source
_NUMBERLESS = (0.12, 0.34, 0.4, 0.62, 0.66)  # of its records
_TWICE = 0.015  # of the records of a source, entered a second time
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_MALE = (
    "伟强磊军勇涛超明刚杰平辉鹏斌波华飞林峰健建国志文海龙宇浩建东亮宏玉成德新春永宝庆安福祥生荣贵兴俊家子轩博泽铭嘉瑞晨旭阳睿天一"
    "诚毅昊然世恒振清利全民义长山金忠学光正立树权武仁启"
)
_FEMALE = (
    "芳娜敏静丽艳霞秀英兰玲燕红梅桂凤萍云淑珍玉莉雪琴洁颖琳慧婷蕾晶丹倩欣怡梦佳思雨涵诗梓萱彤妍可馨语桐依若悦琪雅文月春华金爱莲香美"
    "荣珠翠巧惠素琼媛岚菲宁晓明建小清平瑶芬"
)
_SOUNDS = (
    "玮炜维惟雷垒君均钧永咏用滔韬朝名铭鸣钢洁捷萍苹晖慧惠朋彬宾博花妃菲琳霖锋丰健剑志智雯纹欣新"
    "馨莹颖燕艳雁红虹洪宏昊皓宇羽雨玉育"
)
_AREAS = np.asarray([*range(110120, 110200), *range(110230, 110300)], np.int64)  # never given to a place
_WEIGHTS = np.asarray([2**k % 11 for k in range(17, 0, -1)], np.int64)
_CHECK = np.asarray(list("10X98765432"))
_STREETS = np.asarray([f"1101{d:02d}{s:03d}" for d in range(1, 17) for s in range(1, 22)][:325])
_LATEST = (datetime.date(2011, 6, 30) - datetime.date(1970, 1, 1)).days


@dataclass(frozen=True)
class _People:
    """Arrays of shape (people,)."""

    household: Ints
    surname: Text
    given: Text
    female: Flags
    born: Ints  # days since 1970-01-01
    number: Text


def records(number: int, seed: int = 1) -> tuple[pa.Table, Ints]:
    """So many records in the shape `shebao.people.linkage.link` takes, and of each the person (from 0)."""
    random = np.random.default_rng(seed)
    people = _people(random, int(number / (sum(_PRESENT) * (1 + _TWICE)) * 1.02) + 50)
    held = [np.flatnonzero(random.random(len(people.household)) < share) for share in _PRESENT]
    person = np.concatenate(held)
    source = np.repeat(np.arange(len(held)), [len(one) for one in held])
    again = np.flatnonzero(random.random(len(person)) < _TWICE)
    person, source = np.concatenate([person, person[again]]), np.concatenate([source, source[again]])
    chosen = random.permutation(len(person))[:number]
    person, source = person[chosen], source[chosen]
    return _table(random, people, person, source), person


def _people(random: np.random.Generator, wanted: int) -> _People:
    homes = wanted * 10 // 27 + 10
    size = random.choice(5, homes, p=[0.2, 0.25, 0.32, 0.15, 0.08]) + 1
    household = np.repeat(np.arange(homes), size)[:wanted]
    start = np.cumsum(size) - size
    place = np.arange(len(household)) - start[household]  # 0 head, 1 spouse, 2 and 3 children, 4 a parent of the head
    count = len(household)
    age = random.integers(25, 80, homes)
    gap = random.integers(21, 36, homes)
    years = np.select(
        [place == 0, place == 1, place == 2, place == 3],
        [
            age[household],
            age[household] + random.integers(-5, 6, count),
            age[household] - gap[household],
            age[household] - gap[household] - random.integers(1, 7, count),
        ],
        age[household] + random.integers(20, 32, count),
    )
    born = _LATEST - np.clip(years, 0, 99) * 365 - random.integers(0, 365, count)
    female = random.random(count) < 0.5
    female = np.where(place == 1, ~female[start[household]], female)
    weights = 1 / (np.arange(len(_SURNAMES)) + 3.0)
    family = random.choice(len(_SURNAMES), homes, p=weights / weights.sum())
    own = random.choice(len(_SURNAMES), count, p=weights / weights.sum())
    surname = np.asarray(list(_SURNAMES))[np.where((place == 1) | ((place == 4) & female), own, family[household])]
    first, second = _characters(random, female), _characters(random, female)
    single = random.random(count) < 0.18
    # brothers and sisters may share a character, twins oftener
    younger = np.flatnonzero(place == 3)
    elder = younger - 1
    twins = random.random(len(younger)) < 0.09
    shares = random.random(len(younger)) < np.where(twins, 0.6, 0.2)
    born[younger[twins]] = born[elder[twins]]
    same_sex = random.random(len(younger)) < 0.65
    female[younger[twins & same_sex]] = female[elder[twins & same_sex]]
    redrawn = _characters(random, female)
    second[younger] = redrawn[younger]
    first[younger[shares]] = first[elder[shares]]
    single[younger[shares]] = single[elder[shares]] = False
    alike = younger[(first[younger] == first[elder]) & (second[younger] == second[elder])]
    second[alike] = "宁"
    given = np.where(single, second, np.char.add(first, second))
    area = _AREAS[random.integers(0, len(_AREAS), homes)][household]
    moved = random.random(count) < 0.4
    area = np.where(moved, _AREAS[random.integers(0, len(_AREAS), count)], area)
    area[younger] = area[elder]
    return _People(household, surname, given, female, born, _numbers(random, area, born, female, younger[twins]))


def _characters(random: np.random.Generator, female: Flags) -> Text:
    drawn = []
    for pool in (_MALE, _FEMALE):
        letters = np.asarray(list(dict.fromkeys(pool)))
        weights = 1 / (np.arange(len(letters)) + 12.0)
        drawn.append(letters[random.choice(len(letters), len(female), p=weights / weights.sum())])
    return np.where(female, drawn[1], drawn[0])


def _numbers(random: np.random.Generator, area: Ints, born: Ints, female: Flags, twins: Ints) -> Text:
    """Valid 18-character numbers, no two alike; a twin's sequence number follows the other's."""
    serial = random.integers(0, 499, len(area)) * 2 + np.where(female, 2, 1)
    serial[twins] = np.where(female[twins] == female[twins - 1], serial[twins - 1] + 2, serial[twins - 1] + 1)
    serial = np.where(serial > 999, serial - 998, serial)
    while True:
        key = (area * 100_000 + born + 50_000) * 1000 + serial
        _, first = np.unique(key, return_index=True)
        again = np.setdiff1d(np.arange(len(key)), first)
        if not len(again):
            break
        serial[again] = (serial[again] + 2 - 1) % 998 + 1
    return _written(area, born, serial)


def _written(area: Ints, born: Ints, serial: Ints) -> Text:
    day = _yyyymmdd(born)
    digits = np.concatenate([_digits(area, 6), _digits(day, 8), _digits(serial, 3)], axis=1)
    check = _CHECK[(digits @ _WEIGHTS) % 11]
    letters = np.char.mod("%d", digits)
    return np.concatenate([letters, check[:, None]], axis=1).astype("U1").copy().view("U18").reshape(-1)


def _digits(value: Ints, count: int) -> Ints:
    return value[:, None] // 10 ** np.arange(count - 1, -1, -1) % 10


def _yyyymmdd(days: Ints) -> Ints:
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    months = month.astype(np.int64) + 1970 * 12
    return months // 12 * 10_000 + (months % 12 + 1) * 100 + (date - month).astype(np.int64) + 1


def _table(random: np.random.Generator, people: _People, person: Ints, source: Ints) -> pa.Table:
    count = len(person)

    def hit(rate: float) -> Flags:
        return random.random(count) < rate

    name, sound = _names(random, people, person)
    born, known = _birth_days(random, people.born[person])
    female = people.female[person] ^ hit(0.004)
    phone, has_phone = _phones(random, people, person)
    street, address, has_street, has_address = _addresses(random, people, person, source)
    number, has_number = _id_numbers(random, people, person, source)
    order = np.char.add("R", np.char.zfill(np.arange(count).astype(str), 7))
    return pa.table(
        {
            "record": order,
            "source": pa.DictionaryArray.from_arrays(pa.array(source, pa.int32()), list(SOURCES)).cast(pa.string()),
            "name": name,
            "pinyin": sound,
            "id_number": pa.array(number, mask=~has_number),
            "birth_day": pa.array(born.astype("datetime64[D]"), mask=~known),
            "sex": pa.array(np.where(female, 2, 1).astype(np.int8), mask=hit(0.03)),
            "phone": pa.array(phone, mask=~has_phone),
            "place": pa.array(street, mask=~has_street),
            "address": pa.array(address, mask=~has_address),
        }
    )


def _names(random: np.random.Generator, people: _People, person: Ints) -> tuple[Text, Text]:
    """Names as written: of 1,000, 15 with a character of the same sound, 7 with another one."""
    letters = sorted({*_SURNAMES, *_MALE, *_FEMALE, *_SOUNDS, "宁"})
    sounds = dict(zip(letters, lazy_pinyin(letters), strict=True))
    alike = {a: [b for b in letters if b != a and sounds[b] == sounds[a]] for a in letters}
    name = np.char.add(people.surname, people.given)[person].astype("U3")
    fate = random.random(len(name))
    for k in np.flatnonzero(fate < 0.022):
        text = str(name[k])
        place = int(random.integers(random.random() > 0.1, len(text)))  # seldom the surname's
        choice = alike[text[place]] if fate[k] < 0.015 else letters
        if choice:
            name[k] = text[:place] + choice[int(random.integers(len(choice)))] + text[place + 1 :]
    distinct, index = np.unique(name, return_inverse=True)
    written = np.asarray([" ".join(sounds[c] for c in text) for text in distinct])
    return name, written[index]


def _birth_days(random: np.random.Generator, born: Ints) -> tuple[Ints, Flags]:
    """Of 100 records 12 have no day of birth, 1 only the year (as 1 January), 1.5 one wrong digit."""
    fate = random.random(len(born))
    year = born.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    kind = random.integers(0, 3, len(born))
    step = random.integers(1, 4, len(born)) * np.where(random.random(len(born)) < 0.5, 1, -1)
    month = born.astype("datetime64[D]").astype("datetime64[M]")
    day = born - month.astype("datetime64[D]").astype(np.int64)
    month = month + np.where(kind == 0, step, 0) + np.where(kind == 1, step * 12, 0)
    start = month.astype("datetime64[D]").astype(np.int64)
    length = (month + 1).astype("datetime64[D]").astype(np.int64) - start
    wrong = start + np.clip(day + np.where(kind == 2, step, 0), 0, length - 1)
    written = np.where(fate < 0.01, year, np.where(fate < 0.025, wrong, born))
    return written, fate < 0.88


def _phones(random: np.random.Generator, people: _People, person: Ints) -> tuple[Text, Flags]:
    """Of 100 people 35 give the household's telephone, 25 have changed theirs; of 100 records 32 have none."""
    homes = int(people.household[-1]) + 1
    total = len(people.household)
    count = len(person)
    of_home = random.integers(0, 10**8, homes)
    own = random.integers(0, 10**8, total)
    former = random.integers(0, 10**8, total)
    digits = np.where(random.random(total) < 0.35, of_home[people.household], own)[person]
    changed = (random.random(total) < 0.25)[person] & (random.random(count) < 0.5)
    digits = np.where(changed, former[person], digits)
    # an agent's or a village clerk's number stands in the records of many
    agents = random.integers(0, 10**8, max(total // 2000, 1))
    digits = np.where(random.random(count) < 0.015, agents[random.integers(0, len(agents), count)], digits)
    slip = random.random(count) < 0.012
    power = 10 ** random.integers(0, 8, count)
    digits = np.where(slip, digits - digits // power % 10 * power + random.integers(0, 10, count) * power, digits)
    return np.char.add("138", np.char.zfill(digits.astype(str), 8)), random.random(count) >= 0.32


def _addresses(
    random: np.random.Generator, people: _People, person: Ints, source: Ints
) -> tuple[Text, Text, Flags, Flags]:
    """A household's street and address; of 100 people 22 have an earlier one in some records; each source writes so."""
    homes = int(people.household[-1]) + 1
    total, count = len(people.household), len(person)
    weights = 1 / (np.arange(len(_STREETS)) + 40.0)
    moved = (random.random(total) < 0.22)[person] & (random.random(count) < 0.5)
    home = np.where(moved, homes + person, people.household[person])
    street = random.choice(len(_STREETS), homes + total, p=weights / weights.sum())[home]
    court = random.integers(1, 60, homes + total)[home]
    house, gate = random.integers(1, 13, homes + total)[home], random.integers(1, 7, homes + total)[home]
    flat = (random.integers(1, 19, homes + total) * 100 + random.integers(1, 5, homes + total))[home]
    full = [court.astype(str), "号院", house.astype(str), "号楼", gate.astype(str), "单元", flat.astype(str), "室"]
    short = [court.astype(str), "-", house.astype(str), "-", gate.astype(str), "-", flat.astype(str), ""]
    written = np.where(source % 2 == 0, _joined(full), _joined(short))
    return _STREETS[street], written, random.random(count) >= 0.08, random.random(count) >= 0.25


def _joined(parts: list[Text | str]) -> Text:
    text = np.asarray(parts[0])
    for part in parts[1:]:
        text = np.char.add(text, part)
    return text


def _id_numbers(random: np.random.Generator, people: _People, person: Ints, source: Ints) -> tuple[Text, Flags]:
    """Numbers as written, and which records have one."""
    total, count = len(people.household), len(person)
    own = people.number.copy()
    shared = np.flatnonzero(random.random(total) < 0.001)
    own[shared] = people.number[random.integers(0, total, len(shared))]
    number = own[person]
    two = (random.random(total) < 0.0005)[person] & (random.random(count) < 0.5)
    area = _AREAS[random.integers(0, len(_AREAS), total)]
    former = _written(area, people.born, random.integers(0, 499, total) * 2 + np.where(people.female, 2, 1))
    number = np.where(two, former[person], number)
    beside = np.clip(person + np.where(random.random(count) < 0.5, 1, -1), 0, total - 1)
    relative = (random.random(count) < 0.002) & (people.household[beside] == people.household[person])
    number = np.where(relative, own[beside], number)
    fate = random.random(count)
    old = (fate < 0.05) & (people.born[person] < (datetime.date(1999, 10, 1) - datetime.date(1970, 1, 1)).days)
    letters = number.view("U1").reshape(-1, 18)
    short = np.concatenate([letters[:, :6], letters[:, 8:17]], axis=1).copy().view("U15").reshape(-1)
    slips = np.flatnonzero((fate >= 0.06) & (fate < 0.08))
    place = random.integers(0, 17, len(slips))
    swap = random.random(len(slips)) < 0.3
    slipped = letters.copy()
    digit = (letters[slips, place].astype(np.int64) + random.integers(1, 10, len(slips))) % 10
    slipped[slips, place] = digit.astype("U1")
    swapped, at = slips[swap], np.minimum(place[swap], 15)
    slipped[swapped] = letters[swapped]
    slipped[swapped, at], slipped[swapped, at + 1] = letters[swapped, at + 1], letters[swapped, at]
    written = np.where(old, short, slipped.view("U18").reshape(-1))
    return written, random.random(count) >= np.asarray(_NUMBERLESS)[source]
