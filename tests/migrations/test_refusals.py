"""What an upgrade refuses, in one sentence and with nothing half done."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from psycopg2 import sql

from tests.databases import Databases, psql
from tests.deployed import deploy, get_config
from tests.schema import describe_schema
from vision_tasks.config import Settings
from vision_tasks.migrating.errors import (
    MigrationFailedError,
    UnconvertibleMomentsError,
    UnconvertibleResultsError,
)
from vision_tasks.upgrade import find_migrations, upgrade_to_head

HEAD = ScriptDirectory(str(find_migrations())).get_current_head()
# What a database may have, and what a migration needs.
SETTINGS = [
    ("statement_timeout", "1h", "0"),
    ("transaction_timeout", "1h", "0"),
    ("idle_in_transaction_session_timeout", "1h", "0"),
    ("standard_conforming_strings", "off", "on"),
    ("quote_all_identifiers", "on", "off"),
]
UNCONVERTIBLE = [r'{"a": "x\u0000y"}', r'"\ud800"', r'["\udc00\ud800"]', "1e200000", "1" * 140_000]


def test_results_that_jsonb_cannot_hold_are_named_before_anything_is_changed(
    empty_settings: Settings,
) -> None:
    deploy(empty_settings)
    with psql(empty_settings) as cursor:
        for result in UNCONVERTIBLE:
            cursor.execute(
                "INSERT INTO tasks (id, status, filename, result)"
                " VALUES (gen_random_uuid(), 'FAILED', 'bad.jpg', %s)",
                (result,),
            )
        cursor.execute(
            "INSERT INTO tasks (id, status, filename, result) VALUES (gen_random_uuid(), 'FAILED',"
            r""" 'good.jpg', '["\\u0000", "\ud83d\ude00", 1e5, 1.5E-3]')"""
        )
        before = describe_schema(cursor)
        with pytest.raises(UnconvertibleResultsError) as refusal:
            upgrade_to_head(empty_settings)
        assert f"({len(UNCONVERTIBLE)} in all)" in str(refusal.value)
        assert describe_schema(cursor) == before
        cursor.execute("SELECT id::text FROM tasks WHERE filename = 'bad.jpg'")
        bad = [row[0] for row in cursor.fetchall()]
        assert all(task_id in str(refusal.value) for task_id in bad)
        cursor.execute("UPDATE tasks SET result = NULL WHERE filename = 'bad.jpg'")
        upgrade_to_head(empty_settings)
        cursor.execute("SELECT result FROM tasks WHERE filename = 'good.jpg'")
        assert cursor.fetchone()[0] == ["\\u0000", "😀", 100000, 0.0015]


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "10000-01-01", "0044-03-15 BC"])
@pytest.mark.parametrize("column", ["created_at", "updated_at"])
def test_moments_that_no_client_can_read_are_named_before_anything_is_changed(
    empty_settings: Settings, column: str, moment: str
) -> None:
    deploy(empty_settings)
    with psql(empty_settings) as cursor:
        cursor.execute(f"UPDATE tasks SET {column} = %s WHERE filename = '3.jpg'", (moment,))
        before = describe_schema(cursor)
        cursor.execute("SELECT id::text FROM tasks WHERE filename = '3.jpg'")
        with pytest.raises(UnconvertibleMomentsError, match=cursor.fetchone()[0]):
            upgrade_to_head(empty_settings)
        assert describe_schema(cursor) == before


def test_what_a_database_has_set_for_others_does_not_reach_its_migrations(
    databases: Databases, empty_settings: Settings
) -> None:
    deploy(empty_settings)
    name = sql.Identifier(empty_settings.POSTGRES_DB)
    for setting, value, _ in SETTINGS:
        databases.run_as_superuser(
            sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                name, sql.Identifier(setting), sql.Literal(value)
            )
        )
    databases.run_as_superuser(
        sql.SQL("ALTER DATABASE {} SET default_transaction_isolation = serializable").format(name)
    )
    wanted = " OR ".join(
        f"current_setting('{setting}') <> '{value}'"
        for setting, _, value in [*SETTINGS, ("transaction_isolation", "", "read committed")]
    )
    databases.run_as_superuser(
        f"""
        CREATE FUNCTION refuse_others() RETURNS event_trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF {wanted} THEN
            RAISE EXCEPTION 'set for others';
          END IF;
        END
        $$;
        CREATE EVENT TRIGGER refuse_others ON ddl_command_start
          WHEN TAG IN ('ALTER TABLE', 'CREATE INDEX') EXECUTE FUNCTION refuse_others()""",
        empty_settings.POSTGRES_DB,
    )
    upgrade_to_head(empty_settings)
    command.check(get_config(empty_settings))


def test_a_database_in_another_encoding_has_more_that_cannot_be_converted(
    databases: Databases,
) -> None:
    with databases.create(more="ENCODING 'LATIN1' LOCALE 'C'") as settings:
        deploy(settings, results=["null", "[]"])
        with psql(settings) as cursor:
            cursor.execute(
                r"""UPDATE tasks SET result = '"\u20ac"' WHERE filename = '1.jpg' RETURNING id"""
            )
            with pytest.raises(UnconvertibleResultsError, match=cursor.fetchone()[0]):
                upgrade_to_head(settings)
            cursor.execute(r"""UPDATE tasks SET result = '"\u00fc"'""")
        upgrade_to_head(settings)


def test_a_revision_that_this_program_does_not_know_is_one_sentence(settings: Settings) -> None:
    with psql(settings) as cursor:
        cursor.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
        try:
            with pytest.raises(MigrationFailedError, match="newer version"):
                upgrade_to_head(settings)
        finally:
            cursor.execute("UPDATE alembic_version SET version_num = %s", (HEAD,))


def test_a_table_of_somebody_else_s_is_not_taken_over(empty_settings: Settings) -> None:
    with psql(empty_settings) as cursor:
        cursor.execute("CREATE TABLE tasks (title text)")
        with pytest.raises(MigrationFailedError, match="42P07"):
            upgrade_to_head(empty_settings)
