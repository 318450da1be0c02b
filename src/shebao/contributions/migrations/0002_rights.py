"""What each table refuses, and who sees its rows."""

from __future__ import annotations

from django.db import migrations

from shebao.contributions.references import refers
from shebao.database.operations import append_only, closing_only, numbered, secure

FUNCTIONS = """
CREATE FUNCTION contributions_sees_organisation(which bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN which = access_own_organisation()
    OR EXISTS (SELECT FROM people_organisation o WHERE o.id = which AND access_sees(o.place));
REVOKE ALL ON FUNCTION contributions_sees_organisation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contributions_sees_organisation TO shebao_app, shebao_batch, shebao_reader, shebao_owner;
"""
# What a declaration's rows have to be held against, by one query.  Whoever declares for an employer learns of strangers
# to it no more than that a number is in the record.
KNOWN = """
CREATE FUNCTION contributions_known(
    employer bigint, declared date, kinds smallint[], papers text[], firsts date[], afters date[])
RETURNS TABLE (place bigint, person bigint, taken boolean, name text, died date, retired boolean, here date,
    here_until date, elsewhere smallint, elsewhere_until date, overlap boolean, wage bigint, working boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
WITH found AS MATERIALIZED (
    SELECT d.place, d.first, d.after, coalesce(h.merged_into, h.id) AS person
    FROM unnest(kinds, papers, firsts, afters) WITH ORDINALITY AS d(kind, paper, first, after, place)
    LEFT JOIN people_identifier i ON i.kind = d.kind AND i.number = d.paper AND upper_inf(i.recorded)
    LEFT JOIN people_person h ON h.id = i.person_id
    WHERE access_for('contributions.%') AND contributions_sees_organisation(employer)
), members AS MATERIALIZED (
    SELECT f.place, m.organisation_id IS NOT DISTINCT FROM employer AS ours, m.scheme, m.valid,
        m.valid && daterange(f.first, f.after) AS meets
    FROM found f JOIN contributions_membership m ON m.person_id = f.person AND upper_inf(m.recorded)
), ours AS (
    SELECT DISTINCT ON (m.place) m.place, lower(valid) AS since, upper(valid) AS until,
        bool_or(meets) OVER (PARTITION BY m.place) AS overlap
    FROM members m WHERE ours ORDER BY m.place, lower(valid) DESC
), theirs AS (
    SELECT DISTINCT ON (m.place) m.place, scheme, upper(valid) AS until
    FROM members m WHERE meets AND NOT ours ORDER BY m.place, lower(valid) DESC
), seen AS MATERIALIZED (
    SELECT f.place, f.first, f.person AS known, CASE WHEN o.place IS NOT NULL OR people_sees(f.person)
        THEN f.person END AS person, o.since, o.until, o.overlap
    FROM found f LEFT JOIN ours o ON o.place = f.place
)
SELECT s.place, s.person, s.person IS NULL AND s.known IS NOT NULL, n.name, v.death_day,
    EXISTS (SELECT FROM people_status t WHERE t.person_id = s.person AND t.kind = 1 AND upper_inf(t.recorded)
        AND t.valid @> s.first),
    s.since, s.until, x.scheme, x.until, coalesce(s.overlap, false), w.wage,
    EXISTS (SELECT FROM people_work k WHERE k.person_id = s.person AND upper_inf(k.recorded)
        AND k.valid && daterange(s.first, NULL))
FROM seen s
LEFT JOIN theirs x ON x.place = s.place AND s.person IS NOT NULL
LEFT JOIN people_name n ON n.person_id = s.person AND n.kind = 1 AND upper_inf(n.recorded) AND n.valid @> current_date
LEFT JOIN people_vitals v ON v.person_id = s.person AND upper_inf(v.recorded)
LEFT JOIN contributions_wage w ON w.person_id = s.person AND w.organisation_id = employer AND upper_inf(w.recorded)
    AND w.valid @> declared
$$;
REVOKE ALL ON FUNCTION contributions_known FROM PUBLIC;
GRANT EXECUTE ON FUNCTION contributions_known TO shebao_app, shebao_batch;
"""
PERSON = "people_sees(person_id)"
STAFF = f"organisation_id = access_own_organisation() OR {PERSON}"  # an employer sees what is about its own staff
ORGANISATION = "contributions_sees_organisation(organisation_id)"
PAYER = f"CASE WHEN person_id IS NULL THEN {ORGANISATION} ELSE {STAFF} END"
BILL = "EXISTS (SELECT FROM contributions_bill b WHERE b.id = bill_id)"  # who sees the bill
MONTHS = "extract(day FROM lower(valid)) = 1 AND (upper_inf(valid) OR extract(day FROM upper(valid)) = 1)"
OPEN = "upper_inf(OLD.recorded)"
# A row that its own act closes again was never known: its range is empty.
CLOSED = "NOT upper_inf(NEW.recorded) AND (isempty(NEW.recorded) OR lower(NEW.recorded) = lower(OLD.recorded))"
HOLDS, ENDED = "OLD.recorded_to = 'infinity'", "NEW.recorded_to < 'infinity'"
NUMBERED = (
    "employer",
    "membership",
    "choice",
    "wage",
    "bill",
    "item",
    "subsidy",
    "history",
    "opening",
    "receipt",
    "payment",
    "interest",
)
# what refers to what, in tables that take many rows at a time
PERSONS, ORGANISATIONS, ACTS = (
    {"person_id": "people_person"},
    {"organisation_id": "people_organisation"},
    {"act_id": "access_act"},
)
REFERENCES = {
    "employer": ORGANISATIONS | ACTS,
    "membership": PERSONS | ORGANISATIONS | ACTS,
    "choice": PERSONS | ACTS,
    "declaration": ORGANISATIONS,
    "declaration_line": PERSONS | {"declaration_id": "contributions_declaration"},
    "wage": PERSONS | ORGANISATIONS | ACTS,
    "bill": PERSONS | ORGANISATIONS,
    "item": PERSONS | ORGANISATIONS | ACTS | {"bill_id": "contributions_bill"},
    "problem": PERSONS | ORGANISATIONS,
    "subsidy": PERSONS | ACTS,
    "history": PERSONS | ACTS,
    "opening": PERSONS | ACTS,
    "receipt": ACTS,
    "payment": {"bill_id": "contributions_bill", "receipt_id": "contributions_receipt"} | ACTS,
    "refund": PERSONS | ORGANISATIONS,
    "credit": PERSONS | ACTS,
    "interest": PERSONS | ACTS,
}


def constraint(table: str, name: str, what: str) -> migrations.RunSQL:
    """A constraint that Django has no words for."""
    return migrations.RunSQL(
        f'ALTER TABLE "contributions_{table}" ADD CONSTRAINT "contributions_{table}_{name}" {what}',
        f'ALTER TABLE "contributions_{table}" DROP CONSTRAINT "contributions_{table}_{name}"',
    )


def index(name: str, what: str) -> migrations.RunSQL:
    """A unique index over expressions or some rows."""
    return migrations.RunSQL(f'CREATE UNIQUE INDEX "contributions_{name}" ON {what}', migrations.RunSQL.noop)


class Migration(migrations.Migration):
    """Exclusions, checks, references, policies, and what may ever change."""

    dependencies = [
        ("contributions", "0001_initial"),
        ("access", "0002_rights"),
        ("database", "0001_functions"),
        ("people", "0002_rights"),
    ]
    operations = [
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        *(numbered(f"contributions_{table}") for table in NUMBERED),
        *(refers(f"contributions_{table}", references) for table, references in REFERENCES.items()),
        # one payer, one scheme
        constraint("employer", "months", f"CHECK ({MONTHS})"),
        constraint("employer", "branches", "CHECK (branches <@ int4range(1, 6) AND NOT isempty(branches))"),
        constraint(
            "employer", "once", "EXCLUDE USING gist (organisation_id WITH =, valid WITH &&) WHERE (upper_inf(recorded))"
        ),
        constraint("membership", "months", f"CHECK ({MONTHS})"),
        constraint("membership", "branches", "CHECK (branches <@ int4range(1, 6) AND NOT isempty(branches))"),
        constraint(
            "membership",
            "payer",
            "CHECK (CASE scheme WHEN 1 THEN organisation_id IS NOT NULL OR status = 4 "
            "WHEN 2 THEN organisation_id IS NULL AND branches <@ int4range(1, 4) "
            "ELSE organisation_id IS NULL AND branches <@ int4range(1, 3) END)",
        ),
        constraint(
            "membership",
            "one_scheme",
            "EXCLUDE USING gist (person_id WITH =, branches WITH &&, valid WITH &&) WHERE (upper_inf(recorded))",
        ),
        constraint("wage", "months", f"CHECK ({MONTHS})"),
        constraint("wage", "amount", "CHECK (wage >= 0)"),
        constraint(
            "wage",
            "once",
            "EXCLUDE USING gist (person_id WITH =, coalesce(organisation_id, 0) WITH =, valid WITH &&) "
            "WHERE (upper_inf(recorded))",
        ),
        constraint("declaration", "month", "CHECK (extract(day FROM month) = 1)"),
        constraint("bill", "month", "CHECK (extract(day FROM month) = 1)"),
        constraint("item", "month", "CHECK (extract(day FROM month) = 1)"),
        constraint("choice", "amount", "CHECK (amount > 0)"),
        constraint("history", "months", "CHECK (months BETWEEN 0 AND 4095)"),
        constraint("credit", "month", "CHECK (extract(day FROM credited) = 1)"),
        # a year of a kind, as credited in a year, stands once; the halves of 1998 are two rows
        index(
            "history_once",
            "contributions_history (person_id, insurance, year, region, kind, credited, (months & 63 = 0)) "
            "NULLS NOT DISTINCT WHERE recorded_to = 'infinity'",
        ),
        index("opening_once", "contributions_opening (person_id, insurance) WHERE recorded_to = 'infinity'"),
        # nothing is changed but for what ends
        closing_only(
            "contributions_employer",
            OPEN,
            CLOSED,
            (
                "organisation_id",
                "id",
                "branches",
                "state",
                "injury_rate",
                "bank",
                "account",
                "agreement",
                "valid",
                "act_id",
            ),
        ),
        closing_only(
            "contributions_membership",
            OPEN,
            CLOSED,
            (
                "person_id",
                "id",
                "branches",
                "scheme",
                "status",
                "subsidy",
                "grade",
                "organisation_id",
                "valid",
                "declaration_id",
                "act_id",
            ),
        ),
        closing_only(
            "contributions_wage",
            OPEN,
            CLOSED,
            ("person_id", "id", "organisation_id", "wage", "valid", "declaration_id", "act_id"),
        ),
        closing_only(
            "contributions_problem",
            OPEN,
            CLOSED,
            ("id", "person_id", "organisation_id", "month", "insurance", "refusal", "zh", "en", "act_id"),
        ),
        closing_only(
            "contributions_history",
            HOLDS,
            ENDED,
            (
                "person_id",
                "id",
                "insurance",
                "year",
                "region",
                "kind",
                "months",
                "base",
                "weighted",
                "credited",
                "account",
                "wage",
                "source",
                "recorded_from",
                "act_id",
            ),
        ),
        closing_only(
            "contributions_opening",
            HOLDS,
            ENDED,
            ("person_id", "id", "insurance", "as_of", "balance", "own", "source", "recorded_from", "act_id"),
        ),
        *(
            append_only(f"contributions_{table}")
            for table in (
                "choice",
                "declaration",
                "declaration_line",
                "bill",
                "bill_line",
                "item",
                "subsidy",
                "bank_file",
                "receipt",
                "payment",
                "late_fee",
                "notice",
                "refund",
                "credit",
                "interest",
            )
        ),
        # who sees what
        secure("contributions_employer", ORGANISATION, update=("recorded",)),
        secure("contributions_membership", STAFF, update=("recorded",)),
        secure("contributions_wage", STAFF, update=("recorded",)),
        secure("contributions_choice", PERSON),
        secure("contributions_declaration", ORGANISATION),
        secure(
            "contributions_declaration_line",
            "EXISTS (SELECT FROM contributions_declaration d WHERE d.id = declaration_id)",
        ),
        secure("contributions_bill", PAYER),
        secure("contributions_bill_line", BILL),
        secure("contributions_item", STAFF),
        secure("contributions_problem", PAYER, update=("recorded",)),
        secure("contributions_subsidy", PERSON),
        secure("contributions_history", PERSON, update=("recorded_to",)),
        secure("contributions_opening", PERSON, update=("recorded_to",)),
        secure("contributions_bank_file", "access_for('contributions.%')"),
        secure("contributions_receipt", "access_for('contributions.%') AND access_own_organisation() IS NULL"),
        secure("contributions_payment", BILL),
        secure("contributions_late_fee", BILL),
        secure("contributions_notice", BILL),
        secure("contributions_refund", PAYER),
        secure("contributions_credit", PERSON),
        secure("contributions_interest", PERSON),
    ]
