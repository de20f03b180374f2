"""A member of staff who works at a served dashboard over real HTTP."""

from collections.abc import Callable

import httpx

from tests.dashboard.forms import read_form
from tests.desk import Desk


class Staff:
    """A member of staff at the dashboard, signed in, with a browser session of their own.

    By default the admin whom the desk made, as its screen said.
    """

    def __init__(self, desk: Desk, email: str | None = None, password: str | None = None) -> None:
        self._client = httpx.Client(base_url=desk.dashboard)
        self.sign_in(*(desk.find_admin() if email is None else (email, password or "")))

    def sign_in(self, email: str, password: str) -> None:
        form = read_form(_Page(self.open("/admin/login")))
        answer = self._client.post(
            form.action, data={**form.fields, "email": email, "password": password}
        )
        assert answer.status_code == 303, answer.text

    def open(self, path: str, **query: str) -> httpx.Response:
        return self._client.get(path, params=query)

    def save(self, task_id: str, change: Callable[[dict[str, str]], None]) -> httpx.Response:
        """Open the form of a task, change what it holds and save; not redirected."""
        page = self.open(f"/admin/tasks/{task_id}/edit")
        form = read_form(_Page(page))
        change(form.fields)
        return self._client.post(form.action, data=form.fields)

    def close(self) -> None:
        self._client.close()


class _Page:
    def __init__(self, response: httpx.Response) -> None:
        self._text = response.text

    def get_data(self, *, as_text: bool) -> str:
        assert as_text
        return self._text
