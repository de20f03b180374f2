"""Labels come and go, and what stands on their type comes back or is named."""

import re
from io import StringIO
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import DBAPIError

from tests.databases import psql
from tests.factories import add_task
from tests.revisions import run_revision
from tests.schema import describe_schema
from vision_tasks.config import Settings
from vision_tasks.faults import get_sqlstate
from vision_tasks.migrating.enum_labels import (
    add_enum_label,
    create_enum_type,
    drop_enum_label,
    drop_enum_type,
)

ODD = "it's 100% :odd \\ $1"
LABELS = "SELECT enumlabel FROM pg_enum WHERE enumtypid = %s::regtype ORDER BY enumsortorder"
TRIGGERS = """
SELECT tgname, tgenabled, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger')
  FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"""
TYPE = """
SELECT typowner, typacl::text, obj_description(oid, 'pg_type') FROM pg_type
 WHERE typname = 'taskstatus'"""


def _fetch(cursor: Any, question: str, *values: str) -> list[Any]:
    cursor.execute(question, values or None)
    return list(cursor.fetchall())


def _list_labels(cursor: Any, name: str = "taskstatus") -> list[str]:
    return [row[0] for row in _fetch(cursor, LABELS, name)]


def test_a_type_of_any_name_and_labels_is_made_once_and_dropped_once(
    own_settings: Settings,
) -> None:
    with psql(own_settings) as cursor:
        for _ in range(2):
            with run_revision(own_settings):
                create_enum_type("Kind", [ODD, "b"])
                add_enum_label("Kind", f"{ODD}!", before=ODD)
                drop_enum_label("Kind", f"{ODD}!")
        assert _list_labels(cursor, '"Kind"') == [ODD, "b"]
        with pytest.raises(DBAPIError, match="'b'") as raised, run_revision(own_settings):
            create_enum_type("Kind", ["b"])
        assert get_sqlstate(raised.value) == "42710"
        for _ in range(2):
            with run_revision(own_settings):
                drop_enum_type("Kind")
        assert _fetch(cursor, "SELECT FROM pg_type WHERE typname = 'Kind'") == []


def test_a_label_goes_and_what_looks_at_it_comes_back_as_it_was(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(
            """
            CREATE TABLE "Other" (id serial, "A" taskstatus DEFAULT 'FAILED',
              many taskstatus[] DEFAULT ARRAY['PENDING'::taskstatus], UNIQUE ("A", id),
              CHECK (many IS NOT NULL));
            CREATE INDEX ON "Other" (many, "A");
            INSERT INTO "Other" (many) VALUES (ARRAY['PENDING', 'FAILED']::taskstatus[]);
            CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER "Disabled" BEFORE UPDATE OF status ON tasks
              FOR EACH ROW WHEN (NEW.status = 'PENDING') EXECUTE FUNCTION nothing();
            CREATE TRIGGER replica BEFORE UPDATE OF status ON tasks
              FOR EACH ROW EXECUTE FUNCTION nothing();
            CREATE CONSTRAINT TRIGGER always AFTER UPDATE OF "A" ON "Other" DEFERRABLE
              FOR EACH ROW EXECUTE FUNCTION nothing();
            ALTER TABLE tasks DISABLE TRIGGER "Disabled";
            ALTER TABLE tasks ENABLE REPLICA TRIGGER replica;
            ALTER TABLE "Other" ENABLE ALWAYS TRIGGER always;
            COMMENT ON TRIGGER "Disabled" ON tasks IS 'it''s off';
            COMMENT ON TYPE taskstatus IS 'where a task is';
            REVOKE USAGE ON TYPE taskstatus FROM PUBLIC;
            GRANT USAGE ON TYPE taskstatus TO pg_monitor WITH GRANT OPTION;
            """
        )
        add_task(cursor)
        questions = (TRIGGERS, TYPE, 'SELECT * FROM "Other"', "SELECT * FROM tasks")
        found = [_fetch(cursor, question) for question in questions]
        before = describe_schema(cursor)
        with run_revision(own_settings):
            add_enum_label("taskstatus", ODD, after="PENDING")
        assert _list_labels(cursor)[:3] == ["PENDING", ODD, "PROCESSING"]
        for _ in range(2):
            with run_revision(own_settings):
                drop_enum_label("taskstatus", ODD)
        assert describe_schema(cursor) == before
        assert [_fetch(cursor, question) for question in questions] == found
        cursor.execute('INSERT INTO "Other" (id) VALUES (2) RETURNING "A", many::text')
        assert cursor.fetchall() == [("FAILED", "{PENDING}")]


DEPENDENTS = {
    "index only_failed": "CREATE INDEX only_failed ON tasks (id) WHERE status = 'FAILED'",
    "view seen": "CREATE VIEW seen AS SELECT status FROM tasks",
    "materialized view sum": "CREATE MATERIALIZED VIEW sum AS SELECT 'FAILED'::taskstatus AS s",
    "column is_done of table tasks": "ALTER TABLE tasks ADD is_done boolean"
    " GENERATED ALWAYS AS (status > 'FAILED') STORED",
    "column same of table tasks": "ALTER TABLE tasks ADD same taskstatus"
    " GENERATED ALWAYS AS (status) STORED",
    "column text of table notes": "CREATE TABLE notes (text text"
    " DEFAULT ('FAILED'::taskstatus)::text)",
    "constraint known on table tasks": "ALTER TABLE tasks ADD CONSTRAINT known"
    " CHECK (status <> 'FAILED')",
    "policy own on table tasks": "CREATE POLICY own ON tasks USING (status = 'FAILED')",
    "function f(taskstatus)": "CREATE FUNCTION f(taskstatus) RETURNS int LANGUAGE sql"
    " AS 'SELECT 1'",
    "type own_status": "CREATE DOMAIN own_status AS taskstatus",
    "table child": "CREATE TABLE child () INHERITS (tasks)",
}


def test_all_dependents_are_named_at_once_and_nothing_is_touched(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        for statement in DEPENDENTS.values():
            cursor.execute(statement)
        before = describe_schema(cursor)
        with pytest.raises(DBAPIError) as raised, run_revision(own_settings):
            drop_enum_label("taskstatus", "COMPLETED")
        assert get_sqlstate(raised.value) == "2BP01"
        message = str(raised.value.orig)
        listed = re.findall(r"type taskstatus: (.*?);", message)[0].split(", ")
        assert set(DEPENDENTS) <= set(listed)
        assert describe_schema(cursor) == before


@pytest.mark.parametrize(
    ("name", "statement"), DEPENDENTS.items(), ids=lambda value: str(value).split(" ")[0]
)
def test_each_dependent_is_found_alone(own_settings: Settings, name: str, statement: str) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(statement)
    with pytest.raises(DBAPIError) as raised, run_revision(own_settings):
        drop_enum_label("taskstatus", "COMPLETED")
    assert f"taskstatus: {name};" in str(raised.value.orig)


def test_a_script_for_psql_says_what_a_revision_does(own_settings: Settings) -> None:
    script = StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql",
        opts={"as_sql": True, "output_buffer": script, "transaction_per_migration": True},
    )
    with Operations.context(context):
        create_enum_type("Kind", ["b", ODD])
        add_enum_label("taskstatus", ODD, before="PENDING")
        drop_enum_label("taskstatus", "FAILED")
        drop_enum_label("taskstatus", "FAILED")
    assert "%" not in script.getvalue()
    with psql(own_settings) as cursor:
        for statement in re.split(r";\n\n(?=\S|$)", script.getvalue()):
            if statement:
                cursor.execute(statement)
        assert _list_labels(cursor) == [ODD, "PENDING", "PROCESSING", "COMPLETED"]
        assert _list_labels(cursor, '"Kind"') == ["b", ODD]
