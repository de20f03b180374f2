from uuid import uuid4

import pytest

from tests.api.problems import TASKS, read_problem
from tests.factories import add_task


async def test_a_task_is_shown_with_its_etag_and_to_be_checked_before_reuse(client, cursor):
    task_id = add_task(cursor, "a.jpg")
    response = await client.get(f"{TASKS}/{task_id}")
    assert response.status_code == 200
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert list(await response.get_json()) == [
        "id",
        "status",
        "filename",
        "result",
        "version",
        "created_at",
        "updated_at",
    ]


async def test_a_result_keeps_every_digit(client, cursor):
    digits = "1234567890123456789012345678901234567890.12345678901234567890"
    task_id = add_task(cursor, result=f'{{"n": {digits}, "ok": true}}')
    response = await client.get(f"{TASKS}/{task_id}")
    assert f'"result":{{"n": {digits}, "ok": true}}' in await response.get_data(as_text=True)


@pytest.mark.parametrize("header", ['"1"', 'W/"1"', '"7", "1"', "*", ' "7",, W/"1" '])
async def test_what_the_client_has_already_is_not_sent_again(client, cursor, header):
    task_id = add_task(cursor)
    response = await client.get(f"{TASKS}/{task_id}", headers={"If-None-Match": header})
    assert response.status_code == 304
    assert response.headers["ETag"] == '"1"'
    assert await response.get_data() == b""


@pytest.mark.parametrize("header", ['"2"', "1", '"01"', "", '"'])
async def test_what_the_client_lacks_is_sent(client, cursor, header):
    task_id = add_task(cursor)
    response = await client.get(f"{TASKS}/{task_id}", headers={"If-None-Match": header})
    assert response.status_code == 200


async def test_a_task_that_is_not_there_is_not_found(client):
    response = await client.get(f"{TASKS}/{uuid4()}")
    await read_problem(response, 404, "task_not_found")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize("task_id", ["1", "%00", "%ED%A0%80", "a" * 3000, "..", "'; --", "%20"])
async def test_what_is_no_id_is_not_found(stranger, method, task_id):
    headers = {"If-Match": "*", "Content-Type": "application/json"}
    response = await stranger.open(f"{TASKS}/{task_id}", method=method, headers=headers, data=b"{}")
    await read_problem(response, 404, "task_not_found")


async def test_head_answers_as_get_does(client, cursor):
    task_id = add_task(cursor)
    response = await client.head(f"{TASKS}/{task_id}")
    assert (response.status_code, response.headers["ETag"]) == (200, '"1"')
