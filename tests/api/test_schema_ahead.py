"""Every call over a schema that a newer version has migrated: its label is shown, never set."""

import asyncio

import pytest

from tests.api.clients import create_app
from tests.api.problems import TASKS, read_field, read_problem
from tests.factories import add_task, read_task
from tests.schema_states import NEW_STATUS, add_archived_task, migrate_further

ANY = {"If-Match": "*"}
NEW_ID = "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"


@pytest.fixture
def settings(own_settings):
    return own_settings


@pytest.fixture(params=["started before", "started after"])
async def client(request, settings, cursor):
    """A client of an app, with all its connections in use already where it was started before."""
    if request.param == "started after":
        await asyncio.to_thread(migrate_further, cursor)
    app = create_app(settings)
    async with app.test_app():
        client = app.test_client()
        if request.param == "started before":
            for _ in range(2):
                await asyncio.gather(*(use(app.test_client()) for _ in range(4)))
            await asyncio.to_thread(migrate_further, cursor)
        yield client


async def use(client):
    """Prepare each statement on a connection."""
    created = await client.post(TASKS, json={"filename": "a.jpg"})
    place = created.headers["Location"]
    assert (await client.get(place)).status_code == 200
    assert (await client.get(TASKS)).status_code == 200
    changes = {"status": "PROCESSING", "result": {"a": 1}}
    assert (await client.patch(place, json=changes, headers=ANY)).status_code == 200
    assert (await client.put(f"{TASKS}/{NEW_ID}", json={"filename": "b.jpg"})).status_code < 300
    assert (await client.delete(place, headers=ANY)).status_code == 204


@pytest.fixture
def archived(client, cursor):  # noqa: ARG001 (by then the label is there)
    return f"{TASKS}/{add_archived_task(cursor)}"


async def test_a_task_in_a_state_of_the_newer_version_is_read(client, archived):
    response = await client.get(archived)
    task = await response.get_json()
    assert (response.status_code, task["status"]) == (200, NEW_STATUS)
    assert "priority" not in task


@pytest.mark.usefixtures("archived")
async def test_a_list_shows_it_as_it_is(client, cursor):
    add_task(cursor, "waiting.jpg")
    page = await (await client.get(f"{TASKS}?filename=i")).get_json()
    assert [task["status"] for task in page["items"]] == ["PENDING", NEW_STATUS]


@pytest.mark.usefixtures("archived")
async def test_a_list_leads_past_it_page_by_page(client, cursor):
    add_task(cursor, "waiting.jpg")
    first = await client.get(f"{TASKS}?limit=1&filename=i")
    following = first.headers["Link"].split(">")[0].removeprefix("<")
    page = await (await client.get(following)).get_json()
    assert [task["status"] for task in page["items"]] == [NEW_STATUS]


async def test_its_filename_and_its_result_can_be_changed(client, archived):
    changes = {"filename": "renamed.jpg", "result": {"added": 1}}
    response = await client.patch(archived, json=changes, headers=ANY)
    task = await response.get_json()
    assert (response.status_code, task["status"]) == (200, NEW_STATUS)
    assert (task["filename"], task["result"]) == ("renamed.jpg", {"kept": True, "added": 1})


async def test_an_empty_change_shows_it(client, archived):
    response = await client.patch(archived, json={}, headers=ANY)
    assert (await response.get_json())["status"] == NEW_STATUS


@pytest.mark.parametrize("headers", [ANY, {"If-Match": '"2"'}])
async def test_a_move_out_of_it_is_refused_with_the_reason(client, archived, headers):
    response = await client.patch(archived, json={"status": "PENDING"}, headers=headers)
    problem = await read_problem(response, 409, "illegal_move")
    assert problem["detail"].startswith(
        f"A task that is {NEW_STATUS} cannot become PENDING here: only"
    )


async def test_nobody_can_put_a_task_into_it(client, cursor):
    task_id = add_task(cursor)
    response = await client.patch(f"{TASKS}/{task_id}", json={"status": NEW_STATUS}, headers=ANY)
    assert await read_field(response) == "status"
    assert read_task(cursor, task_id)["version"] == 1


async def test_nobody_can_ask_for_it(client):
    assert await read_field(await client.get(f"{TASKS}?status={NEW_STATUS}")) == "status"


async def test_it_can_be_put_again_and_deleted(client, archived):
    again = await client.put(archived, json={"filename": "archived.jpg"})
    assert (await again.get_json())["status"] == NEW_STATUS
    assert (await client.delete(archived, headers=ANY)).status_code == 204


async def test_the_life_of_a_task_is_as_before(client):
    await use(client)


async def test_a_description_admits_states_that_it_does_not_list(client):
    document = await (await client.get("/openapi.json")).get_json()
    status = document["components"]["schemas"]["Task"]["properties"]["status"]
    assert status["type"] == "string"
    assert "enum" not in status


async def test_only_who_was_there_before_is_ready(client, request):
    response = await client.get("/readyz")
    was_there = "started before" in request.node.name
    assert response.status_code == (200 if was_there else 503)
