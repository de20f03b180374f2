"""Every revision up, down and up again, with rows; down to base leaves nothing."""

import json
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from tests.databases import psql
from tests.deployed import OLD, RESULTS, deploy, get_config
from tests.schema import describe_schema, ignore_order
from vision_tasks.config import Settings
from vision_tasks.upgrade import (
    find_migrations,
    upgrade_to_head,
)

REVISIONS = [
    script.revision for script in ScriptDirectory(str(find_migrations())).walk_revisions()
][::-1]


def _rows(cursor: Any) -> list[tuple[Any, ...]]:
    cursor.execute(
        "SELECT id, filename, status::text, result::text, created_at FROM tasks ORDER BY filename"
    )
    return [
        (task_id, name, status, result and json.loads(result), created_at)
        for task_id, name, status, result, created_at in cursor.fetchall()
    ]


def test_a_deployed_database_is_adopted_and_keeps_every_row(empty_settings: Settings) -> None:
    deploy(empty_settings)
    with psql(empty_settings) as cursor:
        before = _rows(cursor)
        upgrade_to_head(empty_settings)
        assert _rows(cursor) == before
        cursor.execute("SELECT DISTINCT version, updated_at FROM tasks")
        assert cursor.fetchall() == [(1, OLD)]
        cursor.execute("SELECT count(*) FROM tasks WHERE result IS NULL")
        assert cursor.fetchone()[0] == 1


def test_numbers_keep_their_digits_through_the_adoption(empty_settings: Settings) -> None:
    deploy(empty_settings)
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
    config = get_config(empty_settings)
    deploy(empty_settings)
    before_it = REVISIONS[REVISIONS.index(revision) - 1]
    command.upgrade(config, before_it)
    with psql(empty_settings) as cursor:
        rows, schema = _rows(cursor), describe_schema(cursor)
        command.upgrade(config, revision)
        upgraded = describe_schema(cursor)
        command.downgrade(config, before_it)
        assert ignore_order(describe_schema(cursor)) == ignore_order(schema)
        assert _rows(cursor) == rows
        command.upgrade(config, revision)
        assert ignore_order(describe_schema(cursor)) == ignore_order(upgraded)
        assert _rows(cursor) == rows


def test_down_to_base_leaves_nothing_but_alembic_s_own_table(empty_settings: Settings) -> None:
    deploy(empty_settings)
    upgrade_to_head(empty_settings)
    command.downgrade(get_config(empty_settings), "base")
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
            "ix_tasks_created_at_brin",
            "ix_tasks_created_at_id",
            "ix_tasks_filename_trgm",
            "ix_tasks_result",
            "ix_tasks_status_created_at_id",
            "ix_tasks_status_updated_at_id",
            "ix_tasks_updated_at_id",
            "ix_tasks_with_result",
            "tasks_pkey",
        ]
