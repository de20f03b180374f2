"""An upgrade cut off anywhere: the next run finishes it, and a downgrade takes it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, event

from tests.databases import Databases, psql
from tests.deployed import deploy, get_config
from tests.schema import describe_schema, ignore_order
from vision_tasks.config import Settings
from vision_tasks.upgrade import upgrade_to_head

DEPLOYED = "7213effa643d"
# Those that commit on their way; the others are one transaction.
IN_PARTS = ["2b7e5d90c4a2", "4e6a17b35fc4", "5fd2c04e81d5", "8e3d05b9f7a6", "8f03b5ac1e46"]
BEFORE = {
    "2b7e5d90c4a2": "1d0a3c2f6b11",
    "4e6a17b35fc4": "3c91f8e2d7b3",
    "5fd2c04e81d5": "4e6a17b35fc4",
    "8e3d05b9f7a6": "7c94f2ea8d31",
    "8f03b5ac1e46": "8e3d05b9f7a6",
}
# What a client of the deployed system may write, and a later revision would refuse.
AS_DEPLOYED = r"""
INSERT INTO tasks (id, status, filename, result)
VALUES (gen_random_uuid(), 'FAILED', 'x.jpg', '"\u0000"')"""
# Stands in for a table in use, once, in the second of two steps.
REFUSE_ONCE = """
CREATE SEQUENCE tries;
GRANT USAGE, SELECT ON tries TO PUBLIC;
CREATE FUNCTION refuse_once() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT version_num FROM alembic_version) = '2b7e5d90c4a2' AND nextval('tries') = 1 THEN
    RAISE EXCEPTION USING ERRCODE = '55P03';
  END IF;
END
$$;
CREATE EVENT TRIGGER refuse_once ON ddl_command_start EXECUTE FUNCTION refuse_once()"""
WORK = ("ALTER", "CREATE", "DROP", "UPDATE", "DO")


class CutOffError(Exception):
    """In place of a process that was killed."""


@contextmanager
def _cut_off_at(number: int) -> Iterator[list[str]]:
    """Fail before the statement of that number that changes something; yields those that came."""
    seen: list[str] = []

    def cut(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.strip().startswith(WORK) and "$settings$" not in statement:
            seen.append(statement)
            if len(seen) > number:
                raise CutOffError

    event.listen(Engine, "before_cursor_execute", cut)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", cut)


def _count_statements(settings: Settings, revision: str) -> int:
    with _cut_off_at(1_000) as seen:
        command.upgrade(get_config(settings), revision)
    return len(seen)


@pytest.fixture
def deployed(empty_settings: Settings) -> Settings:
    deploy(empty_settings)
    return empty_settings


@pytest.mark.timeout(180)
@pytest.mark.parametrize("revision", IN_PARTS)
def test_wherever_it_was_cut_off(databases: Databases, deployed: Settings, revision: str) -> None:
    with psql(deployed) as cursor:
        at_first = describe_schema(cursor)
    command.upgrade(get_config(deployed), BEFORE[revision])
    with databases.create(template=deployed.POSTGRES_DB) as settings:
        count = _count_statements(settings, revision)
        with psql(settings) as cursor:
            in_the_end = describe_schema(cursor)
    assert count > 3
    for number in range(count):
        with databases.create(template=deployed.POSTGRES_DB) as settings, psql(settings) as cursor:
            with pytest.raises(CutOffError), _cut_off_at(number):
                command.upgrade(get_config(settings), revision)
            if number % 2:
                command.downgrade(get_config(settings), DEPLOYED)
                assert ignore_order(describe_schema(cursor)) == ignore_order(at_first), number
                cursor.execute(AS_DEPLOYED)
                cursor.execute("DELETE FROM tasks WHERE filename = 'x.jpg'")
            command.upgrade(get_config(settings), revision)
            assert ignore_order(describe_schema(cursor)) == ignore_order(in_the_end), number
            cursor.execute("SELECT DISTINCT version FROM tasks")
            assert cursor.fetchall() == [(1,)]


def test_results_written_while_nothing_copied_them_are_not_lost(deployed: Settings) -> None:
    command.upgrade(get_config(deployed), "3c91f8e2d7b3")
    with psql(deployed) as cursor:
        cursor.execute("ALTER TABLE tasks ADD COLUMN result_jsonb jsonb")
        cursor.execute("""UPDATE tasks SET result_jsonb = '"old"'""")
        cursor.execute("""UPDATE tasks SET result = '"new"' WHERE filename = '3.jpg'""")
        cursor.execute("UPDATE tasks SET result = NULL WHERE filename = '4.jpg'")
        cursor.execute("UPDATE tasks SET result = '1.0' WHERE filename = '5.jpg'")
        upgrade_to_head(deployed)
        cursor.execute(
            "SELECT result::text FROM tasks WHERE filename IN ('3.jpg', '4.jpg', '5.jpg')"
            " ORDER BY filename"
        )
        assert [row[0] for row in cursor.fetchall()] == ['"new"', None, "1.0"]


@pytest.mark.parametrize(
    ("run", "start", "relative", "end"),
    [
        (command.downgrade, "3c91f8e2d7b3", "-2", "1d0a3c2f6b11"),
        (command.upgrade, "1d0a3c2f6b11", "+2", "3c91f8e2d7b3"),
    ],
)
def test_a_relative_revision_is_counted_from_where_the_first_try_began(  # noqa: PLR0917
    databases: Databases, deployed: Settings, run: Any, start: str, relative: str, end: str
) -> None:
    command.upgrade(get_config(deployed), start)
    databases.run_as_superuser(REFUSE_ONCE, deployed.POSTGRES_DB)
    impatient = deployed.model_copy(update={"MIGRATION_LOCK_SECONDS": 0.1})
    run(get_config(impatient), relative)
    with psql(deployed) as cursor:
        cursor.execute("SELECT version_num FROM alembic_version")
        assert cursor.fetchone() == (end,)
        cursor.execute("SELECT last_value, is_called FROM tries")
        assert cursor.fetchone()[0] > 1
