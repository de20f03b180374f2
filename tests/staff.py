"""A member of staff who works at a served dashboard over real HTTP."""

from collections.abc import Callable

import httpx

from tests.dashboard.forms import read_form
from tests.desk import Desk


class Staff:
    """A member of staff at the dashboard, with a browser session of their own."""

    def __init__(self, desk: Desk) -> None:
        self._client = httpx.Client(base_url=desk.dashboard)

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
