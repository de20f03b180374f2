"""Forms of ticks that no list of ours sends: each is refused in words, and nothing is deleted."""

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.factories import add_task

URL = "/admin/tasks/bulk/delete"
MOMENT = "2026-01-01T00:00:00+00:00"
TASK = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def form(client, cursor):
    """The confirmation that two of three tasks shall go."""
    for number in range(3):
        add_task(cursor, f"{number}.jpg")
    page = read_form(client.get("/admin/tasks/"))
    return read_form(page.send(client, ticked=page.options["ticked"][:2]))


@pytest.fixture(autouse=True)
def _nothing_is_deleted(cursor, form):
    assert form.fields["confirmed"] == "yes"
    yield
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (3,)


@pytest.mark.parametrize("token", ["", "forged", "IjEi.x.y", "é\x00"])
def test_without_a_valid_token_one_is_asked_again(client, form, token):
    page = form.send(client, csrf_token=token)
    assert page.status_code == 400
    assert "send this again" in read_text(page)
    assert read_form(page).fields["ticked"] == form.fields["ticked"]


def test_a_token_of_another_session_is_refused(app, form):
    assert form.send(app.test_client()).status_code == 400


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_form_of_another_site_is_refused_and_not_shown(client, form, confirmed):
    fields = form.fields | {"csrf_token": "forged"}
    if not confirmed:
        del fields["confirmed"]
    page = client.post(URL, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert "another site" in read_text(page)
    assert not [one for one in read_page(page).forms if one.method == "post"]


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
def test_a_damaged_tick_stops_all_of_them(client, form, value):
    page = form.send(client, ticked=[*form.fields["ticked"], value])
    assert page.status_code == 400
    assert "nothing was done" in read_text(page)


def test_two_editions_of_one_task_are_damage(client, form):
    tick = form.fields["ticked"][0]
    other = tick.replace("_1_", "_2_")
    assert form.send(client, ticked=[tick, other]).status_code == 400


def test_more_than_a_page_of_ticks_is_refused_by_its_number(client, form):
    ticks = [f"{TASK[:-3]}{number:03}_1_{MOMENT}" for number in range(201)]
    page = form.send(client, ticked=ticks)
    assert page.status_code == 400
    assert "At most 200 tasks" in read_text(page)


def test_a_form_that_is_far_too_long_is_refused(client, form):
    # Longer than any ticks can be, though another form of the desk may be so long.
    page = client.post(URL, data={**form.fields, "padding": "x" * 200_000})
    assert page.status_code == 413


def test_asking_by_an_address_leads_back_to_the_list(client, form):
    response = client.get(URL, query_string=form.fields)
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
    page = client.post(URL, data=body, content_type=kind)
    assert page.status_code in (303, 400, 413)
