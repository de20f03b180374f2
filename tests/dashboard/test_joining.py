"""A host that cannot have the desk is told so in one sentence, and nothing of it is changed."""

import click
import pytest
from flask import Flask
from flask_admin import Admin, BaseView, expose

from dashboard import EveryoneAllowed, TaskDashboard
from tests.dashboard.host import make_host
from vision_tasks.errors import ConfigurationError

PASSWORD = "s3cret-of-the-host"


@pytest.fixture
def host():
    return make_host()


def refuse(host, admin, *named, **options):
    rules, commands = len(list(host.url_map.iter_rules())), set(host.cli.commands)
    with pytest.raises(ConfigurationError) as refusal:
        TaskDashboard(**options).init_app(host, admin)
    sentence = str(refusal.value)
    for name in named:
        assert name in sentence
    assert "\n" not in sentence
    # What the `flask` command makes of it: one line, status 1.
    assert isinstance(refusal.value, click.ClickException)
    assert refusal.value.exit_code == 1
    assert (len(list(host.url_map.iter_rules())), set(host.cli.commands)) == (rules, commands)
    return sentence


@pytest.mark.parametrize("missing", [None, object(), "staff", print])
def test_without_an_access_contract(host, settings, missing):
    named = ("access=", "allows(action)", "access=StaffOnly()")
    refuse(host, Admin(host), *named, access=missing, settings=settings)


def test_with_a_class_instead_of_an_object(host, settings):
    named = ("access=", "class EveryoneAllowed", "pass an object")
    refuse(host, Admin(host), *named, access=EveryoneAllowed, settings=settings)


def test_with_answers_that_would_have_to_be_awaited(host, settings):
    class Later:
        async def allows(self, _action):
            return False

    refuse(host, Admin(host), "access=", "async", access=Later(), settings=settings)


def test_without_a_secret_key(host, settings):
    host.config["SECRET_KEY"] = None
    named = ("SECRET_KEY", "app.config")
    refuse(host, Admin(host), *named, access=EveryoneAllowed(), settings=settings)


@pytest.mark.parametrize("admin", [None, Admin, object()])
def test_without_an_admin(host, settings, admin):
    named = ("init_app(app, admin)", "Admin(app)")
    refuse(host, admin, *named, access=EveryoneAllowed(), settings=settings)


def test_with_app_and_admin_the_wrong_way_round(host, settings):
    with pytest.raises(ConfigurationError, match=r"init_app\(app, admin\)"):
        TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(
            Admin(host),
            host,
        )


def test_with_the_admin_of_another_app(host, settings):
    other = Admin(Flask("other"))
    refuse(host, other, "Admin made for the app", access=EveryoneAllowed(), settings=settings)


def test_twice(host, settings):
    admin = Admin(host)
    TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(host, admin)
    for again in (admin, Admin(host, endpoint="second", url="/second")):
        refuse(host, again, "once for each app", access=EveryoneAllowed(), settings=settings)


def test_where_a_page_of_the_host_lives_already(host, settings):
    class Chores(BaseView):  # type: ignore[misc]
        @expose("/")
        def index(self):
            return "chores"

    admin = Admin(host)
    admin.add_view(Chores(endpoint="chores", url="tasks"))
    named = ("/admin/tasks/", "chores", "url=")
    refuse(host, admin, *named, access=EveryoneAllowed(), settings=settings)


def test_where_a_page_of_the_host_would_take_the_place_of_one_of_ours(host, settings):
    host.add_url_rule("/admin/tasks/new", "chore", lambda: "a new chore")
    named = ("/admin/tasks/new", "chore", "url=")
    refuse(host, Admin(host), *named, access=EveryoneAllowed(), settings=settings)


@pytest.mark.parametrize("url", ["", "/tasks", "a b", "tasks/", "<x>", "../x?"])
def test_at_a_place_that_is_none(host, settings, url):
    refuse(host, Admin(host), "url=", access=EveryoneAllowed(), settings=settings, url=url)


def test_a_desk_can_live_elsewhere_beside_the_tasks_of_the_host(host, settings):
    class Chores(BaseView):  # type: ignore[misc]
        @expose("/")
        def index(self):
            return "chores"

    admin = Admin(host)
    admin.add_view(Chores(endpoint="chores", url="tasks"))
    desk = TaskDashboard(access=EveryoneAllowed(), settings=settings, url="vision/tasks")
    desk.init_app(host, admin)
    client = host.test_client()
    assert client.get("/admin/tasks/").data == b"chores"
    for path in ("", "overview/", "new"):
        page = client.get(f"/admin/vision/tasks/{path}")
        assert page.status_code == 200
        assert 'href="/admin/tasks/new' not in page.get_data(as_text=True)
    with client.get("/admin/vision/tasks/static/desk.css") as style:
        assert style.status_code == 200
    host.extensions["vision_tasks"].engine.dispose()


@pytest.mark.parametrize("wrong", ["postgresql://host/name", {"DATABASE_URL": "x"}, object])
def test_with_settings_that_are_none(host, wrong):
    named = ("settings=", "load_settings")
    refuse(host, Admin(host), *named, access=EveryoneAllowed(), settings=wrong)


@pytest.mark.parametrize(
    "url",
    ["sqlite:///host.db", f"mysql://root:{PASSWORD}@localhost/x", f"postgresql://{PASSWORD}:"],
)
def test_pointing_at_what_is_no_postgresql(host, monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    sentence = refuse(host, Admin(host), "DATABASE_URL", "postgresql://", access=EveryoneAllowed())
    assert PASSWORD not in sentence
