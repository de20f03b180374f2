"""Who may do what is asked on the server; where nobody decided, nobody may."""

from contextlib import contextmanager
from itertools import chain

import pytest
from flask import Flask
from flask_admin import Admin

from dashboard import Action, TaskDashboard
from tests.dashboard.forms import read_page, read_text
from tests.factories import add_task


class Only:
    def __init__(self, *actions):
        self.actions = actions

    def allows(self, action):
        return action in self.actions


@contextmanager
def host_with(settings, **options):
    app = Flask("host")
    app.config.update(SECRET_KEY="of the host", TESTING=True)
    TaskDashboard(settings=settings, **options).init_app(app, Admin(app, name="Host"))
    yield app.test_client()
    app.extensions["vision_tasks"].engine.dispose()


def urls(task_id):
    return {
        Action.SEE: ["/admin/tasks/", "/admin/tasks/overview/", f"/admin/tasks/{task_id}/"],
        Action.CREATE: ["/admin/tasks/new"],
        Action.EDIT: [f"/admin/tasks/{task_id}/edit"],
        Action.DELETE: [f"/admin/tasks/{task_id}/delete"],
    }


def test_nobody_may_do_anything_unless_somebody_said_so(settings, cursor):
    task_id = add_task(cursor)
    with host_with(settings) as client:
        for url in chain(*urls(task_id).values()):
            for page in (client.get(url), client.post(url)):
                assert page.status_code in (403, 405)
                assert "photo.jpg" not in page.get_data(as_text=True)
        assert "Tasks" not in read_text(client.get("/admin/"))


@pytest.mark.parametrize("action", [Action.CREATE, Action.EDIT, Action.DELETE])
def test_each_action_is_allowed_by_itself(settings, cursor, action):
    task_id = add_task(cursor)
    with host_with(settings, access=Only(Action.SEE, action)) as client:
        for other, addresses in urls(task_id).items():
            for url in addresses:
                allowed = other in (Action.SEE, action)
                assert client.get(url).status_code == (200 if allowed else 403), url
                assert allowed or client.post(url).status_code == 403


def test_buttons_for_what_is_not_allowed_are_not_shown(settings, cursor):
    task_id = add_task(cursor)
    with host_with(settings, access=Only(Action.SEE)) as client:
        for url in urls(task_id)[Action.SEE]:
            page = read_page(client.get(url))
            links = [v.get("href", "") for _, v in page.tags]
            assert not [link for link in links if link.endswith(("new", "edit", "delete"))]


def test_a_refused_form_says_what_is_not_allowed(settings, cursor):
    task_id = add_task(cursor)
    with host_with(settings, access=Only(Action.SEE)) as client:
        page = client.post(f"/admin/tasks/{task_id}/delete", data={"version": "1"})
        assert page.status_code == 403
        assert "may not delete" in read_text(page)
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (1,)
