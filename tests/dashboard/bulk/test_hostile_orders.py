"""Orders that no list of ours sends: each is refused in words, and nothing is prepared."""

import pytest

from tests.dashboard.bulk.orders import PREPARE, add_tasks, find_form
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import sign_in

MOMENT = "2026-01-01T00:00:00+00:00"
TASK = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def fields(client, cursor):
    """An order to delete two of three tasks."""
    add_tasks(cursor, 3)
    form = find_form(client.get("/admin/tasks/"), "/bulk/prepare")
    return {
        **form.fields,
        "action": "delete",
        "scope": "ticked",
        "ticked": form.options["ticked"][:2],
    }


@pytest.fixture(autouse=True)
def _nothing_is_prepared(cursor, fields):
    assert len(fields["ticked"]) == 2
    yield
    cursor.execute("SELECT (SELECT count(*) FROM task_batches), (SELECT count(*) FROM tasks)")
    assert cursor.fetchone() == (0, 3)


@pytest.mark.parametrize("token", ["", "forged", "IjEi.x.y", "é\x00"])
def test_without_a_valid_token_the_order_comes_back_to_be_sent_again(client, fields, token):
    page = client.post(PREPARE, data=fields | {"csrf_token": token})
    assert page.status_code == 400
    assert "send this again" in read_text(page)
    again = read_form(page).fields
    assert (again["action"], again["scope"]) == ("delete", "ticked")
    assert again["ticked"] == fields["ticked"]


def test_a_token_of_another_session_is_refused(app, fields):
    assert sign_in(app).post(PREPARE, data=fields).status_code == 400


def test_an_order_of_another_site_is_refused_and_not_shown(client, fields):
    page = client.post(
        PREPARE,
        data=fields | {"csrf_token": "forged"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert page.status_code == 403
    assert "another site" in read_text(page)
    assert "delete" not in [form.fields.get("action") for form in read_page(page).forms]


@pytest.mark.parametrize(
    "change",
    [
        {"action": "undo"},
        {"action": "explode"},
        {"action": ""},
        {"scope": "some"},
        {"scope": ""},
        {"scope": "matching", "filter": "status=BROKEN"},
        {"scope": "matching", "filter": "created_from=yesterday"},
        {"scope": "matching", "filter": "status="},
        {"scope": "matching", "filter": "status=FAILED&state=FAILED"},
        {"scope": "matching", "filter": "status=FAILED&status=PENDING"},
        {"scope": "matching", "filter": "status"},
        {"scope": "matching", "filter": " "},
        {"scope": "matching", "filter": "search=" + "x" * 256},
        {"ticked": []},
    ],
)
def test_an_order_that_is_not_clear_is_refused(client, fields, change):
    assert client.post(PREPARE, data=fields | change).status_code == 400


def test_a_filter_that_got_lost_is_not_taken_for_every_task(client, fields):
    del fields["filter"]
    assert client.post(PREPARE, data=fields | {"scope": "matching"}).status_code == 400


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        TASK,
        f"{TASK}_1",
        f"{TASK}_0_{MOMENT}",
        f"{TASK}_-1_{MOMENT}",
        f"{TASK}_01_{MOMENT}",
        f"{TASK}_\u0661_{MOMENT}",
        f"{TASK}_{2**31}_{MOMENT}",
        f"{TASK}_1_{MOMENT}_1",
        f"{TASK}_1_2026-01-01",
        f"{TASK}_1_0001-01-01T00:00:00+23:59",
        f"{TASK.replace('-', '')}_1_{MOMENT}",
        f"{{{TASK}}}_1_{MOMENT}",
        f"{TASK}_1_{MOMENT}\x00",
        "x" * 100_000,
        "' OR 1=1 --",
    ],
)
def test_a_damaged_tick_stops_all_of_them(client, fields, value):
    page = client.post(PREPARE, data={**fields, "ticked": [*fields["ticked"], value]})
    assert page.status_code == 400
    assert "nothing was done" in read_text(page)


def test_two_editions_of_one_task_are_damage(client, fields):
    tick = fields["ticked"][0]
    ticks = [tick, tick.replace("_1_", "_2_")]
    assert client.post(PREPARE, data={**fields, "ticked": ticks}).status_code == 400


def test_more_than_a_page_of_ticks_is_refused_by_its_number(client, fields):
    ticks = [f"{TASK[:-3]}{number:03}_1_{MOMENT}" for number in range(201)]
    page = client.post(PREPARE, data={**fields, "ticked": ticks})
    assert page.status_code == 400
    assert "At most 200 tasks" in read_text(page)


def test_asking_by_an_address_leads_back_to_the_list(client, fields):
    response = client.get(PREPARE, query_string=fields)
    assert (response.status_code, response.location) == (303, "/admin/tasks/")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data; boundary=b", b"--b\r\n: :\r\n\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="ticked'),
        ("application/x-www-form-urlencoded", b"ticked=%ff%00%ed%a0%80"),
        ("application/json", b'{"ticked": []}'),
        ("", b"ticked=x"),
    ],
)
def test_a_body_that_no_browser_writes(client, kind, body):
    page = client.post(PREPARE, data=body, content_type=kind)
    assert page.status_code in (303, 400, 413)
