"""What is beyond a limit is refused by name; each limit is a setting."""

import pytest

from api.error_handlers import format_problem
from api.problems import STATUSES, make_problem
from tests.api.clients import create_app
from tests.api.problems import JSON, SOMEBODY, TASKS, read_field, read_problem

ANY = {"If-Match": "*"}


async def test_depth_and_fields_of_a_body_are_settings(databases, settings):
    chosen = databases.settings_of(settings.POSTGRES_DB, MAX_JSON_DEPTH=4, MAX_JSON_FIELDS=5)
    app = create_app(chosen)
    async with app.test_app():
        client = app.test_client()
        await client.put(SOMEBODY, json={"filename": "a.jpg"})
        fits = {"result": {"a": [[1]], "b": 2, "c": 3, "d": 4}}
        assert (await client.patch(SOMEBODY, json=fits, headers=ANY)).status_code == 200
        deep = await client.patch(SOMEBODY, json={"result": {"a": [[[1]]]}}, headers=ANY)
        assert await read_field(deep) == "body"
        wide = await client.patch(SOMEBODY, json={"result": [{"a": 1}] * 5}, headers=ANY)
        assert await read_field(wide) == "body"
        assert (await client.post(TASKS, json={"filename": "a.jpg"})).status_code == 201


async def test_the_length_of_a_body_is_a_setting(databases, settings):
    app = create_app(databases.settings_of(settings.POSTGRES_DB, MAX_BODY_BYTES=1024))
    body = b'{"filename": "a.jpg"}'
    async with app.test_app():
        client = app.test_client()
        long = await client.post(TASKS, data=body.ljust(1025), headers=JSON)
        await read_problem(long, 413, "body_too_large")
        assert (await client.post(TASKS, data=body.ljust(1024), headers=JSON)).status_code == 201


@pytest.mark.parametrize("code", [code for code, status in STATUSES.items() if status == 503])
def test_each_503_says_when_to_try_again(code):
    response = format_problem(make_problem(code, "No."))
    assert int(response.headers["Retry-After"]) >= 1
