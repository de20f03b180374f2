"""Headers that say where a form comes from and where it goes to, whatever is written in them."""

import itertools

import pytest
from flask_admin import Admin
from flask_wtf.csrf import CSRFProtect
from werkzeug.test import create_environ, run_wsgi_app

from dashboard import EveryoneAllowed, TaskDashboard
from tests.dashboard.forms import read_form
from tests.dashboard.host import make_host
from tests.factories import add_task, read_task

NO_ADDRESSES = [
    "http://[",
    "http://[::1",
    "http://]",
    "http://[v1.x]",
    "http://[::1%25]",
    "http://localhost:99999",
    "http://localhost:-1",
    "http://localhost:x",
    "http://localhost:\xb2",
    "http://@localhost",
    "http://\u2100",
    "http://\xbd",
    "http://localhost, http://localhost",
    "http://xn--a",
    "http:///localhost",
    "localhost",
    "null",
    "//",
    "::::",
    "",
    "a" * 20_000,
]
NO_HOSTS = [
    "a..b",
    "...",
    ".",
    "xn--a",
    "a" * 64,
    "a" * 20_000,
    "\xe9",
    "[",
    "[:]",
    "[::.]",
    "localhost:",
    "localhost:0",
    "localhost:65536",
    "localhost:99999",
    "localhost:00080",
    "user@localhost",
    "localhost/",
    "localhost,localhost",
]


def test_a_form_from_no_place_is_refused_and_not_filled_in(client, cursor):
    task_id = add_task(cursor)
    before = read_task(cursor, task_id)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    fields = {**form.fields, "csrf_token": "forged", "filename": "planted.jpg"}
    for origin in NO_ADDRESSES:
        answer = client.post(form.action, data=fields, headers={"Origin": origin})
        assert answer.status_code == 403, origin
        assert b"planted.jpg" not in answer.data
    assert read_task(cursor, task_id) == before


def test_signing_in_from_no_place_is_refused(anonymous):
    data = {"email": "ana@example.org", "password": "x", "csrf_token": "forged"}
    for origin in NO_ADDRESSES:
        answer = anonymous.post("/admin/login", data=data, headers={"Origin": origin})
        assert 400 <= answer.status_code < 500, origin


@pytest.mark.parametrize("origin", ["http://[", "null"])
def test_a_form_with_its_token_passes_whatever_a_browser_says_of_its_origin(client, origin):
    form = read_form(client.get("/admin/tasks/new"))
    fields = form.fields | {"filename": "typed.jpg"}
    assert client.post(form.action, data=fields, headers={"Origin": origin}).status_code == 303


def test_in_a_host_that_asks_for_the_referer_one_that_is_no_address_is_a_wrong_one(
    settings, cursor
):
    app = make_host()
    CSRFProtect(app)
    TaskDashboard(settings=settings, access=EveryoneAllowed()).init_app(app, Admin(app))
    client, base_url = app.test_client(), "https://localhost"
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit", base_url=base_url))
    data = form.fields | {"filename": "typed.jpg"}
    for referer in NO_ADDRESSES:
        headers = {"Referer": referer}
        answer = client.post(form.action, data=data, headers=headers, base_url=base_url)
        assert answer.status_code == 400, referer
        assert read_form(answer).fields["filename"] == "typed.jpg"
    headers = {"Referer": "https://localhost/"}
    answer = client.post(form.action, data=data, headers=headers, base_url=base_url)
    assert answer.status_code == 303
    app.extensions["vision_tasks"].engine.dispose()


def test_a_host_that_is_none_gets_a_friendly_refusal(app):
    for host, url in itertools.product(NO_HOSTS, ("/", "/admin/", "/admin/tasks", "/nowhere")):
        # Werkzeug's client would have to make sense of the host itself.
        environ = create_environ(url) | {"HTTP_HOST": host}
        page, status, headers = run_wsgi_app(app, environ, buffered=True)
        assert status.startswith("400 "), host
        assert "Location" not in headers
        assert b"cannot be accepted" in b"".join(page)
