"""The history below a host's own address, by the host's own rules."""

import pytest

from dashboard import Access, Action
from tests.dashboard.bulk.orders import find_form
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.history.changes import last_change
from tests.dashboard.host import host_with
from tests.factories import add_task, read_task
from tests.histories import read_history


class Ana(Access):
    """Ana, who may do some things."""

    def __init__(self, *actions):
        self.actions = actions

    def allows(self, action):
        return action in self.actions

    def get_actor(self):
        return "ana"


@pytest.fixture
def changed(cursor):
    task_id = add_task(cursor, "before.jpg")
    cursor.execute("UPDATE tasks SET filename = 'after.jpg'")
    return task_id


@pytest.mark.parametrize("url", ["tasks", "vision/desk"])
def test_it_stands_below_the_desk_and_is_linked_from_a_task(settings, cursor, changed, url):
    number = last_change(cursor)
    with host_with(settings, access=Ana(Action.SEE), url=url) as client:
        for address in ("history/", f"history/{number}/", f"{changed}/"):
            page = client.get(f"/admin/{url}/{address}")
            assert page.status_code == 200
            assert "before.jpg" in read_text(page)
        links = [v.get("href") for _tag, v in read_page(page).tags]
        assert f"/admin/{url}/history/{number}/" in links


def test_whoever_the_host_lets_undo_is_named_in_the_history(settings, cursor, changed):
    with host_with(settings, access=Ana(Action.SEE, Action.UNDO)) as client:
        page = client.get(f"/admin/tasks/history/{last_change(cursor)}/undo")
        assert find_form(page, "/undo").send(client).status_code == 303
    assert read_task(cursor, changed)["filename"] == "before.jpg"
    last = read_history(cursor)[-1]
    assert (last.actor, last.action) == ("staff:ana", "undo")


def test_undoing_is_no_right_of_whoever_may_edit(settings, cursor, changed):
    url = f"/admin/tasks/history/{last_change(cursor)}/undo"
    with host_with(settings, access=Ana(Action.SEE, Action.EDIT)) as client:
        assert client.get(url).status_code == client.post(url).status_code == 403
        assert url not in client.get(f"/admin/tasks/{changed}/").get_data(as_text=True)
    assert read_task(cursor, changed)["version"] == 2


@pytest.mark.usefixtures("changed")
def test_whoever_sees_no_tasks_sees_no_history(settings, cursor):
    number = last_change(cursor)
    with host_with(settings, access=Ana()) as client:
        for address in ("", f"{number}/", f"{number}/undo"):
            page = client.get(f"/admin/tasks/history/{address}")
            assert page.status_code == 403
            assert "before.jpg" not in page.get_data(as_text=True)
