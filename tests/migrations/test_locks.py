"""Locks not to be had at once: tried again, the holder named, nothing left half built."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from tests.databases import psql
from tests.deployed import RESULTS, deploy, get_config
from tests.factories import add_task
from tests.migrations.test_turns import SESSIONS
from tests.schema import describe_schema
from tests.waiting import wait_for
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.errors import DatabaseUnavailableError, VisionTasksError
from vision_tasks.migrating.errors import TableLockedError
from vision_tasks.migrating.indexes import create_index_concurrently
from vision_tasks.upgrade import upgrade_to_head

INDEX = "ix_tasks_status_created_at_id"
INDEXED = "5fd2c04e81d5"


@contextmanager
def _upgrading(settings: Settings) -> Iterator[list[Exception]]:
    """Upgrade in another thread; what it raised is in the list when the block has ended."""
    raised: list[Exception] = []

    def upgrade() -> None:
        try:
            upgrade_to_head(settings)
        except VisionTasksError as exc:
            raised.append(exc)

    thread = threading.Thread(target=upgrade)
    thread.start()
    try:
        yield raised
    finally:
        thread.join()


def _is_waiting(cursor: Any) -> bool:
    cursor.execute(SESSIONS)
    return "Lock" in [event for _, event in cursor.fetchall()]


def test_a_table_in_use_is_tried_again_and_its_holder_named_in_the_end(
    empty_settings: Settings,
) -> None:
    deploy(empty_settings)
    impatient = empty_settings.model_copy(update={"MIGRATION_LOCK_SECONDS": 0.2})
    with psql(empty_settings) as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_backend_pid() FROM tasks")
        pid = cursor.fetchone()[0]
        with pytest.raises(TableLockedError, match=r"5 times 0\.2 s") as refusal:
            upgrade_to_head(impatient)
        said = str(refusal.value)
        assert f"session {pid} (role vision_tasks, application psql, idle in transaction" in said
        assert "MIGRATION_LOCK_SECONDS" in said
        assert "SELECT" not in said
        cursor.execute("COMMIT")
        upgrade_to_head(impatient)
        cursor.execute("SELECT version FROM tasks")
        assert cursor.fetchall() == [(1,)] * len(RESULTS)


def test_a_client_that_holds_a_row_and_wants_another_meets_no_deadlock(
    empty_settings: Settings,
) -> None:
    deploy(empty_settings)
    command.upgrade(get_config(empty_settings), "1d0a3c2f6b11")
    with psql(empty_settings) as client, psql(empty_settings) as cursor:
        # Both are among the rows that lack `updated_at`, which the next revision fills in.
        client.execute("BEGIN")
        client.execute("UPDATE tasks SET filename = 'held.jpg' WHERE filename = '0.jpg'")
        with _upgrading(empty_settings) as raised:
            wait_for(lambda: _is_waiting(cursor), "the row")
            client.execute("UPDATE tasks SET filename = 'more.jpg' WHERE filename = '2.jpg'")
            client.execute("COMMIT")
        assert raised == []
        cursor.execute("SELECT count(*) FROM tasks WHERE updated_at IS NULL")
        assert cursor.fetchone() == (0,)


def test_a_lock_that_comes_free_between_two_tries_is_taken(empty_settings: Settings) -> None:
    deploy(empty_settings)
    impatient = empty_settings.model_copy(update={"MIGRATION_LOCK_SECONDS": 1})
    with psql(empty_settings) as holder, psql(empty_settings) as cursor:
        holder.execute("BEGIN")
        holder.execute("SELECT FROM tasks")
        with _upgrading(impatient) as raised:
            wait_for(lambda: _is_waiting(cursor), "a try")
            wait_for(lambda: not _is_waiting(cursor), "its end")
            holder.execute("COMMIT")
    assert raised == []


def test_an_index_that_waits_for_a_reader_in_vain_is_not_left_half_built(
    empty_settings: Settings, settings: Settings
) -> None:
    deploy(empty_settings)
    command.upgrade(get_config(empty_settings), INDEXED)
    with psql(empty_settings) as holder, psql(empty_settings) as cursor:
        _go_back_before_the_index(cursor)
        # A snapshot, though it has read nothing of ours, is what a concurrent build waits for.
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        holder.execute("SELECT 1")
        impatient = empty_settings.model_copy(update={"MIGRATION_LOCK_SECONDS": 0.2})
        # Once, for as long as five tries: a second build would begin with the same wait.
        with pytest.raises(TableLockedError, match=r"waited 1 s in vain .* application psql"):
            upgrade_to_head(impatient)
        assert describe_schema(cursor)["invalid indexes"] == []
        holder.execute("COMMIT")
        upgrade_to_head(impatient)
        with psql(settings) as expected:
            assert describe_schema(cursor) == describe_schema(expected)


def test_a_build_that_fails_leaves_no_index_behind(settings: Settings) -> None:
    with psql(settings) as cursor:
        add_task(cursor, "twice.jpg")
        add_task(cursor, "twice.jpg")
        engine = create_sync_engine(settings, application="test")
        with (
            engine.connect() as connection,
            Operations.context(MigrationContext.configure(connection)),
            pytest.raises(IntegrityError),
        ):
            create_index_concurrently("ix_once", "tasks", ["filename"], unique=True)
        engine.dispose()
        cursor.execute("SELECT to_regclass('ix_once')")
        assert cursor.fetchone() == (None,)


def test_a_build_that_was_killed_is_begun_anew_by_the_next_run(
    empty_settings: Settings, settings: Settings
) -> None:
    deploy(empty_settings)
    command.upgrade(get_config(empty_settings), INDEXED)
    with psql(empty_settings) as holder, psql(empty_settings) as cursor:
        _go_back_before_the_index(cursor)
        holder.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        holder.execute("SELECT 1")
        with _upgrading(empty_settings) as raised:
            wait_for(lambda: _is_waiting(cursor), "the build")
            cursor.execute(f"SELECT pg_terminate_backend(pid) FROM ({SESSIONS}) AS ours")
        assert isinstance(raised[0], DatabaseUnavailableError)
        assert describe_schema(cursor)["invalid indexes"] == [(INDEX,)]
        holder.execute("COMMIT")
        upgrade_to_head(empty_settings)
        with psql(settings) as expected:
            assert describe_schema(cursor) == describe_schema(expected)


def test_an_index_that_is_whole_already_is_not_built_again(empty_settings: Settings) -> None:
    deploy(empty_settings)
    command.upgrade(get_config(empty_settings), INDEXED)
    with psql(empty_settings) as cursor:
        cursor.execute("UPDATE alembic_version SET version_num = '4e6a17b35fc4'")
        cursor.execute(f"SELECT '{INDEX}'::regclass::oid")
        before = cursor.fetchone()
        upgrade_to_head(empty_settings)
        cursor.execute(f"SELECT '{INDEX}'::regclass::oid")
        assert cursor.fetchone() == before


def _go_back_before_the_index(cursor: Any) -> None:
    cursor.execute(f"DROP INDEX {INDEX}")
    cursor.execute("UPDATE alembic_version SET version_num = '4e6a17b35fc4'")
