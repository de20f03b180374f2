"""What an open list is told: what belongs to it, and what has changed."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dashboard.live.pulse import Pulse
from tests.dashboard.forms import read_page
from tests.dashboard.signing_in.forms import is_signed_in, move
from tests.factories import add_task
from vision_tasks import pulse_queries

LIST = "/admin/tasks/"
FILL = (
    "INSERT INTO tasks (filename, created_at) SELECT n || '.jpg', now() - n * interval '1 hour'"
    " FROM generate_series(1, 60) AS n"
)


@pytest.fixture(autouse=True)
def _a_look_for_each_who_asks(app):
    app.extensions["vision_tasks_pulse"] = Pulse(seconds=0, clock=lambda: 0.0)


def find_url(client, query=""):
    page = read_page(client.get(f"{LIST}?{query}"))
    (url,) = [values["data-url"] for _, values in page.tags if values.get("id") == "desk-live"]
    return url


def ask(client, url, **more):
    response = client.get(f"{url}&{urlencode(more)}")
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def list_own(answer):
    return {task_id for task_id, _, _, belongs in answer["tasks"] if belongs}


def test_a_task_sent_meanwhile_belongs_to_the_list(client, cursor):
    add_task(cursor)
    url = find_url(client)
    task_id = add_task(cursor)
    answer = ask(client, url)
    assert [str(task_id), "PENDING", 1, True] in answer["tasks"]
    assert (answer["is_told"], answer["is_cut"], answer["is_stale"]) == (True, False, False)


def test_a_task_that_changed_is_told_with_its_status_and_version(client, cursor):
    task_id = add_task(cursor)
    url = find_url(client)
    cursor.execute("UPDATE tasks SET status = 'PROCESSING'")
    assert ask(client, url)["tasks"] == [[str(task_id), "PROCESSING", 2, True]]


def test_one_that_the_filter_holds_back_does_not_belong(client, cursor):
    url = find_url(client, urlencode({"search": "cat", "result": 'error = "50% off & <b>"'}))
    result = '{"error": "50% off & <b>"}'
    fitting = add_task(cursor, "cat.jpg", result=result)
    add_task(cursor, "dog.jpg", result=result)
    add_task(cursor, "cat.jpg")
    answer = ask(client, url)
    assert list_own(answer) == {str(fitting)}
    assert len(answer["tasks"]) == 3


def test_what_lies_beyond_the_page_is_not_told(client, cursor):
    cursor.execute(FILL)
    url = find_url(client)
    cursor.execute("UPDATE tasks SET status = 'PROCESSING'")
    assert len(ask(client, url)["tasks"]) == 20


def test_on_a_later_page_only_its_own_part_of_the_list_is_told(client, cursor):
    cursor.execute(FILL)
    page = read_page(client.get(LIST))
    (older,) = [values["href"] for _, values in page.tags if values.get("rel") == "next"]
    url = find_url(client, urlsplit(older).query)
    cursor.execute("UPDATE tasks SET status = 'PROCESSING' WHERE filename IN ('3.jpg', '23.jpg')")
    add_task(cursor)
    assert len(changed := [one for one in ask(client, url)["tasks"] if one[2] == 2]) == 1
    assert changed[0][1:] == ["PROCESSING", 2, True]


def test_a_list_by_the_last_change_is_told_what_has_moved_to_its_top(client, cursor):
    ids = [add_task(cursor) for _ in range(30)]
    url = find_url(client, "sort=updated")
    assert parse_qs(urlsplit(url).query)["sort"] == ["updated"]
    page = read_page(client.get(f"{LIST}?sort=updated"))
    (older,) = [values["href"] for _, values in page.tags if values.get("rel") == "next"]
    older_url = find_url(client, urlsplit(older).query)
    cursor.execute("UPDATE tasks SET filename = 'x' WHERE id = %s", [str(ids[0])])
    # On the page that showed it, it has changed; on the first, it is new.
    assert [str(ids[0]), "PENDING", 2, False] in ask(client, older_url)["tasks"]
    assert [str(ids[0]), "PENDING", 2, True] in ask(client, url)["tasks"]


def test_after_a_long_absence_the_next_look_goes_back_as_far(client, cursor):
    url = find_url(client)
    cursor.execute(
        "INSERT INTO tasks (filename, updated_at) VALUES ('x', now() - interval '9 minutes')"
        " RETURNING id::text, now() - interval '10 minutes'"
    )
    task_id, after = cursor.fetchone()
    first = ask(client, url, after=after.isoformat())
    assert (first["is_told"], first["tasks"]) == (False, [])
    second = ask(client, url, after=after.isoformat())
    assert second["is_told"]
    assert list_own(second) == {task_id}


def test_a_page_that_nobody_looked_at_at_first_is_told_what_happened_since(client, cursor):
    url = find_url(client)
    cursor.execute(
        "INSERT INTO tasks (filename, updated_at) VALUES ('x', now() - interval '9 minutes')"
        " RETURNING id::text"
    )
    (task_id,) = cursor.fetchone()
    assert ask(client, url, age=600)["is_told"] is False
    answer = ask(client, url, age=600)
    assert (answer["is_told"], answer["is_cut"]) == (True, False)
    assert list_own(answer) == {task_id}


def test_what_a_long_transaction_changed_is_told_when_it_is_committed(client, cursor):
    url = find_url(client)
    cursor.execute(
        "INSERT INTO tasks (filename, updated_at) VALUES ('x', now() - interval '50 seconds')"
        " RETURNING id::text, now()"
    )
    task_id, after = cursor.fetchone()
    assert list_own(ask(client, url, after=after.isoformat())) == {task_id}


@pytest.mark.parametrize("after", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_no_moment_is_too_far_away_to_be_asked_about(client, after):
    assert ask(client, find_url(client), after=after)["tasks"] == []


def test_of_an_absence_beyond_measure_it_is_said_that_much_may_have_changed(client, cursor):
    url = find_url(client)
    cursor.execute("SELECT now() - interval '1 day'")
    after = cursor.fetchone()[0].isoformat()
    ask(client, url, after=after)
    answer = ask(client, url, after=after)
    assert (answer["is_told"], answer["is_cut"]) == (True, True)


def test_where_more_has_changed_than_is_told_that_is_said(client, cursor, monkeypatch):
    monkeypatch.setattr(pulse_queries, "MAX_TASKS", 2)
    url = find_url(client)
    before = ask(client, url)["at"]
    for _ in range(3):
        add_task(cursor)
    after = ask(client, url, after=before)
    assert (len(after["tasks"]), after["is_cut"]) == (2, True)
    assert not ask(client, url, after=after["at"])["is_cut"]


@pytest.mark.parametrize(
    "query",
    ["status=X", "last=x", "first=1", "after=yesterday", "after=2026-01-01", "age=-1", "age=1e9"],
)
def test_what_no_page_would_ask_is_refused_in_words(client, query):
    response = client.get(f"{LIST}live?{query}")
    assert response.status_code == 400
    assert query.partition("=")[0] in response.get_json()["problem"]


def test_one_task_by_its_id_and_a_wrong_filter_are_not_followed(client, cursor):
    task_id = add_task(cursor)
    for query in (f"search={task_id}", "status=X"):
        assert 'id="desk-live"' not in client.get(f"{LIST}?{query}").get_data(as_text=True)


def test_a_page_that_is_left_open_keeps_nobody_signed_in(client, cursor):
    polled = (f"{LIST}live", "/admin/live")
    move(cursor, "staff_sessions", "last_seen_at", "20 minutes")
    for url in polled:
        assert client.get(url).status_code == 200
    move(cursor, "staff_sessions", "last_seen_at", "11 minutes")
    for url in polled:
        response = client.get(url)
        assert (response.status_code, response.location[:12]) == (303, "/admin/login")
    assert not is_signed_in(client)


def test_what_is_told_is_not_stored_by_a_browser(client):
    response = client.get(f"{LIST}live")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.mimetype == "application/json"
