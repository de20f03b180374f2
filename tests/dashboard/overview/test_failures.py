"""What went wrong, in groups: see exactly their tasks, retry exactly them."""

import json

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.people import sign_in
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

FAILED = TaskStatus.FAILED
HOSTILE = (
    'say "no"',
    "100% of\\it' OR 1=1 --",
    "<script>alert(1)</script>",
    "a and b = c",
    "línea\n漢字\u202e🙂\t",
    "  ",
    "{n} %(num)s {{ 7 * 7 }} $[*]",
)


def add_failure(cursor, value, filename="x.jpg"):
    add_task(cursor, filename, status=FAILED, result=json.dumps({"error": value}))


def list_links(page):
    return [
        values["href"]
        for tag, values in read_page(page).tags
        if "result=" in values.get("href", "")
    ]


def list_forms(page):
    return [form for form in read_page(page).forms if form.action.endswith("/bulk/prepare")]


def list_names(page):
    names = [values for _, values in read_page(page).tags if values.get("class") == "desk-name"]
    return {values["title"] for values in names}


def test_groups_are_named_and_counted_the_largest_first(client, cursor):
    for value in ("disk", "timeout", "timeout", None):
        add_failure(cursor, value)
    add_task(cursor, status=FAILED, result='{"error": {"a": 1}}')
    text = read_text(client.get("/admin/"))
    places = [text.index(part) for part in ("timeout 2", "no reason given 1", "something else 1")]
    assert places[0] == min(places)
    assert "disk 1" in text
    assert "Grouped by what error in the result says." in text


@pytest.mark.parametrize("value", [*HOSTILE, 5, -1.5e20, True, None, "", ["x"]])
def test_a_group_leads_to_its_tasks_and_to_no_others(client, cursor, value):
    for other in (*HOSTILE, "5", "true", "other", 6, False):
        if other != value:
            add_failure(cursor, other, "other.jpg")
    for _ in range(2):
        add_failure(cursor, value, "mine.jpg")
    add_task(cursor, "done.jpg", status=TaskStatus.COMPLETED, result=json.dumps({"error": value}))
    page = client.get("/admin/")
    assert "<script>alert" not in page.get_data(as_text=True)
    link = list_links(page)[0]
    assert list_names(client.get(link)) == {"mine.jpg"}
    form = list_forms(page)[0]
    order = form.send(client)
    assert order.status_code == 303, read_text(order)
    dry_run = client.get(order.location)
    assert "2 tasks would change" in read_text(dry_run)


def test_a_reason_too_long_to_be_asked_for_is_cut_and_leads_nowhere(client, cursor):
    add_failure(cursor, "<b>" + "x" * 4096)
    page = client.get("/admin/")
    assert (list_links(page), list_forms(page)) == ([], [])
    assert "x" * 197 + "… 1" in read_text(page)
    assert "x" * 198 not in read_text(page)


def test_a_number_too_long_to_be_asked_for_leads_nowhere(client, cursor):
    add_task(cursor, status=FAILED, result='{"error": 1e150}')
    page = client.get("/admin/")
    assert (list_links(page), list_forms(page)) == ([], [])
    assert "1" + "0" * 150 + " 1" in read_text(page)


def test_beyond_the_largest_groups_the_rest_is_counted(client, cursor):
    for number in range(13):
        add_failure(cursor, f"reason {number}")
    assert "And 3 other reasons." in read_text(client.get("/admin/"))


def test_whoever_may_not_change_tasks_is_offered_no_retry(viewer, cursor):
    add_failure(cursor, "timeout")
    page = viewer.get("/admin/")
    assert len(list_links(page)) == 1
    assert list_forms(page) == []


def test_the_place_of_the_reason_is_a_setting(settings, cursor):
    app = create_app(settings.model_copy(update={"FAILURE_PATH": "error.code"}))
    client = sign_in(app)
    add_failure(cursor, {"code": "E7"}, "mine.jpg")
    add_failure(cursor, "E7")
    page = client.get("/admin/")
    assert "E7 1" in read_text(page)
    (link,) = [one for one in list_links(page) if "missing" not in one]
    assert list_names(client.get(link)) == {"mine.jpg"}
    app.extensions["vision_tasks"].engine.dispose()
