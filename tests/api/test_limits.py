"""What is beyond a limit is refused by name; each limit is a setting."""

from tests.api.clients import create_app
from tests.api.problems import SOMEBODY, TASKS, read_field

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
