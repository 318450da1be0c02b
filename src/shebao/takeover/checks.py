"""What one row cannot show: rows that stand twice, references between files, what the record says already.

Every check is one query over staged rows, and takes down a problem for each row that it finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shebao.contributions.services.booking import ACCOUNT
from shebao.people.codes import IdentifierKind, NameKind
from shebao.takeover.layout import OF_PERSONS
from shebao.takeover.staging import Staging

OTHER = int(IdentifierKind.OTHER_SYSTEM)
_LEGAL = int(NameKind.LEGAL)
_WHO = "JOIN staged_who w ON w.person_id = t.person_id"
_KNOWN = f"{_WHO} AND w.known"  # only of those the record can say something already
_UNKNOWN_PERSON = (
    "persons文件和档案中均没有此人员编号，请补充人员或更正编号",
    "is neither in the file of persons nor in the record; add the person or correct the number",
)


class Checks:
    """The checks of one takeover.  files: kind -> name of the file, for those that are there."""

    def __init__(self, staging: Staging, files: Mapping[str, str], source: str, as_of: date) -> None:
        self.staging = staging
        self.files = files
        self.given = {"source": source, "as_of": as_of, "persons": files.get("persons", "")}

    def all(self) -> None:
        """Looks at everything that is staged."""
        if "organisations" in self.files:
            self._organisations()
        if "persons" in self.files:
            self._persons()
            self._known_persons()
            self._execute("ANALYZE staged_problem")
        self._references()
        for kind, check in (
            ("histories", self._histories),
            ("balances", self._balances),
            ("awards", self._awards),
        ):
            if kind in self.files:
                check()

    def _find(self, kind: str, field: str, rest: str, zh: str, en: str, other: str = "NULL") -> None:
        person = "t.person_id" if kind == "persons" or kind in OF_PERSONS else "NULL"
        file, given = self.files[kind], self.given
        self.staging.find(file, kind, field, rest, (zh, en), other=other, person=person, given=given)

    def _execute(self, statement: str) -> None:
        with self.staging.connection.cursor() as cursor:
            cursor.execute(statement, self.given)

    def _twice(self, kind: str, keys: str, field: str, what: tuple[str, str]) -> None:
        """Rows that agree in these columns with an earlier one."""
        columns = keys.split(", ")
        same = " AND ".join(f"o.{column} = t.{column}" for column in columns)
        self._find(
            kind,
            field,
            f"JOIN (SELECT {keys}, min(row) AS row FROM staged_{kind} GROUP BY {keys} HAVING count(*) > 1) o "
            f"ON {same} WHERE t.row > o.row",
            f"{what[0]}与第{{other}}行重复，请只保留一行",
            f"{what[1]} stands in row {{other}} too; keep one row",
            other="o.row",
        )

    def _places(self, kind: str) -> None:
        self._find(
            kind,
            "place",
            "WHERE t.place IS NOT NULL AND NOT EXISTS (SELECT FROM access_place p WHERE p.code = t.place)",
            "不是本市的地区代码，请更正，或先登记该地区",
            "is no place of the city; correct it, or register the place first",
        )

    def _organisations(self) -> None:
        self._twice("organisations", "organisation", "organisation", ("单位编号", "the organisation"))
        self._twice("organisations", "code", "code", ("统一社会信用代码", "the code"))
        self._places("organisations")
        self._find(
            "organisations",
            "name",
            "JOIN people_organisation o ON o.code = t.code WHERE o.name <> t.name",
            "档案中此统一社会信用代码的单位名称是“{other}”，请核对代码；确为更名的先办理变更",
            "the record has this code under the name {other}; check the code, or change the name in the record first",
            other="o.name",
        )

    def _persons(self) -> None:
        self._twice("persons", "person_id", "person_id", ("人员编号", "the person"))
        self._twice("persons", "id_kind, id_number", "id_number", ("证件号码", "the identifier"))
        self._places("persons")
        self._find(
            "persons",
            "organisation",
            "WHERE t.organisation IS NOT NULL "
            "AND NOT EXISTS (SELECT FROM staged_organisations o WHERE o.organisation = t.organisation) "
            "AND NOT EXISTS (SELECT FROM people_organisation o WHERE o.code = t.organisation)",
            "organisations文件和档案中均没有此单位，请补充单位或更正编号",
            "is neither in the file of organisations nor in the record; add it or correct it",
        )

    def _known_persons(self) -> None:
        """Who is in the record: by the same identifier, with the same name, sex and day of birth."""
        self._execute(
            "CREATE TEMPORARY TABLE staged_match ON COMMIT DROP AS "
            "SELECT t.row, i.person_id AS person FROM staged_persons t "
            "JOIN people_identifier i ON i.kind = t.id_kind AND i.number = t.id_number AND upper_inf(i.recorded) "
            f"WHERE t.id_kind <> {int(IdentifierKind.UNVERIFIED)} UNION "
            "SELECT t.row, i.person_id FROM staged_persons t "
            f"JOIN people_identifier i ON i.kind = {OTHER} AND i.number = %(source)s || ':' || t.person_id "
            "AND upper_inf(i.recorded)"
        )
        self._execute("ANALYZE staged_match")
        self._find(
            "persons",
            "id_number",
            "JOIN staged_match m ON m.row = t.row JOIN staged_match o ON o.row = t.row AND o.person > m.person",
            "证件号码属于档案{other}，人员编号已接管为另一人的档案，请核对",
            "the identifier is of record {other}, while the person_id was taken over as another person; check both",
            other="o.person",
        )
        self._find(
            "persons",
            "id_number",
            "JOIN staged_match m ON m.row = t.row JOIN (SELECT person, min(row) AS row FROM staged_match "
            "GROUP BY person) o ON o.person = m.person WHERE o.row < t.row",
            "与第{other}行是档案中的同一人，请只保留一行",
            "is the same person of the record as row {other}; keep one row",
            other="o.row",
        )
        self._find(
            "persons",
            "name",
            "JOIN staged_match m ON m.row = t.row JOIN people_name n ON n.person_id = m.person "
            f"AND n.kind = {_LEGAL} AND upper_inf(n.recorded) AND upper_inf(n.valid) WHERE n.name <> t.name",
            "档案中此证件号码的姓名不同，请核对号码和姓名；确为更名的先办理变更",
            "the record has another name for this identifier; check both, or change the name in the record first",
        )
        for field, zh, en in (
            ("sex", "性别", "sex"),
            ("birth_day", "出生日期", "day of birth"),
            ("death_day", "死亡日期", "day of death"),
        ):
            self._find(
                "persons",
                field,
                "JOIN staged_match m ON m.row = t.row JOIN people_vitals v ON v.person_id = m.person "
                f"AND upper_inf(v.recorded) WHERE v.{field} <> t.{field}",
                f"与档案中此人的{zh}（{{other}}）不同，请核对",
                f"is not the {en} that the record has ({{other}}); check it",
                other=f"v.{field}",
            )

    def _references(self) -> None:
        """Makes staged_who: who each person_id of the files is, by row of the persons file or number in the record."""
        self._execute(
            'CREATE TEMPORARY TABLE staged_who (person_id text COLLATE "C", row bigint, person bigint, known boolean, '
            "birth_day date, place text) ON COMMIT DROP"
        )
        if "persons" in self.files:
            self._execute(
                "INSERT INTO staged_who SELECT DISTINCT ON (t.person_id) t.person_id, t.row, m.person, "
                "m.person IS NOT NULL, t.birth_day, coalesce(p.place, t.place) FROM staged_persons t "
                # of a row with a fault nothing is concluded
                "LEFT JOIN staged_match m ON m.row = t.row AND NOT EXISTS (SELECT FROM staged_problem f "
                "WHERE f.file = %(persons)s AND f.row = t.row AND NOT f.warning) "
                "LEFT JOIN people_person p ON p.id = m.person "
                "WHERE t.person_id IS NOT NULL ORDER BY t.person_id, t.row, m.person"
            )
        self._execute("CREATE UNIQUE INDEX ON staged_who (person_id)")
        for kind in OF_PERSONS:
            if kind in self.files:
                self._execute(
                    "INSERT INTO staged_who SELECT k.person_id, NULL, i.person_id, true, v.birth_day, p.place "
                    f"FROM (SELECT DISTINCT person_id FROM staged_{kind} EXCEPT SELECT person_id FROM staged_who) k "
                    f"JOIN people_identifier i ON i.kind = {OTHER} AND i.number = %(source)s || ':' || k.person_id "
                    "AND upper_inf(i.recorded) JOIN people_person p ON p.id = i.person_id "
                    "LEFT JOIN people_vitals v ON v.person_id = i.person_id AND upper_inf(v.recorded)"
                )
        self._execute("ANALYZE staged_who")
        for kind in OF_PERSONS:
            if kind in self.files:
                self._find(
                    kind,
                    "person_id",
                    "WHERE t.person_id IS NOT NULL "
                    "AND NOT EXISTS (SELECT FROM staged_who w WHERE w.person_id = t.person_id)",
                    *_UNKNOWN_PERSON,
                )

    def _histories(self) -> None:
        self._execute("CREATE INDEX ON staged_histories (person_id, insurance, year)")
        self._find(
            "histories",
            "months",
            "JOIN (SELECT person_id, insurance, year FROM staged_histories GROUP BY 1, 2, 3 HAVING count(*) > 1) g "
            "USING (person_id, insurance, year) "
            "JOIN LATERAL (SELECT min(o.row) AS row FROM staged_histories o WHERE o.person_id = t.person_id "
            "AND o.insurance = t.insurance AND o.year = t.year AND o.months & t.months <> 0 AND o.row < t.row) o "
            "ON o.row IS NOT NULL",
            "与第{other}行的月份重复（同一人、险种、年度），请合并或删除重复月份",
            "shares a month with row {other} (same person, insurance and year); settle the month that stands twice",
            other="o.row",
        )
        self._find(
            "histories",
            "months",
            f"{_KNOWN} WHERE EXISTS (SELECT FROM contributions_history h "
            "WHERE h.person_id = w.person AND h.insurance = t.insurance AND h.year = t.year "
            "AND h.recorded_to = 'infinity' AND h.months & t.months <> 0)",
            "档案中此人该险种该年度已有这些月份的缴费记录，请删除此行",
            "has months that the record has already for this person, insurance and year; take the row out",
        )
        # what the record takes once: the two halves of a year apart, as where the law breaks inside it
        key = "insurance = t.insurance AND {0}.year = t.year AND {0}.region = t.region AND {0}.kind = t.kind "
        key += "AND nullif({0}.credited, {0}.year) IS NOT DISTINCT FROM nullif(t.credited, t.year) "
        key += "AND ({0}.months & 63 = 0) = (t.months & 63 = 0) AND {0}.months & t.months = 0"
        self._find(
            "histories",
            "kind",
            "JOIN (SELECT person_id, insurance, year FROM staged_histories GROUP BY 1, 2, 3 HAVING count(*) > 1) g "
            "USING (person_id, insurance, year) "
            "JOIN LATERAL (SELECT min(o.row) AS row FROM staged_histories o WHERE o.person_id = t.person_id "
            f"AND o.row < t.row AND o.{key.format('o')}) o ON o.row IS NOT NULL",
            "与第{other}行是同一人同一险种、年度、缴费地、类别和记账年度，请合并为一行",
            "is of the same person, insurance, year, region, kind and year of credit as row {other}; make them one row",
            other="o.row",
        )
        self._find(
            "histories",
            "kind",
            f"{_KNOWN} WHERE EXISTS (SELECT FROM contributions_history h "
            f"WHERE h.person_id = w.person AND h.recorded_to = 'infinity' AND h.{key.format('h')})",
            "档案中已有此人同一险种、年度、缴费地、类别的缴费记录，请删除此行，在档案中更正",
            "adds to a row that the record has for this insurance, year, region and kind; take it out and correct that",
        )
        self._find(
            "histories",
            "year",
            f"{_WHO} WHERE t.year < extract(year FROM w.birth_day)",
            "早于此人的出生年份{other}，请更正",
            "is before the person's year of birth, {other}; correct it",
            other="extract(year FROM w.birth_day)::int",
        )
        self._find(
            "histories",
            "months",
            "WHERE t.year > extract(year FROM %(as_of)s::date) OR (t.year = extract(year FROM %(as_of)s::date) "
            "AND t.months >= 1 << extract(month FROM %(as_of)s::date)::int)",
            f"晚于接管日期{self.given['as_of']}，请更正年度或月份",
            f"is later than the day of the takeover, {self.given['as_of']}; correct the year or the months",
        )

    def _balances(self) -> None:
        self._twice("balances", "person_id, insurance", "insurance", ("同一人同一险种", "the person's insurance"))
        codes = ", ".join(str(int(code)) for code in ACCOUNT)
        self._find(
            "balances",
            "insurance",
            f"WHERE t.insurance NOT IN ({codes})",
            f"该险种没有个人账户（有个人账户的险种：{codes}），请删除此行",
            f"has no personal accounts (those that have: {codes}); take the row out",
        )
        self._find(
            "balances",
            "insurance",
            f"{_KNOWN} JOIN contributions_opening o ON o.person_id = w.person "
            "AND o.insurance = t.insurance AND o.recorded_to = 'infinity'",
            "此人该险种已有期初余额（{other}），请删除此行；有误的请办理更正",
            "has an opening balance of {other} in the record; take the row out, or correct that one",
            other="o.as_of",
        )
        self._find(
            "balances",
            "own",
            "WHERE t.own > t.balance",
            "个人缴费部分大于账户余额，请更正",
            "the part from own contributions is more than the balance; correct it",
        )
        self._after("balances", "as_of")

    def _awards(self) -> None:
        self._twice("awards", "person_id, kind", "kind", ("同一人同一待遇", "the person's award"))
        self._find(
            "awards",
            "kind",
            f"{_KNOWN} JOIN takeover_award a ON a.person_id = w.person AND a.kind = t.kind AND upper_inf(a.recorded)",
            "此人的该项待遇已接管（{other}起），请删除此行；有误的请办理更正",
            "was taken over already, from {other} on; take the row out, or correct that one",
            other="a.since",
        )
        self._find(
            "awards",
            "paid_to",
            "WHERE t.paid_to < date_trunc('month', t.since)",
            "早于待遇起始日{other}，请更正",
            "is before the award begins, {other}; correct it",
            other="t.since",
        )
        self._find(
            "awards",
            "since",
            f"{_WHO} WHERE t.since < w.birth_day",
            "早于此人的出生日期{other}，请更正",
            "is before the person's day of birth, {other}; correct it",
            other="w.birth_day",
        )
        self._after("awards", "paid_to")

    def _after(self, kind: str, field: str) -> None:
        as_of = self.given["as_of"]
        self._find(
            kind,
            field,
            f"WHERE t.{field} > %(as_of)s::date",
            f"晚于接管日期{as_of}，请更正",
            f"is later than the day of the takeover, {as_of}; correct it",
        )
