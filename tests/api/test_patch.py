from uuid import uuid4

import pytest

from tests.api.problems import JSON, SOMEBODY, TASKS, read_field, read_problem
from tests.factories import add_task, read_task
from vision_tasks.lifecycle import TaskStatus, is_legal

ANY = {"If-Match": "*"}
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


async def test_a_change_raises_the_version(client, cursor):
    task_id = add_task(cursor, "a.jpg")
    response = await client.patch(
        f"{TASKS}/{task_id}",
        json={"status": "PROCESSING", "filename": "b.jpg"},
        headers={"If-Match": '"1"'},
    )
    task = await response.get_json()
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    assert (task["status"], task["filename"], task["version"]) == ("PROCESSING", "b.jpg", 2)
    assert read_task(cursor, task_id)["status"] == "PROCESSING"


async def test_a_merge_patch_may_be_called_one(client, cursor):
    task_id = add_task(cursor)
    response = await client.patch(
        f"{TASKS}/{task_id}", data=b'{"filename": "b.jpg"}', headers={**ANY, **MERGE_PATCH}
    )
    assert response.status_code == 200


async def test_a_patch_of_nothing_shows_the_task_as_it_is(client, cursor):
    task_id = add_task(cursor)
    response = await client.patch(f"{TASKS}/{task_id}", json={}, headers={"If-Match": '"1"'})
    assert (response.status_code, response.headers["ETag"]) == (200, '"1"')


async def test_a_patch_of_nothing_still_minds_the_version(client, cursor):
    task_id = add_task(cursor)
    response = await client.patch(f"{TASKS}/{task_id}", json={}, headers={"If-Match": '"2"'})
    await read_problem(response, 412, "stale_version")


async def test_writing_what_is_there_already_raises_no_version(client, cursor):
    task_id = add_task(cursor, "a.jpg")
    response = await client.patch(f"{TASKS}/{task_id}", json={"filename": "a.jpg"}, headers=ANY)
    assert (response.status_code, response.headers["ETag"]) == (200, '"1"')


async def test_a_task_that_is_not_there_cannot_be_changed(client):
    for headers in (ANY, {"If-Match": '"1"'}):
        for change in ({}, {"filename": "b.jpg"}):
            response = await client.patch(f"{TASKS}/{uuid4()}", json=change, headers=headers)
            await read_problem(response, 404, "task_not_found")


@pytest.mark.parametrize("source", TaskStatus)
@pytest.mark.parametrize("target", TaskStatus)
async def test_a_move_is_made_where_it_is_legal_and_refused_elsewhere(
    client, cursor, source, target
):
    task_id = add_task(cursor, status=source)
    response = await client.patch(
        f"{TASKS}/{task_id}", json={"status": target}, headers={"If-Match": '"1"'}
    )
    if is_legal(source, target):
        assert response.status_code == 200
    else:
        problem = await read_problem(response, 409, "illegal_move")
        assert problem["detail"].startswith(f"A task that is {source} cannot become {target}")
        assert read_task(cursor, task_id)["status"] == source


async def test_a_stale_version_is_told_before_an_illegal_move(client, cursor):
    task_id = add_task(cursor)
    response = await client.patch(
        f"{TASKS}/{task_id}", json={"status": "COMPLETED"}, headers={"If-Match": '"9"'}
    )
    await read_problem(response, 412, "stale_version")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ('{"status": null}', "status"),
        ('{"status": "DONE"}', "status"),
        ('{"status": "pending"}', "status"),
        ('{"status": 1}', "status"),
        ('{"filename": null}', "filename"),
        ('{"filename": ["a"]}', "filename"),
        ('{"filename": ""}', "filename"),
        ('{"version": 9}', "version"),
        ('{"created_at": "2026-01-01T00:00:00Z"}', "created_at"),
        ('{"id": "6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"}', "id"),
        ('{"Status": "FAILED"}', "Status"),
        ("[]", "body"),
        ('"FAILED"', "body"),
        ("null", "body"),
        ("17", "body"),
    ],
)
async def test_a_change_that_cannot_be_is_refused_by_field(stranger, body, field):
    response = await stranger.patch(SOMEBODY, data=body.encode(), headers={**ANY, **JSON})
    assert await read_field(response) == field


async def test_a_wrong_status_is_told_which_there_are(stranger):
    response = await stranger.patch(SOMEBODY, json={"status": "DONE"}, headers=ANY)
    problem = await read_problem(response, 422, "invalid_field")
    assert problem["detail"] == "status must be one of PENDING, PROCESSING, COMPLETED, FAILED."
