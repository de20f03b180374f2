"""The history says who sent the request, in a host as its access contract names them."""

import pytest

from dashboard import Access
from tests.dashboard.forms import read_form
from tests.dashboard.host import host_with
from tests.factories import add_task
from tests.histories import read_history


class Named(Access):
    def __init__(self, name):
        self.name = name

    def allows(self, action):  # noqa: ARG002
        return True

    def get_actor(self):
        return self.name


class Nameless:
    """A contract of before the history: it names nobody."""

    def allows(self, action):  # noqa: ARG002
        return True


def rename(client, task_id):
    response = read_form(client.get(f"/admin/tasks/{task_id}/edit")).send(
        client, filename="new.jpg"
    )
    assert response.status_code == 303


@pytest.mark.parametrize(
    ("access", "actor"),
    [
        (Named("ana@example.org"), "staff:ana@example.org"),
        (Named(None), "staff:unknown"),
        (Named("  "), "staff:unknown"),
        (Named("\x00"), "staff:unknown"),
        (Named(42), "staff:42"),
        (Named("a" * 1_000), f"staff:{'a' * 255}"),
        (Nameless(), "staff:unknown"),
    ],
    ids=["name", "none", "blank", "nul", "number", "long", "without"],
)
def test_a_change_is_recorded_under_the_name_that_the_host_gives(settings, cursor, access, actor):
    task_id = add_task(cursor)
    with host_with(settings, access=access) as client:
        rename(client, task_id)
    last = read_history(cursor)[-1]
    assert (last.actor, last.action, last.task_id) == (actor, "change", str(task_id))


def test_what_others_do_on_the_same_connection_is_not_attributed_to_staff(app, client, cursor):
    task_id = add_task(cursor)
    rename(client, task_id)
    with app.extensions["vision_tasks"].engine.begin() as connection:
        connection.exec_driver_sql("UPDATE tasks SET filename = 'other.jpg'")
    first, last = read_history(cursor)[-2:]
    assert first.actor == "staff:admin@example.org"
    assert last.actor.startswith("db:")
