"""The states and their legal moves, in code and in PostgreSQL."""

import itertools

import psycopg2
import pytest

from tests.databases import psql
from tests.factories import add_task, read_task
from vision_tasks.config import Settings
from vision_tasks.faults import ILLEGAL_MOVE_SQLSTATE, get_sqlstate
from vision_tasks.guards import format_guard_body
from vision_tasks.lifecycle import (
    LEGAL_MOVES,
    TaskStatus,
    UnknownStatus,
    is_legal,
    legal_targets,
    read_status,
)

EVERY_MOVE = list(itertools.product(TaskStatus, TaskStatus))


def test_the_moves_are_those_of_the_design() -> None:
    assert {(move.source.value, move.target.value) for move in LEGAL_MOVES} == {
        ("PENDING", "PROCESSING"),
        ("PENDING", "FAILED"),
        ("PROCESSING", "COMPLETED"),
        ("PROCESSING", "FAILED"),
        ("PROCESSING", "PENDING"),
        ("FAILED", "PENDING"),
        ("COMPLETED", "PENDING"),
    }


def test_every_state_can_be_left() -> None:
    assert all(legal_targets(status) for status in TaskStatus)


@pytest.mark.parametrize(("source", "target"), EVERY_MOVE)
def test_the_database_allows_a_move_exactly_when_the_code_does(
    settings: Settings, source: TaskStatus, target: TaskStatus
) -> None:
    with psql(settings) as cursor:
        task_id = add_task(cursor, status=source)
        refusal = None
        try:
            cursor.execute("UPDATE tasks SET status = %s WHERE id = %s", (target, str(task_id)))
        except psycopg2.Error as exc:
            refusal = get_sqlstate(exc)
        assert refusal == (None if is_legal(source, target) else ILLEGAL_MOVE_SQLSTATE)
        assert read_task(cursor, task_id)["status"] == (source if refusal else target)


def test_the_guard_in_the_database_is_written_from_the_table_of_moves(settings: Settings) -> None:
    with psql(settings) as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'tasks_guard_moves'")
        assert cursor.fetchone()[0] == format_guard_body()


def test_the_labels_of_the_enum_type_are_the_states_in_order(settings: Settings) -> None:
    with psql(settings) as cursor:
        cursor.execute("SELECT unnest(enum_range(NULL::taskstatus))::text")
        assert [row[0] for row in cursor.fetchall()] == [status.value for status in TaskStatus]


@pytest.mark.parametrize("status", TaskStatus)
def test_a_known_label_is_read_as_the_state_itself(status: TaskStatus) -> None:
    assert read_status(status.value) is status


def test_a_label_of_a_newer_version_stays_as_it_is() -> None:
    status = read_status("ARCHIVED")
    assert isinstance(status, UnknownStatus)
    assert (status, status.value, f"{status}") == ("ARCHIVED", "ARCHIVED", "ARCHIVED")


def test_from_a_label_of_a_newer_version_no_move_is_known() -> None:
    status = read_status("ARCHIVED")
    assert [other for other in TaskStatus if is_legal(status, other)] == []
    assert is_legal(status, read_status("ARCHIVED"))


def test_into_a_label_of_a_newer_version_no_move_is_legal() -> None:
    assert not any(is_legal(status, read_status("ARCHIVED")) for status in TaskStatus)
