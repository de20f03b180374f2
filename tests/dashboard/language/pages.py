"""Pages read in a language of brackets: what stands outside of them was translated by nobody."""

from typing import Any

from flask.testing import FlaskClient

from dashboard.language.choice import COOKIE, PSEUDO
from tests.dashboard.language.reading import find_unsaid
from tests.dashboard.signing_in.forms import EMAIL

TASKS, HISTORY = "/admin/tasks/", "/admin/history/"
KEYS, STAFF = "/admin/api-keys/", "/admin/staff/"
STRANGER = "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"


class Reader:
    """Reads pages in a language of brackets, and keeps what stands outside of them."""

    def __init__(self, client: FlaskClient, project: str) -> None:
        self.client = speak(client)
        self.names = (project, EMAIL, "admin@example.org", "x" * 200)
        self.found: dict[str, list[str]] = {}

    def read(self, where: str, page: Any, *, follows: bool = True) -> Any:
        if follows and page.status_code in (302, 303) and page.location.startswith("/admin"):
            page = self.client.get(page.location)
        if page.mimetype == "text/html":
            texts = find_unsaid(page.get_data(as_text=True), self.names)
            self.found |= {where: texts} if texts else {}
        return page

    def get(self, url: str) -> Any:
        return self.read(url, self.client.get(url))

    def post(self, url: str, **data: Any) -> Any:
        return self.read(f"POST {url} {data}", self.client.post(url, data=data))


def speak(client: FlaskClient) -> FlaskClient:
    client.set_cookie(COOKIE, PSEUDO)
    return client


def change(cursor: Any, task_id: Any, assignment: str) -> None:
    """Let somebody else change a task."""
    cursor.execute(f"UPDATE tasks SET {assignment} WHERE id = %s", (str(task_id),))
