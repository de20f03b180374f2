"""Actions on many tasks, as a person orders, starts and continues them at the desk."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from tests.dashboard.forms import Form, read_page
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

LIST = "/admin/tasks/"
PREPARE = "/admin/tasks/bulk/prepare"


def add_tasks(cursor: Any, number: int, status: str = "FAILED", prefix: str = "") -> list[UUID]:
    return [
        add_task(cursor, f"{prefix}{at:04}.jpg", status=TaskStatus(status)) for at in range(number)
    ]


def add_many(cursor: Any, number: int, status: str = "FAILED") -> None:
    cursor.execute(
        "INSERT INTO tasks (filename, status) SELECT 'n' || n || '.jpg', %s::taskstatus"
        " FROM generate_series(1, %s) AS n",
        (status, number),
    )


def find_form(page: Any, ending: str) -> Form:
    """Find the one form of a page that is sent to an address with that ending."""
    (form,) = [form for form in read_page(page).forms if form.action.endswith(ending)]
    return form


def order(
    client: Any,
    action: str,
    ids: Sequence[UUID] | None = None,
    *,
    url: str = LIST,
    between: Callable[[], object] = lambda: None,
    **more: str,
) -> Any:
    """Order an action in the list on some ticked tasks, or on all that match; not redirected."""
    form = find_form(client.get(url), "/bulk/prepare")
    fields = {**form.fields, "action": action, "scope": "matching" if ids is None else "ticked"}
    if ids is not None:
        fields["ticked"] = [
            one for one in form.options["ticked"] if one.startswith(tuple(map(str, ids)))
        ]
    between()
    return client.post(PREPARE, data={**fields, **more})


def prepare(client: Any, action: str, ids: Sequence[UUID] | None = None, **more: Any) -> str:
    """Order an action and return the address of its dry run."""
    response = order(client, action, ids, **more)
    assert response.status_code == 303, response.get_data(as_text=True)
    return str(response.location)


def start(client: Any, url: str, **typed: str) -> Any:
    return find_form(client.get(url), "/start").send(client, **typed)


def go_on(client: Any, url: str) -> Any:
    return find_form(client.get(url), "/continue").send(client)


def run(client: Any, url: str, **typed: str) -> Any:
    """Start a batch, go on until it is done, and return its page."""
    response = start(client, url, **typed)
    assert response.status_code == 303, response.get_data(as_text=True)
    while "/continue" in client.get(url).get_data(as_text=True):
        assert go_on(client, url).status_code == 303
    return client.get(url)


def undo(client: Any, url: str, **typed: str) -> Any:
    """Take a batch back and return the page of that."""
    response = find_form(client.get(url), "/undo").send(client)
    assert response.status_code == 303
    return run(client, response.location, **typed)


def count(cursor: Any, condition: str = "true") -> int:
    cursor.execute(f"SELECT count(*) FROM tasks WHERE {condition}")
    return int(cursor.fetchone()[0])
