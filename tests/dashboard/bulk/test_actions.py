"""Each action on many tasks: what it changes, what it skips and why, and what history tells."""

import pytest

from tests.dashboard.bulk.orders import add_tasks, count, order, prepare, run, undo
from tests.dashboard.forms import read_form, read_text
from tests.histories import read_history

STATUSES = ("PENDING", "PROCESSING", "COMPLETED", "FAILED")
pytestmark = pytest.mark.usefixtures("one_of_each")


@pytest.fixture
def one_of_each(cursor):
    return {status: add_tasks(cursor, 1, status, status)[0] for status in STATUSES}


def statuses(cursor):
    cursor.execute("SELECT left(filename, -8), status::text FROM tasks")
    return dict(cursor.fetchall())


@pytest.mark.parametrize(
    ("action", "source", "target"),
    [
        ("retry", "FAILED", "PENDING"),
        ("cancel", "PENDING", "FAILED"),
        ("run again", "COMPLETED", "PENDING"),
    ],
)
def test_a_move_is_made_by_the_tasks_it_leads_out_of(client, cursor, action, source, target):
    url = prepare(client, action)
    page = read_text(client.get(url))
    assert f"only {source} can be changed so" in page
    assert statuses(cursor) == {one: one for one in STATUSES}
    assert "1 task changed" in read_text(run(client, url))
    assert statuses(cursor) == {one: one for one in STATUSES} | {source: target}


def test_deleting_takes_every_task_that_matches_the_filter(client, cursor):
    url = prepare(client, "delete", url="/admin/tasks/?status=FAILED")
    assert "status: FAILED" in read_text(client.get(url))
    run(client, url)
    assert set(statuses(cursor)) == set(STATUSES) - {"FAILED"}


def test_a_result_is_set_where_it_is_another(client, cursor):
    cursor.execute("UPDATE tasks SET result = '1.0' WHERE status = 'FAILED'")
    url = prepare(client, "set result", result="1.0")
    assert "hold that result already" in read_text(client.get(url))
    assert "3 tasks changed" in read_text(run(client, url))
    assert count(cursor, "result::text = '1.0'") == 4


def test_an_empty_result_takes_the_results_away(client, cursor):
    cursor.execute("UPDATE tasks SET result = 'null'")
    run(client, prepare(client, "set result", result="  "))
    assert count(cursor, "result IS NULL") == 4


def test_a_result_that_is_no_json_is_kept_and_its_line_shown(client):
    page = order(client, "set result", result='{\n "a": }')
    assert page.status_code == 400
    assert "line 2" in read_text(page)
    form = read_form(page)
    assert form.fields["result"] == '{\n "a": }'
    assert form.send(client, result="[2]").status_code == 303


def test_a_result_is_asked_for_and_the_ticks_are_kept(client, cursor, one_of_each):
    page = order(client, "set result", [one_of_each["FAILED"]])
    form = read_form(page)
    response = form.send(client, result="[3]")
    run(client, response.location)
    assert count(cursor, "result = '[3]'") == 1


def test_a_filter_that_matches_everything_says_so(client):
    assert "no filter was in force" in read_text(client.get(prepare(client, "delete")))


def test_a_filter_that_matches_nothing_any_more_says_so(client, cursor):
    url = prepare(
        client,
        "retry",
        url="/admin/tasks/?status=FAILED",
        between=lambda: cursor.execute("DELETE FROM tasks"),
    )
    page = read_text(client.get(url))
    assert "No task was found" in page
    assert "Nothing would change" in page


def test_the_whole_of_it_can_be_undone_and_the_undo_too(client, cursor):
    cursor.execute("SELECT id, status, filename, result, created_at FROM tasks ORDER BY id")
    before = cursor.fetchall()
    url = prepare(client, "delete")
    run(client, url)
    assert count(cursor) == 0
    page = undo(client, url)
    assert "4 tasks changed" in read_text(page)
    cursor.execute("SELECT id, status, filename, result, created_at FROM tasks ORDER BY id")
    assert cursor.fetchall() == before
    assert count(cursor, "version = 2") == 4
    undo(client, page.request.path)
    assert count(cursor) == 0


def test_an_undo_puts_back_what_no_legal_move_would(client, cursor):
    url = prepare(client, "run again")
    run(client, url)
    undo(client, url, reason="wrong ones")
    assert statuses(cursor) == {one: one for one in STATUSES}
    last = [one for one in read_history(cursor) if one.task_id][-1]
    assert (last.action, last.reason) == ("undo", "wrong ones")
