"""Every address, by every method, for every role: what may not be done is refused on the server."""

from uuid import uuid4

import pytest

from dashboard.access import Action
from tests.dashboard.people import sign_in
from tests.factories import add_task

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
VIEWER = {Action.SEE, Action.EXPORT}
EDITOR = {*VIEWER, Action.CREATE, Action.EDIT, Action.BULK, Action.UNDO}
MAY = {"viewer": VIEWER, "editor": EDITOR, "admin": set(Action)}
# What each address asks for; one that is named nowhere here fails the test.
NEEDS = {
    "vision_tasks_overview.index": Action.SEE,
    "vision_tasks_overview.live": Action.SEE,
    "vision_tasks_tasks.index": Action.SEE,
    "vision_tasks_tasks.live": Action.SEE,
    "vision_tasks_tasks.details": Action.SEE,
    "vision_tasks_tasks.new": Action.CREATE,
    "vision_tasks_tasks.edit": Action.EDIT,
    "vision_tasks_tasks.delete": Action.DELETE,
    "vision_tasks_tasks.export": Action.EXPORT,
    "vision_tasks_tasks.export_progress": Action.EXPORT,
    "vision_tasks_tasks.save_view": Action.SEE,
    "vision_tasks_tasks.remove_view": Action.SEE,
    "vision_tasks_tasks.prepare": Action.BULK,
    "vision_tasks_tasks.batch": Action.SEE,
    "vision_tasks_tasks.batch_start": Action.BULK,
    "vision_tasks_tasks.batch_continue": Action.BULK,
    "vision_tasks_tasks.batch_stop": Action.BULK,
    "vision_tasks_tasks.batch_undo": Action.BULK,
    "vision_tasks_history.index": Action.SEE,
    "vision_tasks_history.change": Action.SEE,
    "vision_tasks_history.undo": Action.UNDO,
    "vision_tasks_keys.index": Action.KEYS,
    "vision_tasks_keys.new": Action.KEYS,
    "vision_tasks_keys.revoke": Action.KEYS,
    "vision_tasks_keys.rotate": Action.KEYS,
    "vision_tasks_staff.index": Action.STAFF,
    "vision_tasks_staff.new": Action.STAFF,
    "vision_tasks_staff.person": Action.STAFF,
    "vision_tasks_staff.role": Action.STAFF,
    "vision_tasks_staff.disable": Action.STAFF,
    "vision_tasks_staff.enable": Action.STAFF,
    "vision_tasks_staff.password": Action.STAFF,
    "vision_tasks_staff.second_factor": Action.STAFF,
    "vision_tasks_staff.sessions": Action.STAFF,
}
# Of whoever is signed in, about themselves.
OWN = {
    "vision_tasks_account.index",
    "vision_tasks_account.password",
    "vision_tasks_account.second_factor",
}
# Anybody may have these: they hold nothing of the desk, and lead to signing in or out.
OPEN = {
    "home",
    "vision_tasks_sign_in.index",
    "vision_tasks_sign_in.code",
    "vision_tasks_sign_out.index",
}
REFUSED = 403
KEPT = ("tasks", "task_changes", "task_batches", "api_keys", "staff", "saved_views")


def list_addresses(app, value):
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "filename" not in rule.arguments:
            url = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, str(value)))
            yield rule.endpoint, url, rule.methods or set()


@pytest.fixture
def task_id(cursor):
    task_id = add_task(cursor)
    cursor.execute("UPDATE tasks SET result = '1'")
    return task_id


@pytest.fixture(autouse=True)
def _nothing_is_changed(app, cursor, task_id):  # noqa: ARG001
    for role in MAY:
        sign_in(app, role)
    before = {name: read(cursor, name) for name in KEPT}
    yield
    assert {name: read(cursor, name) for name in KEPT} == before


def read(cursor, table):
    cursor.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")
    return cursor.fetchall()


def test_every_address_says_what_it_needs(app):
    endpoints = {endpoint for endpoint, _, _ in list_addresses(app, uuid4())}
    assert endpoints == {*NEEDS, *OWN, *OPEN}


@pytest.mark.parametrize("role", MAY)
def test_a_role_gets_what_it_may_and_is_refused_the_rest(app, task_id, role):
    client = sign_in(app, role)
    for value in (task_id, 1):
        for endpoint, url, methods in list_addresses(app, value):
            if endpoint in OPEN:
                continue
            is_allowed = endpoint in OWN or NEEDS[endpoint] in MAY[role]
            for method in METHODS:
                status = client.open(url, method=method).status_code
                if method not in methods:
                    assert status == 405, (method, url)
                elif is_allowed:
                    assert status not in (REFUSED, 405), (method, url, status)
                    assert status < 500, (method, url)
                else:
                    assert status == REFUSED, (method, url)


def test_whoever_is_not_signed_in_is_asked_to_and_sees_nothing(app, anonymous, task_id):
    for endpoint, url, methods in list_addresses(app, task_id):
        for method in METHODS:
            response = anonymous.open(url, method=method)
            if method not in methods:
                assert response.status_code == 405, (method, url)
            elif endpoint not in OPEN:
                assert response.status_code == 303, (method, url)
                assert response.location.startswith("/admin/login"), (method, url)
            assert "photo.jpg" not in response.get_data(as_text=True)


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_a_page_offers_nothing_that_would_be_refused(app, task_id, role):
    client = sign_in(app, role)
    for page in ("/admin/", "/admin/tasks/", f"/admin/tasks/{task_id}/", "/admin/history/"):
        text = client.get(page).get_data(as_text=True)
        for endpoint, url, _ in list_addresses(app, task_id):
            if endpoint in NEEDS and NEEDS[endpoint] not in MAY[role]:
                assert f'href="{url}' not in text, (page, url)
                assert f'action="{url}' not in text, (page, url)
