"""How a cover follows from the facts of other rooms, and that it does so in the same transaction.

`medical_cover_due` says what the rows have to be; whoever changes a fact has the rows of its persons brought up to it
by the triggers here, and the night compares every row with it.  Nothing happens for a year that is not open.
"""

from __future__ import annotations

from django.db import migrations

DUE = """
-- The months of a range within a year, as a mask; the range is of whole months.
CREATE FUNCTION medical_months(valid daterange, of_year integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN greatest(0, (1 << least(12, greatest(0, coalesce((extract(year FROM upper(valid))::int - of_year) * 12
        + extract(month FROM upper(valid))::int - 1, 12))))
    - (1 << least(12, greatest(0, coalesce((extract(year FROM lower(valid))::int - of_year) * 12
        + extract(month FROM lower(valid))::int - 1, 0)))));

-- What the covers of a year are to be, of these persons or (null) of all, where there is something to say.
-- Arrears: of a bill due before `as_of` and not settled.  An employee's benefits stop the month after the first month
-- in arrears, a resident's with the year that is not paid, and come back for all these months once it is settled.
CREATE FUNCTION medical_cover_due(whom bigint[], of_year integer, as_of date)
RETURNS TABLE (person_id bigint, employee integer, retired integer, unemployed integer, resident integer,
    suspended integer, resident_class smallint, standing integer, relief integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH span AS (SELECT daterange(make_date(of_year, 1, 1), make_date(of_year + 1, 1, 1)) AS year),
alive AS (
    SELECT v.person_id, v.death_day FROM people_vitals v
    WHERE upper_inf(v.recorded) AND (whom IS NULL OR v.person_id = ANY (whom))
), members AS (
    SELECT m.person_id, m.scheme, m.status, m.grade, m.organisation_id, lower(m.valid) AS since,
        medical_months(m.valid * daterange(NULL, (date_trunc('month', a.death_day) + interval '1 month')::date),
            of_year) AS months
    FROM contributions_membership m JOIN alive a USING (person_id), span
    WHERE upper_inf(m.recorded) AND m.branches @> 2 AND m.valid && span.year
        AND (whom IS NULL OR m.person_id = ANY (whom))
), unpaid AS (
    SELECT i.person_id, i.organisation_id, i.insurance, min(i.month) AS month
    FROM contributions_bill b JOIN contributions_item i ON i.bill_id = b.id, span
    WHERE b.due_day < as_of AND NOT EXISTS (SELECT FROM contributions_settled s WHERE s.bill_id = b.id)
        AND i.insurance IN (2, 7) AND i.month < upper(span.year)
        AND (whom IS NULL OR i.person_id = ANY (whom))
    GROUP BY i.person_id, i.organisation_id, i.insurance HAVING sum(i.employer + i.own) > 0
), schemes AS (
    SELECT m.person_id,
        bit_or(CASE WHEN m.scheme < 3 THEN m.months ELSE 0 END) AS employee,
        bit_or(CASE WHEN m.scheme < 3 AND m.status = 4 THEN m.months ELSE 0 END) AS retired,
        bit_or(CASE WHEN m.scheme = 3 THEN m.months ELSE 0 END) AS resident,
        bit_or(CASE WHEN u.person_id IS NULL THEN 0 WHEN u.insurance = 7
            THEN m.months & medical_months(daterange(u.month, NULL), of_year)
            ELSE m.months & medical_months(daterange((u.month + interval '1 month')::date, NULL), of_year)
            END) AS suspended,
        (array_agg(m.grade ORDER BY m.since DESC) FILTER (WHERE m.scheme = 3 AND m.months > 0))[1] AS resident_class
    FROM members m LEFT JOIN unpaid u ON u.person_id = m.person_id
        AND u.organisation_id IS NOT DISTINCT FROM m.organisation_id
        AND u.insurance = CASE WHEN m.scheme = 3 THEN 7 ELSE 2 END
    GROUP BY m.person_id
), relieved AS (
    SELECT a.person_id, bit_or(medical_months(a.valid, of_year)) AS unemployed FROM cases_award a, span
    WHERE a.benefit = 'unemployment_medical_cover' AND upper_inf(a.recorded) AND a.valid && span.year
        AND (whom IS NULL OR a.person_id = ANY (whom))
    GROUP BY a.person_id
), poor AS (
    SELECT a.person_id, CASE a.benefit WHEN 'destitute_support' THEN 1 WHEN 'minimum_living_allowance' THEN 2 ELSE 3 END
        AS standing, a.owner
    FROM cases_award a WHERE upper_inf(a.recorded) AND a.valid @> as_of
        AND a.benefit IN ('destitute_support', 'minimum_living_allowance', 'low_income_eligible')
), standings AS (
    SELECT p.person_id, min(p.standing) AS standing FROM (
        SELECT person_id, standing FROM poor
        UNION ALL
        SELECT m.person_id, poor.standing FROM poor
        JOIN people_membership h ON h.person_id = poor.person_id AND h.kind = 1 AND upper_inf(h.recorded)
            AND h.valid @> as_of
        JOIN people_membership m ON m.household_id = h.household_id AND m.kind = 1 AND upper_inf(m.recorded)
            AND m.valid @> as_of
        WHERE poor.owner <> ''
    ) p WHERE whom IS NULL OR p.person_id = ANY (whom) GROUP BY p.person_id
), classes AS (
    SELECT p.person_id, p.value::int AS relief FROM people_particular p
    WHERE p.input = 'relief_class' AND upper_inf(p.recorded) AND p.valid @> as_of
        AND (whom IS NULL OR p.person_id = ANY (whom))
)
SELECT person_id, coalesce(s.employee, 0), coalesce(s.retired, 0), coalesce(r.unemployed, 0), coalesce(s.resident, 0),
    coalesce(s.suspended, 0), s.resident_class, coalesce(t.standing, 0), coalesce(c.relief, 0)
FROM schemes s FULL JOIN relieved r USING (person_id) LEFT JOIN standings t USING (person_id)
    LEFT JOIN classes c USING (person_id)
WHERE coalesce(s.employee, 0) | coalesce(s.resident, 0) | coalesce(r.unemployed, 0) > 0
$$;
"""

COLUMNS = (
    "employee",
    "retired",
    "unemployed",
    "resident",
    "suspended",
    "resident_class",
    "standing",
    "relief",
)
_OLD, _NEW = ", ".join(f"c.{name}" for name in COLUMNS), ", ".join(f"d.{name}" for name in COLUMNS)
FOLLOW = f"""
-- Brings the covers of a year up to the facts, of these persons or (null) of all, in the order of their numbers; gives
-- how many rows were written.  Of many persons every table is read once: the planner, which cannot know how many they
-- are, would look each up in each table, or worse.
CREATE FUNCTION medical_cover_follow(persons bigint[], of_year integer, as_of date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written bigint;
    gone bigint;
    many boolean := persons IS NULL OR cardinality(persons) > 100;
    before text := current_setting('enable_nestloop');
BEGIN
    PERFORM set_config('enable_nestloop', CASE WHEN many THEN 'off' ELSE before END, true);
    INSERT INTO medical_cover AS c (person_id, year, {", ".join(COLUMNS)})
    SELECT d.person_id, of_year, {_NEW}
    FROM medical_cover_due(persons, of_year, as_of) d
    LEFT JOIN medical_cover c ON c.person_id = d.person_id AND c.year = of_year
    WHERE c.person_id IS NULL OR ({_OLD}) IS DISTINCT FROM ({_NEW})
    ORDER BY d.person_id
    ON CONFLICT (person_id, year) DO UPDATE SET {", ".join(f"{name} = EXCLUDED.{name}" for name in COLUMNS)};
    GET DIAGNOSTICS written = ROW_COUNT;
    UPDATE medical_cover c SET {", ".join(f"{name} = {'NULL' if name == 'resident_class' else 0}" for name in COLUMNS)}
    WHERE c.year = of_year AND (persons IS NULL OR c.person_id = ANY (persons))
        AND c.employee | c.resident | c.unemployed > 0
        AND NOT EXISTS (SELECT FROM medical_cover_due(persons, of_year, as_of) d WHERE d.person_id = c.person_id);
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('enable_nestloop', before, true);
    RETURN written + gone;
END $$;

-- The rows of a year that are not as the facts say.
CREATE FUNCTION medical_cover_astray(of_year integer, as_of date)
RETURNS TABLE (person_id bigint, name text, stands integer, due integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
SELECT person_id, v.name, v.stands, v.due
FROM (SELECT * FROM medical_cover WHERE year = of_year) c FULL JOIN medical_cover_due(NULL, of_year, as_of) d
    USING (person_id),
LATERAL (VALUES {", ".join(f"('{name}', c.{name}::int, d.{name}::int)" for name in COLUMNS)}) AS v (name, stands, due)
WHERE coalesce(v.stands, 0) <> coalesce(v.due, 0) ORDER BY 1, 2
$$;
REVOKE ALL ON FUNCTION medical_cover_due, medical_cover_follow, medical_cover_astray FROM PUBLIC;
GRANT EXECUTE ON FUNCTION medical_cover_due, medical_cover_follow, medical_cover_astray TO shebao_batch, shebao_owner;
"""

# How the persons are found whom rows of a table concern.
_OF_PERSON = "SELECT DISTINCT a.person_id FROM changed a"
CONCERNED = {
    "contributions_membership": "SELECT DISTINCT a.person_id FROM changed a WHERE a.branches @> 2",
    # of a bill that is settled, only those matter who were suspended
    "contributions_settled": "SELECT DISTINCT i.person_id FROM changed a JOIN contributions_item i "
    "ON i.bill_id = a.bill_id JOIN medical_cover c ON c.person_id = i.person_id AND c.suspended <> 0",
    "people_vitals": "SELECT DISTINCT a.person_id FROM changed a WHERE a.death_day IS NOT NULL",
    "people_particular": "SELECT DISTINCT a.person_id FROM changed a WHERE a.input = 'relief_class'",
    "people_membership": f"{_OF_PERSON} WHERE a.kind = 1",
    "cases_award": """SELECT DISTINCT coalesce(m.person_id, a.person_id) FROM changed a
        LEFT JOIN people_membership h ON a.owner <> '' AND h.person_id = a.person_id AND h.kind = 1
            AND upper_inf(h.recorded)
        LEFT JOIN people_membership m ON m.household_id = h.household_id AND m.kind = 1 AND upper_inf(m.recorded)
        WHERE a.benefit IN ('unemployment_medical_cover', 'destitute_support', 'minimum_living_allowance',
            'low_income_eligible')""",
}


def _follows(table: str, query: str) -> str:
    """The triggers by which covers follow a table."""
    function = f"""
CREATE FUNCTION medical_follows_{table}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of medical_cover_year;
    persons bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM medical_cover_year WHERE open) THEN
        RETURN NULL;
    END IF;
    persons := ARRAY({query});
    IF cardinality(persons) > 0 THEN
        FOR of IN SELECT * FROM medical_cover_year WHERE open ORDER BY year LOOP
            PERFORM medical_cover_follow(persons, of.year, of.as_of);
        END LOOP;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION medical_follows_{table} FROM PUBLIC;
"""
    return function + "".join(
        f"""CREATE TRIGGER medical_follows_{verb.lower()} AFTER {verb} ON {table} REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION medical_follows_{table}();
"""
        for verb in ("INSERT", "UPDATE")
    )


class Migration(migrations.Migration):
    """Functions, and triggers on the tables of the rooms below."""

    dependencies = [("medical", "0002_rights")]
    operations = [
        migrations.RunSQL(DUE, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOW, migrations.RunSQL.noop),
        *(migrations.RunSQL(_follows(table, query), migrations.RunSQL.noop) for table, query in CONCERNED.items()),
    ]
