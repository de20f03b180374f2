"""An export that does not come to its end: what arrives, and what the history says."""

import csv
import io
import json
import threading

import pytest

from dashboard import create_app
from dashboard.exporting import export as exporting
from tests.dashboard.exporting.exports import fetch_entries
from tests.dashboard.forms import read_export_form, read_text
from tests.dashboard.people import sign_in
from tests.factories import add_task
from tests.waiting import wait_for

TASKS = 5_000
# Together more than is read ahead.
FILL = """
INSERT INTO tasks (filename, result)
SELECT number || '.jpg', to_jsonb(repeat('x', 300)) FROM generate_series(1, %s) AS number"""


@pytest.fixture(autouse=True)
def _many(cursor):
    cursor.execute(FILL, (TASKS,))


def begin(client, chosen="csv"):
    """Ask for an export, and take nothing of it yet."""
    form = read_export_form(client.get("/admin/tasks/"))
    data = {**form.fields, "format": chosen}
    return client.post(form.action, data=data, buffered=False)


def count_connections(cursor):
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
    )
    return cursor.fetchone()[0]


def fetch_age_seconds(cursor):
    cursor.execute(
        "SELECT extract(epoch FROM clock_timestamp() - min(query_start)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'"
    )
    return cursor.fetchone()[0] or 0


def count_threads():
    return sum(thread.name == "vision-tasks export" for thread in threading.enumerate())


def end_connections(cursor):
    cursor.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'vision-tasks%'"
    )


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_whoever_goes_away_half_way_is_recorded_with_what_they_got(client, cursor, pieces):
    answer = begin(client)
    text = b"".join(next(answer.response) for _ in range(pieces))
    assert count_connections(cursor) == 1
    answer.close()
    assert count_connections(cursor) == 0
    sent = text.count(b"\r\n") - 1
    assert 0 < sent < TASKS
    about = {"filter": {}, "format": "csv", "complete": False}
    assert [entry[:3] for entry in fetch_entries(cursor)] == [
        ("staff:admin@example.org", sent, about)
    ]


def test_what_was_read_but_not_taken_is_not_recorded_as_sent(client, cursor):
    cursor.execute("DELETE FROM tasks WHERE filename > '11'")
    answer = begin(client)
    sent = next(answer.response).count(b"\r\n") - 1
    wait_for(lambda: not fetch_age_seconds(cursor), "the end of the COPY")
    answer.close()
    ((_, tasks, about, *_),) = fetch_entries(cursor)
    assert (tasks, about["complete"]) == (sent, False)


def test_whoever_goes_away_leaves_neither_a_thread_nor_a_connection_behind(app, client):
    pool = app.extensions["vision_tasks"].engine.pool
    answer = begin(client)
    next(answer.response)
    assert (pool.checkedout(), count_threads()) == (1, 1)
    answer.close()
    assert (pool.checkedout(), count_threads()) == (0, 0)
    # Back in the pool is the connection that it was, and not one that has to be made again.
    assert pool.checkedin() == 1
    assert client.get("/admin/tasks/").status_code == 200


def test_the_last_piece_comes_after_the_entry(client, cursor):
    answer = begin(client)
    lines, entries = 0, fetch_entries(cursor)
    for piece in answer.response:
        assert entries == []
        lines += piece.count(b"\r\n")
        entries = fetch_entries(cursor)
    assert lines == TASKS + 1
    assert [entry[1] for entry in entries] == [TASKS]
    answer.close()
    assert fetch_entries(cursor) == entries


@pytest.mark.parametrize("chosen", ["csv", "jsonl"])
def test_a_database_that_goes_away_half_way_is_said_in_the_file_and_recorded(
    client, cursor, caplog, chosen
):
    answer = begin(client, chosen)
    pieces = [next(answer.response) for _ in range(3)]
    end_connections(cursor)
    pieces += list(answer.response)
    answer.close()
    text = b"".join(pieces).decode("utf-8-sig")
    ((actor, sent, about, *_),) = fetch_entries(cursor)
    assert (actor, about["complete"]) == ("staff:admin@example.org", False)
    assert 0 < sent < TASKS
    assert f"stopped after {sent:,} tasks" in text.splitlines()[-1]
    if chosen == "csv":
        assert len(list(csv.reader(io.StringIO(text, newline=""), strict=True))) == sent + 2
    else:
        lines = [json.loads(line) for line in text.splitlines()]
        assert len(lines) == sent + 1
        assert set(lines[-1]) == {"error"}
    assert "terminat" not in caplog.text


def test_whoever_goes_away_with_the_database_is_recorded_as_well(client, cursor):
    answer = begin(client)
    next(answer.response)
    end_connections(cursor)
    answer.close()
    ((_, sent, about, *_),) = fetch_entries(cursor)
    assert 0 < sent < TASKS
    assert about["complete"] is False


def test_a_download_that_stalls_holds_the_database_up_no_longer(client, cursor, monkeypatch):
    monkeypatch.setattr(exporting, "STALL_SECONDS", 0.05)
    answer = begin(client)
    next(answer.response)
    wait_for(lambda: not count_connections(cursor), "the end of the transaction")
    text = b"".join(answer.response).decode()
    answer.close()
    assert "stopped after" in text
    assert [entry[2]["complete"] for entry in fetch_entries(cursor)] == [False]


def test_no_statement_timeout_cuts_off_a_download_that_goes_on(settings, cursor, databases):
    seconds = 0.5
    settings = databases.settings_of(settings.POSTGRES_DB, DATABASE_STATEMENT_SECONDS=seconds)
    app = create_app(settings)
    answer = begin(sign_in(app))
    first = next(answer.response)
    wait_for(lambda: fetch_age_seconds(cursor) > 2 * seconds, "a statement that takes long")
    text = first + b"".join(answer.response)
    answer.close()
    assert text.count(b"\r\n") == TASKS + 1
    assert [entry[2]["complete"] for entry in fetch_entries(cursor)] == [True]
    app.extensions["vision_tasks"].engine.dispose()


def test_one_that_cannot_even_begin_is_given_up_in_time(settings, cursor, databases):
    settings = databases.settings_of(settings.POSTGRES_DB, DATABASE_STATEMENT_SECONDS=0.5)
    app = create_app(settings)
    client = sign_in(app)
    form = read_export_form(client.get("/admin/tasks/export"))
    cursor.execute("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
    answer = form.send(client, format="csv")
    cursor.execute("ROLLBACK")
    assert answer.status_code == 504
    assert "took too long" in read_text(answer)
    assert fetch_entries(cursor) == []
    assert count_threads() == 0
    app.extensions["vision_tasks"].engine.dispose()


def test_where_it_cannot_be_recorded_nothing_is_sent(own_settings, databases):
    app = create_app(own_settings)
    client = sign_in(app)
    form = read_export_form(client.get("/admin/tasks/export"))
    database, role = own_settings.POSTGRES_DB, own_settings.POSTGRES_USER
    databases.run_as_superuser(f"REVOKE INSERT ON task_changes FROM {role}", database)
    answer = form.send(client, format="csv")
    assert answer.status_code == 503
    assert "Content-Disposition" not in answer.headers
    app.extensions["vision_tasks"].engine.dispose()


def test_only_so_many_run_at_once_and_their_places_become_free(settings, cursor, databases):
    app = create_app(databases.settings_of(settings.POSTGRES_DB, DATABASE_POOL_SIZE=8))
    client = sign_in(app)
    running = [begin(client), begin(client)]
    refused = begin(client)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert "still running" in read_text(refused)
    running[0].close()
    again = begin(client)
    assert again.status_code == 200
    for answer in (again, running[1]):
        answer.close()
    assert len(fetch_entries(cursor)) == 3
    app.extensions["vision_tasks"].engine.dispose()


def test_the_tasks_are_those_of_one_moment(client, cursor):
    answer = begin(client)
    first = next(answer.response)
    cursor.execute("DELETE FROM tasks")
    add_task(cursor)
    text = first + b"".join(answer.response)
    answer.close()
    assert text.count(b"\r\n") == TASKS + 1
