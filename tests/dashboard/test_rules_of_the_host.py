"""In an app that has rules of its own: for forms, headers, templates and the environment."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_admin import Admin
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined

from dashboard import Action, EveryoneAllowed, TaskDashboard
from tests.dashboard.forms import read_form, read_text
from tests.dashboard.host import make_host
from tests.factories import add_task, read_task
from tests.servers import format_environment

LONG = json.dumps("x" * 600_000)


@pytest.fixture
def host(settings) -> Iterator[Flask]:
    app = make_host()
    TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(app, Admin(app))
    yield app
    app.extensions["vision_tasks"].engine.dispose()


@pytest.mark.parametrize("is_first", [True, False])
def test_csrfprotect_does_not_shorten_our_forms(settings, cursor, is_first):
    app = make_host()
    if is_first:
        CSRFProtect(app)
    TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(app, Admin(app))
    if not is_first:
        CSRFProtect(app)
    client = app.test_client()
    task_id = add_task(cursor, result=LONG)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    assert form.send(client, filename="new.jpg").status_code == 303
    assert read_task(cursor, task_id)["filename"] == "new.jpg"
    app.extensions["vision_tasks"].engine.dispose()


def test_csrfprotect_does_not_throw_away_what_was_typed(host, cursor):
    CSRFProtect(host)
    client = host.test_client()
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    form.fields["csrf_token"] = "expired"
    page = form.send(client, filename="typed.jpg")
    assert page.status_code == 400
    assert read_form(page).fields["filename"] == "typed.jpg"
    assert read_task(cursor, task_id)["filename"] == "photo.jpg"
    assert read_form(page).send(client).status_code == 303


def test_what_else_csrfprotect_asks_for_is_asked_of_our_forms_too(host, cursor):
    CSRFProtect(host)
    client = host.test_client()
    task_id = add_task(cursor)
    base = "https://localhost"
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit", base_url=base))
    data = {**form.fields, "filename": "new.jpg"}
    refused = client.post(form.action, data=data, base_url=base)
    assert refused.status_code == 400
    assert read_task(cursor, task_id)["filename"] == "photo.jpg"
    referer = {"Referer": f"{base}{form.action}"}
    assert client.post(form.action, data=data, base_url=base, headers=referer).status_code == 303


def test_csrfprotect_goes_on_protecting_the_host(host):
    CSRFProtect(host)
    host.add_url_rule("/own", "own", lambda: "done", methods=["POST"])
    client = host.test_client()
    client.get("/admin/tasks/")
    assert client.post("/own").status_code == 400


def test_a_policy_of_the_host_stays_whole(host):
    @host.after_request
    def add_policy(response):
        response.headers.setdefault("Content-Security-Policy", "default-src 'self'")
        return response

    page = host.test_client().get("/admin/tasks/")
    assert page.headers.getlist("Content-Security-Policy") == ["default-src 'self'"]
    assert page.headers["X-Frame-Options"] == "DENY"


def test_an_answer_of_the_host_keeps_its_headers(settings):
    class Login(EveryoneAllowed):
        def allows(self, _action):
            return False

        def refuse(self, _action):
            return "who?", 401, {"Cache-Control": "private", "Content-Security-Policy": "x"}

    app = make_host()
    TaskDashboard(access=Login(), settings=settings).init_app(app, Admin(app))
    answer = app.test_client().get("/admin/tasks/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (401, "private")
    assert answer.headers["Content-Security-Policy"] == "x"


def test_templates_may_be_strict(host, cursor):
    host.jinja_env.undefined = StrictUndefined
    client = host.test_client()
    task_id = add_task(cursor, result='{"a": 1}')
    for url in ("", "overview/", "new", f"{task_id}/", f"{task_id}/edit", f"{task_id}/delete"):
        assert client.get(f"/admin/tasks/{url}").status_code == 200, url
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    conflict = form.send(client, filename="mine.jpg")
    assert "Changed meanwhile" in read_text(conflict)
    assert client.get("/admin/tasks/?status=NONE").status_code == 400


def test_an_admin_shared_with_an_app_that_has_no_desk_works_there(settings):
    admin = Admin(name="Shared")
    with_desk, without = make_host(), make_host()
    admin.init_app(with_desk)
    TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(with_desk, admin)
    admin.init_app(without)
    client = without.test_client()
    assert client.get("/admin/").status_code == 200
    assert "/admin/tasks/" not in client.get("/admin/").get_data(as_text=True)
    assert client.get("/admin/tasks/").status_code == 404
    with_desk.extensions["vision_tasks"].engine.dispose()


def test_a_short_key_of_the_host_s_environment_is_none_of_ours(settings, monkeypatch):
    for name, value in format_environment(settings).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SECRET_KEY", "dev")
    app = make_host()
    TaskDashboard(access=EveryoneAllowed()).init_app(app, Admin(app))
    assert app.test_client().get("/admin/tasks/").status_code == 200
    app.extensions["vision_tasks"].engine.dispose()


def test_the_host_is_asked_once_a_request_for_each_action(settings):
    asked: list[Action] = []

    class Counting(EveryoneAllowed):
        def allows(self, action):
            asked.append(action)
            return True

    app = make_host()
    TaskDashboard(access=Counting(), settings=settings).init_app(app, Admin(app))
    client = app.test_client()
    for _ in range(2):
        client.get("/admin/tasks/")
        assert len(asked) == len(set(asked)) == len(Action)
        asked.clear()
    app.extensions["vision_tasks"].engine.dispose()


def test_after_the_first_request_it_is_too_late(settings):
    app = make_host()
    admin = Admin(app)
    app.test_client().get("/admin/")
    with pytest.raises(Exception, match="call init_app before it does"):
        TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(app, admin)


def test_a_check_in_a_host_names_the_command_of_the_desk(empty_settings):
    app = make_host()
    TaskDashboard(access=EveryoneAllowed(), settings=empty_settings).init_app(app, Admin(app))
    said = app.test_cli_runner().invoke(args=["vision-tasks", "check-schema"]).output
    assert "`flask vision-tasks upgrade`" in said
    assert "run `flask db upgrade`" not in said
    app.extensions["vision_tasks"].engine.dispose()
