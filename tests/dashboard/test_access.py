"""Who may do what is asked on the server; where nobody decided, nobody may."""

from itertools import chain

import pytest
from flask import redirect

from dashboard import Access, Action
from tests.dashboard.bulk.orders import find_form, prepare
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.host import host_with
from tests.factories import add_task


class Only:
    """A contract that is no Access: it has the one method."""

    def __init__(self, *actions):
        self.actions = actions

    def allows(self, action):
        return action in self.actions


class SentToLogin(Access):
    def refuse(self, action):
        return redirect(f"/login?for={action}")


def urls(task_id):
    return {
        Action.SEE: ["/admin/tasks/", "/admin/tasks/overview/", f"/admin/tasks/{task_id}/"],
        Action.CREATE: ["/admin/tasks/new"],
        Action.EDIT: [f"/admin/tasks/{task_id}/edit"],
        Action.DELETE: [f"/admin/tasks/{task_id}/delete"],
    }


def everything(task_id):
    return [*chain(*urls(task_id).values()), "/admin/tasks/bulk/prepare"]


def test_nobody_may_do_anything_unless_somebody_said_so(settings, cursor):
    task_id = add_task(cursor)
    with host_with(settings, access=Access()) as client:
        for url in everything(task_id):
            for page in (client.get(url), client.post(url)):
                assert page.status_code in (403, 405)
                assert "photo.jpg" not in page.get_data(as_text=True)


@pytest.mark.parametrize("action", [Action.CREATE, Action.EDIT, Action.DELETE])
def test_each_action_is_allowed_by_itself(settings, cursor, action):
    task_id = add_task(cursor)
    with host_with(settings, access=Only(Action.SEE, action)) as client:
        for other, addresses in urls(task_id).items():
            for url in addresses:
                allowed = other in (Action.SEE, action)
                assert client.get(url).status_code == (200 if allowed else 403), url
                assert allowed or client.post(url).status_code == 403


@pytest.mark.parametrize(
    "actions", [(), (Action.BULK,), (Action.DELETE,), (Action.EDIT, Action.UNDO)]
)
def test_deleting_in_bulk_needs_two_permissions(settings, cursor, actions):
    add_task(cursor)
    with host_with(settings, access=Only(Action.SEE, Action.BULK, Action.DELETE)) as client:
        url = prepare(client, "delete")
        form = find_form(client.get(url), "/start")
    with host_with(settings, access=Only(Action.SEE, *actions)) as client:
        assert not [f for f in read_page(client.get("/admin/tasks/")).forms if f.method == "post"]
        for data in ({}, {"action": "delete", "scope": "matching", "filter": ""}):
            assert client.post("/admin/tasks/bulk/prepare", data=data).status_code in (400, 403)
        assert form.send(client).status_code == 403
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (1,)


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


@pytest.mark.parametrize("answer", [1, "yes", object(), None, 0])
def test_what_is_not_true_is_a_no(settings, answer):
    class Vague(Access):
        def allows(self, _action):
            return answer

    with host_with(settings, access=Vague()) as client:
        assert client.get("/admin/tasks/").status_code == 403


def test_a_host_may_answer_whoever_is_refused(settings, cursor):
    task_id = add_task(cursor)
    with host_with(settings, access=SentToLogin()) as client:
        for url in everything(task_id):
            page = client.get(url)
            assert (page.status_code, page.location) == (302, "/login?for=see"), url
            assert page.headers["Cache-Control"] == "no-store"


def test_a_host_is_told_which_action_it_refuses(settings, cursor):
    class MayLook(SentToLogin):
        def allows(self, action):
            return action is Action.SEE

    task_id = add_task(cursor)
    with host_with(settings, access=MayLook()) as client:
        assert client.get("/admin/tasks/new").location == "/login?for=create"
        assert client.post(f"/admin/tasks/{task_id}/edit").location == "/login?for=edit"
        assert client.post("/admin/tasks/bulk/prepare").location == "/login?for=bulk"
