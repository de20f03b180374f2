"""What changed of late, and to which lists each task belongs."""

from sqlalchemy import Engine

from tests.factories import add_task
from vision_tasks import pulse_queries
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.pulse_queries import Recent, read_recent, select_recent
from vision_tasks.records import TaskFilter
from vision_tasks.result_conditions import parse_conditions


def look(engine: Engine, *filters: TaskFilter, seconds: float = 60) -> Recent:
    with engine.connect() as connection:
        return read_recent(connection.execute(select_recent(filters, seconds=seconds)).all())


def find_lists(engine: Engine, *filters: TaskFilter) -> dict[str, tuple[bool, ...]]:
    return {task.status: task.lists for task in look(engine, *filters).tasks}


def test_a_quiet_table_tells_its_moment(engine, cursor):
    add_task(cursor)
    recent = look(engine, TaskFilter(), seconds=0)
    assert (recent.tasks, recent.is_cut) == ((), False)
    cursor.execute("SELECT now()")
    assert recent.since == recent.at < cursor.fetchone()[0]


def test_what_was_created_and_what_was_changed_is_told_the_last_first(engine, cursor):
    first, second = add_task(cursor), add_task(cursor)
    cursor.execute("UPDATE tasks SET status = 'PROCESSING' WHERE id = %s", [str(first)])
    tasks = look(engine).tasks
    assert [(task.id, task.status, task.version) for task in tasks] == [
        (first, "PROCESSING", 2),
        (second, "PENDING", 1),
    ]


def test_each_list_says_which_tasks_are_its_own(engine, cursor):
    add_task(cursor, "100% cat.jpg", result='{"error": "timeout"}', status=TaskStatus.FAILED)
    add_task(cursor, "dog.jpg")
    lists = find_lists(
        engine,
        TaskFilter(),
        TaskFilter(status=TaskStatus.FAILED),
        TaskFilter(filename="0% C"),
        TaskFilter(result=parse_conditions('error = "timeout"', "result")),
        TaskFilter(result=parse_conditions("error missing", "result")),
        TaskFilter(status=TaskStatus.PENDING, filename="cat"),
    )
    assert lists == {
        "FAILED": (True, True, True, True, False, False),
        "PENDING": (True, False, False, False, True, False),
    }


def test_a_result_that_is_long_beyond_measure_is_not_looked_into(engine, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename, result) SELECT 'x', jsonb_build_object('error', 'timeout',"
        " 'more', (SELECT jsonb_agg(gen_random_uuid()) FROM generate_series(1, 4000)))"
    )
    lists = find_lists(
        engine,
        TaskFilter(),
        TaskFilter(result=parse_conditions('error = "timeout"', "result")),
        TaskFilter(result=parse_conditions("error missing", "result")),
    )
    assert lists == {"PENDING": (True, False, False)}


def test_of_many_the_last_are_told(engine, cursor, monkeypatch):
    monkeypatch.setattr(pulse_queries, "MAX_TASKS", 2)
    add_task(cursor)
    newer = [add_task(cursor), add_task(cursor)]
    recent = look(engine)
    assert recent.is_cut
    assert [task.id for task in recent.tasks] == newer[::-1]
