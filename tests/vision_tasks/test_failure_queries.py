"""Grouping failures by what their results say went wrong."""

import json

from sqlalchemy import Engine

from tests.factories import add_task
from vision_tasks import failure_queries
from vision_tasks.failure_queries import (
    FailureGroup,
    Failures,
    ReasonKind,
    read_failures,
    select_failures,
)
from vision_tasks.lifecycle import TaskStatus

FAILED = TaskStatus.FAILED


def group(engine: Engine, path: str = "error", *, largest: int = 10) -> Failures:
    with engine.connect() as connection:
        return read_failures(connection.execute(select_failures(path, largest=largest)).all())


def add_failures(cursor, *values):
    for value in values:
        result = None if value is None else json.dumps({"error": value})
        add_task(cursor, status=FAILED, result=result)


def test_without_failures_there_are_no_groups(engine):
    assert group(engine) == Failures((), 0, 0)


def test_the_largest_groups_come_first_and_the_rest_is_counted(engine, cursor):
    add_failures(cursor, "timeout", "disk", "timeout", "net", "timeout", "disk")
    add_task(cursor, status=TaskStatus.COMPLETED, result='{"error": "timeout"}')
    assert group(engine, largest=2) == Failures(
        (
            FailureGroup(ReasonKind.STRING, "timeout", 3),
            FailureGroup(ReasonKind.STRING, "disk", 2),
        ),
        tasks=6,
        groups=3,
    )


def test_each_kind_of_value_is_a_group_of_its_own(engine, cursor):
    add_failures(cursor, *json.loads('["5", 5, true, "true", [["timeout"]], {"code": 1}, ""]'))
    groups = {(one.kind.value, one.reason): one.tasks for one in group(engine).largest}
    assert groups == {
        ("string", "5"): 1,
        ("number", "5"): 1,
        ("boolean", "true"): 1,
        ("string", "true"): 1,
        ("string", ""): 1,
        ("other", ""): 2,
    }


def test_what_says_nothing_has_no_reason(engine, cursor):
    for result in (None, "null", "{}", '{"error": null}', '"error"', "[1]"):
        add_task(cursor, status=FAILED, result=result)
    assert group(engine).largest == (FailureGroup(ReasonKind.NONE, "", 6),)


def test_arrays_are_passed_through_as_by_the_conditions_of_a_list(engine, cursor):
    add_failures(cursor, "disk", ["disk"], [None, "disk", "net"], [], [None])
    add_task(cursor, status=FAILED, result='[{"error": "disk"}, 1]')
    assert group(engine).largest == (
        FailureGroup(ReasonKind.STRING, "disk", 4),
        FailureGroup(ReasonKind.OTHER, "", 2),
    )


def test_the_reason_may_stand_further_inside(engine, cursor):
    add_failures(cursor, {"code": "E1"}, {"code": "E1"}, "E1")
    assert group(engine, "error.code").largest == (
        FailureGroup(ReasonKind.STRING, "E1", 2),
        FailureGroup(ReasonKind.NONE, "", 1),
    )


def test_a_result_that_is_long_beyond_measure_is_not_looked_into(engine, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename, status, result) SELECT 'x', 'FAILED', jsonb_build_object("
        "'error', 'timeout', 'more', (SELECT jsonb_agg(gen_random_uuid())"
        " FROM generate_series(1, 4000)))"
    )
    assert group(engine).largest == (FailureGroup(ReasonKind.OTHER, "", 1),)


def test_reasons_that_begin_alike_for_long_are_one(engine, cursor):
    add_failures(cursor, "x" * 4096, "x" * 4000 + "y")
    assert group(engine).largest == (FailureGroup(ReasonKind.STRING, "x" * 1000, 2),)


def test_only_the_newest_are_looked_at(engine, cursor, monkeypatch):
    monkeypatch.setattr(failure_queries, "NEWEST", 3)
    add_failures(cursor, "old", "old", "new", "new", "new")
    assert group(engine) == Failures((FailureGroup(ReasonKind.STRING, "new", 3),), 3, 1)
