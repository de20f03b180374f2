"""What came in, came out and failed in the last hour and day, and what the charts say of it."""

import re

from dashboard.overview import rates as rates_module
from dashboard.overview.charts import find_top, format_bars, format_gaps
from tests.dashboard.forms import read_page, read_text
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

LABELS = ("task came", "tasks came", "completed or failed", "tasks failed", "task failed")


def list_words(page):
    return [v["aria-label"] for _, v in read_page(page).tags if v.get("role") == "img"]


def test_the_charts_say_in_words_how_many_there_were(client, cursor):
    for _ in range(3):
        add_task(cursor, status=TaskStatus.PROCESSING)
    cursor.execute(
        "UPDATE tasks SET status = 'COMPLETED' WHERE id IN (SELECT id FROM tasks LIMIT 1)"
    )
    cursor.execute("UPDATE tasks SET status = 'FAILED' WHERE status = 'PROCESSING'")
    words = [re.sub(r"\d\d:\d\d", "hh:mm", one) for one in list_words(client.get("/admin/"))]
    hour = [
        "3 tasks came in. Most at hh:mm UTC: 3.",
        "3 tasks were completed or failed. Most at hh:mm UTC: 3.",
        "2 tasks failed. Most at hh:mm UTC: 2.",
    ]
    assert words == [*hour, *hour]


def test_tasks_that_came_at_once_are_counted_one_by_one(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) SELECT 'x' FROM generate_series(1, 2345)")
    assert list_words(client.get("/admin/"))[0].startswith("2,345 tasks came in.")


def test_each_minute_and_quarter_stands_in_a_table_too(client, cursor):
    add_task(cursor)
    rows = re.findall(r'<th scope="row">', client.get("/admin/").get_data(as_text=True))
    assert len(rows) == 60 + 96


def test_what_is_not_counted_yet_is_said_and_follows(app, client, cursor, monkeypatch):
    monkeypatch.setattr(rates_module, "BUDGET_SECONDS", -1)
    monkeypatch.setattr("dashboard.overview.minutes.MAX_ROWS", 2)
    cursor.execute(
        "INSERT INTO task_changes (changed_at, actor, action, task_id)"
        " SELECT now() - n * interval '2 hours', 'db:x', 'create', gen_random_uuid()"
        " FROM generate_series(1, 9) AS n"
    )
    first = client.get("/admin/")
    assert "at least 1" in read_text(first)
    assert "not counted yet" in read_text(first)
    assert list_words(first)[3].endswith("Not all of it has been counted yet.")
    monkeypatch.setattr(rates_module, "BUDGET_SECONDS", 10)
    app.extensions["vision_tasks_overview"].rates.seconds = 0
    app.extensions["vision_tasks_overview"].interval_seconds = 0
    with app.test_request_context():
        counter = app.extensions["vision_tasks_overview"].counter
        rates = counter.refresh(app.extensions["vision_tasks"])
    assert sum(bar.came for bar in rates.day) == 9


def test_the_scale_is_round_and_nothing_exceeds_it():
    assert [find_top([most]) for most in (0, 1, 2, 3, 5, 6, 10, 11, 99, 120, 501, 2345)] == [
        1,
        1,
        2,
        5,
        5,
        10,
        10,
        20,
        100,
        200,
        1000,
        5000,
    ]
    assert find_top([None, 7, None]) == 10


def test_a_bar_is_as_high_as_its_number_and_the_smallest_can_be_seen():
    assert format_bars([0, 5, None, 10], 10) == "M1.075 100v-50h0.85v50zM3.075 100v-100h0.85v100z"
    assert format_bars([1], 1000) == "M0.075 100v-1.5h0.85v1.5z"


def test_what_is_not_counted_is_one_stretch_however_long():
    assert format_gaps([None, None, 0, None]) == "M0 0h2v100h-2zM3 0h1v100h-1z"
    assert format_gaps([0, 1]) == ""
