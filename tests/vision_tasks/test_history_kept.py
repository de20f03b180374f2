"""History is added to and never altered, and nobody changes a task around it."""

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from tests.databases import Databases, connect, psql
from tests.factories import add_task
from tests.histories import read_history
from vision_tasks.config import Settings
from vision_tasks.faults import HISTORY_SQLSTATE, NO_RIGHT_SQLSTATE

ALTERATIONS = [
    "UPDATE task_changes SET actor = 'staff:somebody'",
    "UPDATE task_changes SET reason = 'x' WHERE false",
    "DELETE FROM task_changes",
    "TRUNCATE task_changes",
    "TRUNCATE tasks, task_changes",
    (
        "INSERT INTO task_changes (id, actor, action) OVERRIDING SYSTEM VALUE"
        " SELECT id, 'staff:x', 'x' FROM task_changes ON CONFLICT (id) DO UPDATE SET actor = 'x'"
    ),
    ("MERGE INTO task_changes USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE"),
]


@pytest.fixture
def cursor(settings: Settings) -> Any:
    with psql(settings) as cursor:
        yield cursor


@pytest.fixture
def superuser(databases: Databases, settings: Settings) -> Iterator[Any]:
    connection = connect(databases.superuser, settings.POSTGRES_DB)
    with connection.cursor() as cursor:
        yield cursor
    connection.close()


@pytest.fixture
def worker(databases: Databases, own_settings: Settings) -> Iterator[Any]:
    """A role that has rights on `tasks` and on nothing else."""
    name, password = "a_worker", "of the worker"
    databases.run_as_superuser(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
    with psql(own_settings) as owner:
        owner.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON tasks TO {name}")
    theirs = databases.settings_of(
        own_settings.POSTGRES_DB, POSTGRES_USER=name, POSTGRES_PASSWORD=password
    )
    with psql(theirs) as cursor:
        yield cursor
    databases.run_as_superuser(f"DROP OWNED BY {name}", own_settings.POSTGRES_DB)
    databases.run_as_superuser(f"DROP ROLE {name}")


@pytest.mark.parametrize("statement", ALTERATIONS)
def test_its_owner_does_not_alter_it(cursor: Any, statement: str) -> None:
    add_task(cursor)
    before = read_history(cursor)
    with pytest.raises(psycopg2.Error) as caught:
        cursor.execute(statement)
    assert caught.value.pgcode in (HISTORY_SQLSTATE, NO_RIGHT_SQLSTATE)
    assert read_history(cursor) == before


@pytest.mark.parametrize("statement", ALTERATIONS)
def test_an_owner_who_takes_the_rights_back_does_not_either(
    own_settings: Settings, statement: str
) -> None:
    with psql(own_settings) as cursor:
        add_task(cursor)
        cursor.execute("GRANT ALL ON task_changes TO CURRENT_USER")
        before = read_history(cursor)
        with pytest.raises(psycopg2.Error) as caught:
            cursor.execute(statement)
        assert caught.value.pgcode == HISTORY_SQLSTATE
        assert read_history(cursor) == before


@pytest.mark.parametrize("statement", ALTERATIONS)
def test_a_superuser_does_not_alter_it(cursor: Any, superuser: Any, statement: str) -> None:
    add_task(cursor)
    before = read_history(cursor)
    with pytest.raises(psycopg2.Error) as caught:
        superuser.execute(statement)
    assert caught.value.pgcode == HISTORY_SQLSTATE
    assert read_history(cursor) == before


def test_tasks_are_not_truncated(cursor: Any, superuser: Any) -> None:
    add_task(cursor)
    for somebody in (cursor, superuser):
        with pytest.raises(psycopg2.Error) as caught:
            somebody.execute("TRUNCATE tasks")
        assert caught.value.pgcode == HISTORY_SQLSTATE
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (1,)


def test_a_role_with_rights_on_tasks_alone_is_recorded(worker: Any, own_settings: Settings) -> None:
    task_id = add_task(worker)
    worker.execute("UPDATE tasks SET filename = 'b'")
    worker.execute("INSERT INTO tasks (filename) VALUES ('c'), ('d')")
    worker.execute("DELETE FROM tasks WHERE id = %s", (str(task_id),))
    with psql(own_settings) as owner:
        rows = [(row.actor, row.action, row.tasks) for row in read_history(owner)]
    assert rows == [
        ("db:a_worker", "create", 1),
        ("db:a_worker", "change", 1),
        ("db:a_worker", "create", 2),
        ("db:a_worker", "delete", 1),
    ]


@pytest.mark.parametrize(
    "statement", [*ALTERATIONS, "SELECT * FROM task_changes", "SELECT tasks_record_birth()"]
)
def test_a_role_with_rights_on_tasks_alone_has_none_on_the_history(
    worker: Any, own_settings: Settings, statement: str
) -> None:
    add_task(worker)
    with pytest.raises(psycopg2.Error):
        worker.execute(statement)
    with psql(own_settings) as owner:
        assert len(read_history(owner)) == 1


@pytest.mark.parametrize("who", ["owner", "worker"])
def test_a_temporary_table_of_the_same_name_gets_nothing(
    worker: Any, own_settings: Settings, who: str
) -> None:
    with psql(own_settings) as owner:
        cursor = owner if who == "owner" else worker
        columns = "id bigint, changed_at timestamptz, actor text, action text"
        cursor.execute(f"CREATE TEMPORARY TABLE task_changes ({columns})")
        cursor.execute("SET search_path = pg_temp, public")
        add_task(cursor)
        cursor.execute("UPDATE tasks SET filename = 'b'")
        cursor.execute("DELETE FROM tasks")
        cursor.execute("SELECT count(*) FROM pg_temp.task_changes")
        assert cursor.fetchone() == (0,)
    with psql(own_settings) as other:
        assert [row.action for row in read_history(other)] == ["create", "change", "delete"]


def test_a_function_of_somebody_elses_is_not_called_by_the_triggers(
    databases: Databases, worker: Any, own_settings: Settings
) -> None:
    databases.run_as_superuser(f"GRANT CREATE ON DATABASE {own_settings.POSTGRES_DB} TO a_worker")
    worker.execute(
        "CREATE SCHEMA theirs; CREATE FUNCTION theirs.now() RETURNS timestamptz"
        " LANGUAGE sql AS 'SELECT NULL::timestamptz'"
    )
    worker.execute("SET search_path = theirs, pg_catalog, public")
    worker.execute("SELECT now()")
    assert worker.fetchone() == (None,)
    worker.execute("INSERT INTO tasks (filename, created_at) VALUES ('a', pg_catalog.now())")
    with psql(own_settings) as owner:
        assert [row.action for row in read_history(owner)] == ["create"]
