"""The overview: a count per status, and the task that waits longest."""

from dashboard.overview import format_count
from tests.dashboard.forms import read_page, read_text
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus
from vision_tasks.queries import COUNT_LIMIT


def test_an_empty_desk_says_that_nothing_waits(client):
    text = read_text(client.get("/admin/"))
    assert "Nothing is waiting" in text
    assert all(f"0 {status}" in text for status in TaskStatus)


def test_each_status_is_counted_and_leads_to_its_list(client, cursor):
    for status in (TaskStatus.PENDING, TaskStatus.PENDING, TaskStatus.FAILED):
        add_task(cursor, status=status)
    page = client.get("/admin/")
    assert "2 PENDING" in read_text(page)
    assert "1 FAILED" in read_text(page)
    links = [values.get("href") for _, values in read_page(page).tags]
    assert all(f"/admin/tasks/?status={status}" in links for status in TaskStatus)


def test_the_oldest_waiting_task_is_named_with_its_age(client, cursor):
    add_task(cursor, "newer.jpg")
    oldest = add_task(cursor, "older.jpg")
    cursor.execute(
        "UPDATE tasks SET created_at = now() - interval '50 hours' WHERE id = %s", (str(oldest),)
    )
    page = client.get("/admin/")
    assert "older.jpg has waited for 2 days" in read_text(page)
    assert f"/admin/tasks/{oldest}/" in [values.get("href") for _, values in read_page(page).tags]


def test_the_result_of_the_oldest_task_is_not_read(client, cursor, statements):
    add_task(cursor, result="[1]")
    assert client.get("/admin/").status_code == 200
    assert not [statement for statement in statements if "result" in statement]


def test_counting_ends_at_a_limit(client, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename) SELECT 'x' FROM generate_series(1, %s)", (COUNT_LIMIT + 5,)
    )
    assert "more than 10,000" in read_text(client.get("/admin/"))
    assert format_count(COUNT_LIMIT) == "10,000"
