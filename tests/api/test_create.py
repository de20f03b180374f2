from datetime import datetime
from uuid import UUID, uuid4

import pytest

from tests.api.problems import TASKS, read_field, read_problem
from tests.factories import read_task


async def test_a_new_task_is_shown_with_its_place_and_version(client, cursor):
    response = await client.post(TASKS, json={"filename": "ñandú 🦤.jpg"})
    task = await response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"{TASKS}/{task['id']}"
    assert response.headers["ETag"] == '"1"'
    assert task["filename"] == "ñandú 🦤.jpg"
    assert (task["status"], task["result"], task["version"]) == ("PENDING", None, 1)
    assert UUID(task["id"]).version == 4
    assert read_task(cursor, task["id"])["filename"] == "ñandú 🦤.jpg"


async def test_moments_are_utc_with_microseconds(client, cursor):
    task = await (await client.post(TASKS, json={"filename": "a.jpg"})).get_json()
    row = read_task(cursor, task["id"])
    for name in ("created_at", "updated_at"):
        assert len(task[name]) == len("2026-11-30T08:00:00.000000Z")
        assert task[name].endswith("Z")
        assert datetime.fromisoformat(task[name]) == row[name]


async def test_posting_twice_makes_two_tasks(client):
    first = await (await client.post(TASKS, json={"filename": "a.jpg"})).get_json()
    second = await (await client.post(TASKS, json={"filename": "a.jpg"})).get_json()
    assert first["id"] != second["id"]


async def test_a_filename_of_255_characters_beyond_ascii_is_kept(client):
    response = await client.post(TASKS, json={"filename": "é" * 255})
    assert response.status_code == 201


async def test_a_script_in_a_filename_stays_data(client):
    response = await client.post(TASKS, json={"filename": "<script>alert(1)</script>"})
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


async def test_a_charset_of_utf_8_may_be_named(client):
    response = await client.post(
        TASKS,
        data=b'{"filename": "a.jpg"}',
        headers={"Content-Type": 'Application/JSON; charset="UTF-8"'},
    )
    assert response.status_code == 201


async def test_a_task_is_put_under_the_id_of_the_client(client):
    task_id = uuid4()
    response = await client.put(f"{TASKS}/{task_id}", json={"filename": "a.jpg"})
    assert response.status_code == 201
    assert response.headers["Location"] == f"{TASKS}/{task_id}"
    assert response.headers["ETag"] == '"1"'
    assert (await response.get_json())["id"] == str(task_id)


async def test_putting_again_changes_nothing_and_shows_the_present_state(client, cursor):
    path = f"{TASKS}/{uuid4()}"
    await client.put(path, json={"filename": "a.jpg"})
    cursor.execute("UPDATE tasks SET status = 'PROCESSING'")
    response = await client.put(path, json={"filename": "a.jpg"})
    task = await response.get_json()
    assert response.status_code == 200
    assert response.headers["ETag"] == '"2"'
    assert "Location" not in response.headers
    assert (task["status"], task["version"]) == ("PROCESSING", 2)


async def test_putting_another_filename_under_a_taken_id_is_a_conflict(client, cursor):
    task_id = uuid4()
    await client.put(f"{TASKS}/{task_id}", json={"filename": "a.jpg"})
    response = await client.put(f"{TASKS}/{task_id}", json={"filename": "b.jpg"})
    await read_problem(response, 409, "task_exists")
    assert read_task(cursor, task_id)["filename"] == "a.jpg"


async def test_an_id_in_capitals_is_the_same_id(client):
    task_id = str(uuid4())
    await client.put(f"{TASKS}/{task_id.upper()}", json={"filename": "a.jpg"})
    response = await client.get(f"{TASKS}/{task_id}")
    assert (await response.get_json())["id"] == task_id


@pytest.mark.parametrize(
    "task_id",
    [
        "1",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "019aafc2-4d8f-7c3a-9e57-2b1d0c9f8a76",
        "00000000-0000-0000-0000-000000000000",
        "6f1c2b9e-8d3a-4c55-1b0e-2f7a1d4c8e90",
        "6f1c2b9e8d3a4c559b0e2f7a1d4c8e90",
        "{6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90}",
        "urn:uuid:6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90",
        "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90%0A",
        "\uff16f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90",
        "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90%00",
    ],
)
async def test_an_id_that_is_no_random_uuid_cannot_be_put(stranger, task_id):
    response = await stranger.put(f"{TASKS}/{task_id}", json={"filename": "a.jpg"})
    assert await read_field(response) == "id"
