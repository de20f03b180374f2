"""A deliberate drift of each kind is found, and a database that the migrations built has none."""

import pytest

from tests.databases import Databases, psql
from tests.schema import describe_schema
from tests.vision_tasks.drifts import DRIFTS, NEEDS_SUPERUSER, REBUILD_LIST_INDEX
from vision_tasks.config import Settings
from vision_tasks.errors import DatabaseRefusedError, DatabaseTimeoutError
from vision_tasks.guards import FUNCTIONS
from vision_tasks.schema_check import find_drift
from vision_tasks.schema_check.errors import TemporaryRightError


@pytest.mark.parametrize("line", DRIFTS)
def test_a_drift_is_told_with_how_it_is_and_how_it_should_be(
    databases: Databases, own_settings: Settings, line: str
) -> None:
    statement = DRIFTS[line]
    if any(word in statement for word in NEEDS_SUPERUSER):
        databases.run_as_superuser(statement, own_settings.POSTGRES_DB)
    else:
        with psql(own_settings) as cursor:
            cursor.execute(statement)
    assert line in "\n".join(find_drift(own_settings))


def test_a_constraint_that_rows_were_not_held_against_is_one_difference(
    own_settings: Settings,
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname = 'tasks_moments_check'"
        )
        definition = cursor.fetchone()[0]
        cursor.execute(
            "ALTER TABLE tasks DROP CONSTRAINT tasks_moments_check,"
            f" ADD CONSTRAINT tasks_moments_check {definition} NOT VALID"
        )
    assert find_drift(own_settings) == [
        "constraint tasks_moments_check on tasks is NOT VALID; validate it"
    ]


def test_a_check_that_is_not_enforced_is_not_asked_to_be_validated(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(
            "ALTER TABLE tasks DROP CONSTRAINT tasks_moments_check, ADD CONSTRAINT"
            " tasks_moments_check CHECK (created_at < updated_at) NOT ENFORCED"
        )
    (line,) = find_drift(own_settings)
    assert "is: CHECK ((created_at < updated_at)) NOT ENFORCED; it should be: CHECK (" in line


def test_not_null_is_for_alembic_unless_rows_were_not_held_against_it(
    own_settings: Settings,
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute("ALTER TABLE tasks ALTER filename DROP NOT NULL")
        assert find_drift(own_settings) == []
        cursor.execute("ALTER TABLE tasks ADD CONSTRAINT named NOT NULL filename NOT VALID")
    assert find_drift(own_settings) == ["constraint named on tasks is NOT VALID; validate it"]


@pytest.mark.parametrize(
    "statement",
    [
        f"{REBUILD_LIST_INDEX} USING brin (created_at, id)",
        "ALTER TABLE tasks DROP CONSTRAINT tasks_pkey, ADD PRIMARY KEY (id, version)",
        "ALTER TABLE tasks ADD UNIQUE (filename)",
        (
            "CREATE CONSTRAINT TRIGGER a_stranger AFTER DELETE ON tasks FOR EACH ROW"
            " EXECUTE FUNCTION tasks_fill_birth()"
        ),
        "ALTER TABLE tasks SET UNLOGGED",
    ],
)
def test_a_drift_is_told_once(own_settings: Settings, statement: str) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(statement)
    assert len(find_drift(own_settings)) == 1


@pytest.mark.parametrize(
    "statement",
    ["DROP INDEX ix_tasks_created_at_id", "CREATE INDEX ix_tasks_filename ON tasks (filename)"],
)
def test_an_index_that_is_missing_or_extra_is_for_alembic(
    own_settings: Settings, statement: str
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(statement)
    assert find_drift(own_settings) == []


def test_an_index_whose_build_failed_is_named(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        cursor.execute("INSERT INTO tasks (filename) VALUES ('a.jpg'), ('a.jpg')")
        with pytest.raises(Exception, match="could not create unique index"):
            cursor.execute("CREATE UNIQUE INDEX CONCURRENTLY ix_once ON tasks (filename)")
    assert find_drift(own_settings) == [
        "index ix_once on tasks is invalid; drop it and build it again"
    ]


def test_a_move_that_only_the_database_allows_is_named(own_settings: Settings) -> None:
    _rewrite_guard(own_settings, "    ('PENDING', 'FAILED'),", "    ('FAILED', 'COMPLETED'),\n\\&")
    assert find_drift(own_settings) == [
        "the database allows the move FAILED to COMPLETED, lifecycle.py does not"
    ]


def test_a_move_that_only_the_code_allows_is_named(own_settings: Settings) -> None:
    _rewrite_guard(own_settings, "    ('PENDING', 'FAILED'),\n", "")
    assert find_drift(own_settings) == [
        "lifecycle.py allows the move PENDING to FAILED, the database does not"
    ]


def test_a_guard_that_holds_the_moves_and_lets_everything_pass_is_found(
    own_settings: Settings,
) -> None:
    _rewrite_guard(own_settings, " NOT IN ", " IS NULL OR (1, 2) NOT IN ")
    (line,) = find_drift(own_settings)
    assert line.startswith("function tasks_guard_moves: line 2 of its body is")


def test_a_database_that_the_migrations_built_has_no_drift(own_settings: Settings) -> None:
    assert find_drift(own_settings) == []


def test_looking_for_drift_leaves_nothing_behind(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        before = describe_schema(cursor)
        find_drift(own_settings)
        assert describe_schema(cursor) == before
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname = 'tasks'")
        assert cursor.fetchone()[0] == 1


def test_an_empty_database_lacks_everything(empty_settings: Settings) -> None:
    lines = find_drift(empty_settings)
    assert lines[0].startswith("The database stands at no revision yet")
    assert {"table tasks is missing", "enum type taskstatus is missing"} < set(lines)


def test_objects_are_looked_for_in_the_schema_that_is_configured(
    databases: Databases, own_settings: Settings
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute("CREATE SCHEMA desk")
    elsewhere = databases.settings_of(own_settings.POSTGRES_DB, POSTGRES_SCHEMA="desk")
    assert "table tasks is missing" in find_drift(elsewhere)


def _move_schema(cursor, name):
    cursor.execute(f"ALTER SCHEMA public RENAME TO {name}; CREATE SCHEMA public")
    for function in FUNCTIONS:
        if function.is_definer:
            cursor.execute(
                f"ALTER FUNCTION {name}.{function.name}() SET search_path = {name}, pg_temp"
            )


def test_a_schema_that_was_renamed_is_found_where_the_history_would_miss_it(
    databases: Databases, own_settings: Settings
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute("ALTER SCHEMA public RENAME TO desk; CREATE SCHEMA public")
    lines = find_drift(databases.settings_of(own_settings.POSTGRES_DB, POSTGRES_SCHEMA="desk"))
    assert (
        "function tasks_record_change: SET is search_path=public, pg_temp,"
        " should be search_path=desk, pg_temp" in lines
    )


def test_a_right_to_alter_the_history_is_found(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        cursor.execute("GRANT DELETE ON task_changes TO CURRENT_USER")
    (line,) = find_drift(own_settings)
    assert line.startswith("table task_changes may be altered by ")


def test_a_schema_of_its_own_is_compared_like_any_other(
    databases: Databases, own_settings: Settings
) -> None:
    with psql(own_settings) as cursor:
        _move_schema(cursor, "desk")
    elsewhere = databases.settings_of(own_settings.POSTGRES_DB, POSTGRES_SCHEMA="desk")
    assert find_drift(elsewhere) == []


def test_a_schema_whose_name_needs_quotes_is_compared_like_any_other(
    databases: Databases, own_settings: Settings
) -> None:
    with psql(own_settings) as cursor:
        _move_schema(cursor, '"Our Desk"')
    databases.run_as_superuser(
        f'ALTER DATABASE {own_settings.POSTGRES_DB} SET search_path = "Our Desk"'
    )
    assert find_drift(own_settings) == []


@pytest.mark.parametrize(
    "setting", ["quote_all_identifiers = on", "standard_conforming_strings = off"]
)
def test_what_the_database_sets_for_its_sessions_makes_no_difference(
    databases: Databases, own_settings: Settings, setting: str
) -> None:
    databases.run_as_superuser(f"ALTER DATABASE {own_settings.POSTGRES_DB} SET {setting}")
    assert find_drift(own_settings) == []


def test_a_role_that_may_make_nothing_temporary_is_told_the_right_that_it_needs(
    own_settings: Settings,
) -> None:
    database, role = own_settings.POSTGRES_DB, own_settings.POSTGRES_USER
    with psql(own_settings) as cursor:
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, CURRENT_USER")
        needed = f"GRANT TEMPORARY ON DATABASE {database} TO {role}"
        with pytest.raises(TemporaryRightError, match=f"`{needed}`"):
            find_drift(own_settings)
        cursor.execute(needed)
    assert find_drift(own_settings) == []


def test_a_table_that_somebody_has_locked_is_not_waited_for_without_end(
    databases: Databases, own_settings: Settings
) -> None:
    hurried = databases.settings_of(own_settings.POSTGRES_DB, DATABASE_STATEMENT_SECONDS=0.2)
    with psql(own_settings) as cursor:
        cursor.execute("BEGIN; LOCK TABLE tasks")
        with pytest.raises(DatabaseTimeoutError):
            find_drift(hurried)


def test_a_database_that_does_not_exist_is_refused(databases: Databases) -> None:
    with pytest.raises(DatabaseRefusedError):
        find_drift(databases.settings_of("nowhere"))


def test_no_connection_stays_open(own_settings: Settings) -> None:
    find_drift(own_settings)
    with psql(own_settings) as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name LIKE 'vision-tasks-check%'"
        )
        assert cursor.fetchone()[0] == 0


def _rewrite_guard(settings: Settings, old: str, new: str) -> None:
    with psql(settings) as cursor:
        cursor.execute("SELECT pg_get_functiondef('tasks_guard_moves'::regproc)")
        definition = cursor.fetchone()[0]
        assert old in definition
        cursor.execute(definition.replace(old, new.replace("\\&", old)))
