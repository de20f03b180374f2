import asyncio
from uuid import uuid4

import pytest

from tests.api.problems import JSON, SOMEBODY, TASKS, read_problem
from tests.factories import add_task, read_task

BODY = {"filename": "a.jpg"}


@pytest.mark.parametrize("condition", ["*", '"1"', 'W/"1"'])
async def test_a_put_with_if_match_adds_nothing(client, cursor, condition):
    response = await client.put(f"{TASKS}/{uuid4()}", json=BODY, headers={"If-Match": condition})
    problem = await read_problem(response, 412, "precondition_failed")
    assert "If-Match" in problem["detail"]
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (0,)


async def test_a_put_is_refused_where_if_match_names_another_version(client, cursor):
    path = f"{TASKS}/{add_task(cursor, 'a.jpg')}"
    response = await client.put(path, json=BODY, headers={"If-Match": '"7"'})
    problem = await read_problem(response, 412, "stale_version")
    assert (problem["current_version"], response.headers["ETag"]) == (1, '"1"')
    for condition in ("*", '"7", "1"'):
        response = await client.put(path, json=BODY, headers={"If-Match": condition})
        assert response.status_code == 200


async def test_a_condition_that_holds_makes_no_put_a_change(client, cursor):
    task_id = add_task(cursor, "b.jpg")
    response = await client.put(f"{TASKS}/{task_id}", json=BODY, headers={"If-Match": "*"})
    await read_problem(response, 409, "task_exists")
    assert read_task(cursor, task_id)["filename"] == "b.jpg"


@pytest.mark.parametrize("filename", ["a.jpg", "b.jpg"])
@pytest.mark.parametrize("condition", ["*", '"1"', 'W/"7", W/"1"'])
async def test_a_put_is_refused_where_if_none_match_meets_a_task(
    client, cursor, filename, condition
):
    path = f"{TASKS}/{add_task(cursor, filename)}"
    response = await client.put(path, json=BODY, headers={"If-None-Match": condition})
    problem = await read_problem(response, 412, "precondition_failed")
    assert "If-None-Match" in problem["detail"]


async def test_a_put_with_if_none_match_adds_what_is_not_there(client):
    for condition in ("*", '"1"'):
        path = f"{TASKS}/{uuid4()}"
        response = await client.put(path, json=BODY, headers={"If-None-Match": condition})
        assert response.status_code == 201
    response = await client.put(path, json=BODY, headers={"If-None-Match": '"7"'})
    assert response.status_code == 200


async def test_of_many_who_put_the_first_one_adds(client):
    path = f"{TASKS}/{uuid4()}"
    responses = await asyncio.gather(
        *(client.put(path, json=BODY, headers={"If-None-Match": "*"}) for _ in range(8))
    )
    assert sorted(response.status_code for response in responses) == [201] + [412] * 7


@pytest.mark.parametrize("name", ["If-Match", "If-None-Match"])
@pytest.mark.parametrize("value", ["", "3", '*, "3"'])
async def test_a_condition_of_a_put_that_is_none_is_refused(stranger, name, value):
    response = await stranger.put(SOMEBODY, json=BODY, headers={name: value})
    problem = await read_problem(response, 400, "malformed_condition")
    assert problem["detail"].startswith(f"{name} must be")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
@pytest.mark.parametrize("more", [{}, {"If-Match": "*"}])
async def test_if_none_match_guards_no_change(stranger, method, more):
    headers = {**JSON, "If-None-Match": "*", **more}
    response = await stranger.open(SOMEBODY, method=method, headers=headers, data=b"{}")
    problem = await read_problem(response, 400, "misplaced_condition")
    assert "send If-Match" in problem["detail"]


async def test_the_conditions_of_a_put_are_described(stranger):
    document = await (await stranger.get("/openapi.json")).get_json()
    put = document["paths"]["/api/v1/tasks/{task_id}"]["put"]
    names = {parameter["name"]: parameter["required"] for parameter in put["parameters"]}
    assert names == {"task_id": True, "If-Match": False, "If-None-Match": False}
    for status, codes in (
        ("400", {"malformed_condition"}),
        ("412", {"precondition_failed", "stale_version"}),
    ):
        examples = put["responses"][status]["content"]["application/problem+json"]["examples"]
        assert codes <= set(examples)
