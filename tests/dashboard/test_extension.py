"""The desk in a host's app: it joins, and leaves everything of the host as it was."""

import pytest
from flask_admin import Admin
from flask_wtf import CSRFProtect

from dashboard import EveryoneAllowed, TaskDashboard
from tests.dashboard.forms import read_form, read_page
from tests.dashboard.host import make_host
from tests.factories import add_task, read_task


@pytest.fixture
def host():
    app = make_host()
    yield app
    if "vision_tasks" in app.extensions:
        app.extensions["vision_tasks"].engine.dispose()


@pytest.fixture
def dashboard(settings):
    return TaskDashboard(access=EveryoneAllowed(), settings=settings)


def test_a_host_gets_the_pages_and_keeps_its_own_index(host, dashboard):
    dashboard.init_app(host, Admin(host, name="Host"))
    client = host.test_client()
    assert "Waiting longest" not in client.get("/admin/").get_data(as_text=True)
    assert "Waiting longest" in client.get("/admin/tasks/overview/").get_data(as_text=True)
    assert "There are no tasks yet" in client.get("/admin/tasks/").get_data(as_text=True)
    with client.get("/admin/tasks/static/desk.css") as style:
        assert style.status_code == 200


def test_nothing_of_the_host_is_touched(host, dashboard):
    admin = Admin(host, name="Host")
    config, handlers = dict(host.config), dict(host.error_handler_spec)
    dashboard.init_app(host, admin)
    assert host.config == config
    assert dict(host.error_handler_spec) == handlers
    assert not host.before_request_funcs
    assert not host.after_request_funcs
    assert set(host.extensions) == {"admin", "babel", "vision_tasks"}
    assert "X-Frame-Options" not in host.test_client().get("/admin/").headers
    assert b"Overview" not in host.test_client().get("/nowhere").data


@pytest.mark.parametrize("url", ["/", "/backoffice"])
def test_an_admin_may_live_anywhere_and_be_set_up_later(host, dashboard, url):
    admin = Admin(name="Host", url=url)
    dashboard.init_app(host, admin)
    admin.init_app(host)
    prefix = url.rstrip("/")
    page = host.test_client().get(f"{prefix}/tasks/new")
    assert page.status_code == 200
    assert read_form(page).send(host.test_client(), filename="x").status_code == 400


def test_every_endpoint_of_ours_is_ours_by_name(host, dashboard):
    admin = Admin(host, name="Host")
    before = set(host.view_functions)
    dashboard.init_app(host, admin)
    assert all(name.startswith("vision_tasks_") for name in set(host.view_functions) - before)


def test_a_hosts_own_form_protection_is_satisfied(host, dashboard, cursor):
    CSRFProtect(host)
    host.config["WTF_CSRF_FIELD_NAME"] = "token_of_host"
    dashboard.init_app(host, Admin(host, name="Host"))
    client = host.test_client()
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    assert form.send(client, filename="new.jpg").status_code == 303
    assert read_task(cursor, task_id)["filename"] == "new.jpg"


def test_one_desk_can_join_two_apps(dashboard):
    apps = [make_host(), make_host()]
    for app in apps:
        dashboard.init_app(app, Admin(app))
    engines = [app.extensions["vision_tasks"].engine for app in apps]
    assert engines[0] is not engines[1]


def test_a_host_that_loses_its_secret_key_is_told_so_and_shows_no_form(host, dashboard, caplog):
    dashboard.init_app(host, Admin(host, name="Host"))
    host.config["SECRET_KEY"] = None
    assert host.test_client().get("/admin/tasks/").status_code == 200
    assert host.test_client().get("/admin/tasks/new").status_code == 503
    assert "set the app's SECRET_KEY" in caplog.text


def test_scripts_and_styles_carry_the_hosts_nonce(host, dashboard, cursor):
    add_task(cursor)
    dashboard.init_app(host, Admin(host, csp_nonce_generator=lambda: "n0nce"))
    tags = read_page(host.test_client().get("/admin/tasks/")).tags
    loaded = [v for tag, v in tags if tag == "script" or v.get("rel") == "stylesheet"]
    assert any("tick_all.js" in v.get("src", "") for v in loaded)
    assert {v.get("nonce") for v in loaded} == {"n0nce"}
