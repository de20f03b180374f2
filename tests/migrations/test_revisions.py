"""Every revision up, down and up again, with rows; down to base leaves nothing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from tests.databases import psql
from tests.schema import describe_schema
from vision_tasks.config import Settings
from vision_tasks.upgrade import TableLockedError, find_migrations, upgrade_to_head

REVISIONS = [
    script.revision for script in ScriptDirectory(str(find_migrations())).walk_revisions()
][::-1]
RESULTS = [
    None, "null", "0", "false", '""', "[]", "{}", '{"b": 1, "a": [1, {"x": "ñ雪😀"}]}',
    "123456789012345678901234567890", "0.1000000000000000055511151231257827",
]  # fmt: skip
OLD = datetime(2025, 3, 9, 12, 30, tzinfo=UTC)


def _config(settings: Settings) -> Config:
    config = Config(attributes={"settings": settings})
    config.set_main_option("script_location", str(find_migrations()))
    return config


def _deploy(settings: Settings) -> None:
    """Bring the database to where the deployed system left it, rows included."""
    command.upgrade(_config(settings), "7213effa643d")
    with psql(settings) as cursor:
        for number, result in enumerate(RESULTS):
            cursor.execute(
                "INSERT INTO tasks (id, status, filename, result, created_at, updated_at)"
                " VALUES (gen_random_uuid(), 'FAILED', %s, %s, %s, %s)",
                (f"{number}.jpg", result, OLD, OLD if number % 2 else None),
            )


def _rows(cursor: Any) -> list[tuple[Any, ...]]:
    cursor.execute(
        "SELECT id, filename, status::text, result::text, created_at FROM tasks ORDER BY filename"
    )
    return [
        (task_id, name, status, result and json.loads(result), created_at)
        for task_id, name, status, result, created_at in cursor.fetchall()
    ]


def test_a_deployed_database_is_adopted_and_keeps_every_row(empty_settings: Settings) -> None:
    _deploy(empty_settings)
    with psql(empty_settings) as cursor:
        before = _rows(cursor)
        upgrade_to_head(empty_settings)
        assert _rows(cursor) == before
        cursor.execute("SELECT DISTINCT version, updated_at FROM tasks")
        assert cursor.fetchall() == [(1, OLD)]
        cursor.execute("SELECT count(*) FROM tasks WHERE result IS NULL")
        assert cursor.fetchone()[0] == 1


def test_numbers_keep_their_digits_through_the_adoption(empty_settings: Settings) -> None:
    _deploy(empty_settings)
    upgrade_to_head(empty_settings)
    with psql(empty_settings) as cursor:
        cursor.execute("SELECT result::text FROM tasks WHERE filename IN ('8.jpg', '9.jpg')")
        assert {row[0] for row in cursor.fetchall()} == set(RESULTS[8:])


def test_a_client_of_the_deployed_system_goes_on_after_the_upgrade(settings: Settings) -> None:
    with psql(settings) as cursor:
        cursor.execute(
            "INSERT INTO tasks (id, status, filename, result, updated_at) VALUES"
            " (gen_random_uuid(), 'PENDING', 'a.jpg', '{\"a\": 1}'::json, NULL) RETURNING version"
        )
        assert cursor.fetchone()[0] == 1


@pytest.mark.parametrize("revision", REVISIONS[1:])
def test_each_revision_goes_up_down_and_up_with_rows(
    empty_settings: Settings, revision: str
) -> None:
    config = _config(empty_settings)
    _deploy(empty_settings)
    before_it = REVISIONS[REVISIONS.index(revision) - 1]
    command.upgrade(config, before_it)
    with psql(empty_settings) as cursor:
        rows, schema = _rows(cursor), describe_schema(cursor)
        command.upgrade(config, revision)
        upgraded = describe_schema(cursor)
        command.downgrade(config, before_it)
        assert _comparable(describe_schema(cursor)) == _comparable(schema)
        assert _rows(cursor) == rows
        command.upgrade(config, revision)
        assert _comparable(describe_schema(cursor)) == _comparable(upgraded)
        assert _rows(cursor) == rows


def test_a_table_that_is_in_use_is_not_waited_for_longer_than_the_setting(
    empty_settings: Settings,
) -> None:
    _deploy(empty_settings)
    impatient = empty_settings.model_copy(update={"MIGRATION_LOCK_SECONDS": 0.2})
    with psql(empty_settings) as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT FROM tasks")
        with pytest.raises(TableLockedError, match="MIGRATION_LOCK_SECONDS"):
            upgrade_to_head(impatient)
        cursor.execute("COMMIT")
        upgrade_to_head(impatient)
        cursor.execute("SELECT version FROM tasks")
        assert cursor.fetchall() == [(1,)] * len(RESULTS)


def test_down_to_base_leaves_nothing_but_alembic_s_own_table(empty_settings: Settings) -> None:
    _deploy(empty_settings)
    upgrade_to_head(empty_settings)
    command.downgrade(_config(empty_settings), "base")
    with psql(empty_settings) as cursor:
        left = describe_schema(cursor)
        assert [row[0] for row in left["types"]] == ["alembic_version"]
        assert {row[0] for row in left["columns"]} == {"alembic_version"}
        assert left["functions"] == left["triggers"] == []
        upgrade_to_head(empty_settings)


def test_the_lists_are_indexed_and_the_key_has_no_second_index(settings: Settings) -> None:
    with psql(settings) as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'tasks' ORDER BY 1")
        assert [row[0] for row in cursor.fetchall()] == [
            "ix_tasks_created_at_id",
            "ix_tasks_status_created_at_id",
            "tasks_pkey",
        ]


def _comparable(schema: dict[str, list[Any]]) -> dict[str, list[Any]]:
    # A column that was dropped and added again stands at a higher number.
    without_number = [(*column[:2], *column[3:]) for column in schema["columns"]]
    return {**schema, "columns": sorted(without_number, key=repr)}
