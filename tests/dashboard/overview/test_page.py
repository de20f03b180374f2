"""The overview: a count per status, the task that waits longest, and what keeps up by itself."""

import pytest
from sqlalchemy.exc import OperationalError

from dashboard import EveryoneAllowed
from dashboard.live.kept import Kept
from dashboard.overview import looks
from dashboard.overview.page import ShownCount, show_count
from dashboard.overview.rates import RateCounter
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.host import host_with
from tests.factories import add_task
from vision_tasks.errors import DatabaseUnavailableError
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.queries import COUNT_LIMIT
from vision_tasks.task_figures import TaskOverview

OVERVIEW, LIVE = "/admin/", "/admin/live"


def test_an_empty_desk_says_that_nothing_waits_and_nothing_has_failed(client):
    text = read_text(client.get(OVERVIEW))
    assert "Nothing is waiting" in text
    assert "No task has failed" in text
    assert all(f"0 {status}" in text for status in TaskStatus)


def test_each_status_is_counted_and_leads_to_its_list(client, cursor):
    for status in (TaskStatus.PENDING, TaskStatus.PENDING, TaskStatus.FAILED):
        add_task(cursor, status=status)
    page = client.get(OVERVIEW)
    assert "2 PENDING" in read_text(page)
    assert "1 FAILED" in read_text(page)
    links = [values.get("href") for _, values in read_page(page).tags]
    assert all(f"/admin/tasks/?status={status}" in links for status in TaskStatus)


def test_the_oldest_waiting_task_is_named_with_its_age(client, cursor):
    add_task(cursor, "newer.jpg")
    oldest = add_task(cursor, "older<b>.jpg")
    cursor.execute(
        "UPDATE tasks SET created_at = now() - interval '50 hours' WHERE id = %s", (str(oldest),)
    )
    page = client.get(OVERVIEW)
    assert "older<b>.jpg has waited for 2 days" in read_text(page)
    assert f"/admin/tasks/{oldest}/" in [values.get("href") for _, values in read_page(page).tags]


def test_counting_ends_at_a_limit(client, cursor):
    cursor.execute("ALTER TABLE tasks SET (autovacuum_enabled = off)")
    cursor.execute(
        "INSERT INTO tasks (filename) SELECT 'x' FROM generate_series(1, %s)", (COUNT_LIMIT + 5,)
    )
    text = read_text(client.get(OVERVIEW))
    cursor.execute("ALTER TABLE tasks RESET (autovacuum_enabled)")
    assert "more than 10,000" in text


@pytest.mark.parametrize(
    ("count", "text", "is_exact"),
    [
        (0, "0", True),
        (COUNT_LIMIT, "10,000", True),
        (COUNT_LIMIT + 1, "more than 10,000", False),
        (9_876_543.0, "about 9.9 million", False),
    ],
)
def test_an_estimate_is_said_to_be_one(count, text, is_exact):
    assert show_count(count) == ShownCount(text, is_exact)


def test_what_keeps_up_is_the_part_of_the_page_that_a_script_puts_in_its_place(client, cursor):
    page = read_page(client.get(OVERVIEW))
    (place,) = [values for _, values in page.tags if values.get("id") == "overview"]
    assert (place["data-url"], place["data-seconds"]) == (LIVE, "5.0")
    add_task(cursor)
    client.application.extensions["vision_tasks_overview"] = looks.Looks()
    part = client.get(LIVE)
    assert "<html" not in part.get_data(as_text=True)
    assert "1 PENDING" in read_text(part)
    names = [values["data-live"] for _, values in read_page(part).tags if "data-live" in values]
    assert names == [values["data-live"] for _, values in page.tags if "data-live" in values]


def test_charts_that_are_on_the_page_already_are_not_sent_again(client):
    tags = read_page(client.get(OVERVIEW)).tags
    (stamp,) = [values["data-stamp"] for _, values in tags if "data-stamp" in values]
    for charts, is_sent in ((stamp, False), ("older", True)):
        part = client.get(LIVE, query_string={"charts": charts})
        assert ("<svg" in part.get_data(as_text=True)) is is_sent


def test_charts_are_drawn_in_the_language_of_whoever_looks(client):
    texts = [read_text(client.get(f"{OVERVIEW}?language={one}")) for one in ("x-pseudo", "en")]
    assert ["⟦Came in⟧" in text for text in texts] == [True, False]


def test_however_many_look_the_database_is_asked_once_an_interval(client, viewer, statements):
    client.get(OVERVIEW)
    counting = [one for one in statements if "task_changes" in one or "reltuples" in one]
    assert len(counting) == 4
    for _ in range(5):
        client.get(LIVE)
        viewer.get(LIVE)
    assert [one for one in statements if "task_changes" in one or "reltuples" in one] == counting


def test_where_rates_and_failures_cannot_be_told_the_rest_is_shown(client, cursor, monkeypatch):
    def fail(*_arguments, **_options):
        raise OperationalError("SELECT 'secret'", {}, Exception("secret"))

    add_task(cursor)
    monkeypatch.setattr(looks, "fetch_failures", fail)
    monkeypatch.setattr(RateCounter, "refresh", fail)
    page = client.get(OVERVIEW)
    text = read_text(page)
    assert page.status_code == 200
    assert "1 PENDING" in text
    assert "cannot be counted just now" in text
    assert "cannot be told just now" in text
    assert "secret" not in text


def test_where_the_database_is_away_the_last_counts_are_said_to_be_old(client, cursor, monkeypatch):
    def fail():
        raise DatabaseUnavailableError

    add_task(cursor)
    figures: Kept[TaskOverview] = Kept(seconds=0, clock=lambda: 0.0)
    client.application.extensions["vision_tasks_overview"] = looks.Looks(figures=figures)
    assert "data-stale" not in client.get(OVERVIEW).get_data(as_text=True)
    monkeypatch.setattr(looks, "select_overview", fail)
    part = client.get(LIVE)
    assert "1 PENDING" in read_text(part)
    assert "data-stale" in part.get_data(as_text=True)


def test_in_a_host_it_keeps_up_at_an_address_of_its_own(settings, cursor):
    add_task(cursor)
    with host_with(settings, access=EveryoneAllowed()) as client:
        page = read_page(client.get("/admin/tasks/overview/"))
        (url,) = [values["data-url"] for _, values in page.tags if values.get("id") == "overview"]
        assert url == "/admin/tasks/overview/live"
        assert "1 PENDING" in read_text(client.get(url))
