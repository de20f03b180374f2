from uuid import uuid4

from tests.api.problems import TASKS, read_problem
from tests.factories import add_task, read_task


async def test_a_task_is_deleted_at_the_version_that_was_read(client, cursor):
    task_id = add_task(cursor)
    response = await client.delete(f"{TASKS}/{task_id}", headers={"If-Match": '"1"'})
    assert (response.status_code, await response.get_data()) == (204, b"")
    await read_problem(await client.get(f"{TASKS}/{task_id}"), 404, "task_not_found")


async def test_a_star_deletes_whatever_it_is_now(client, cursor):
    task_id = add_task(cursor)
    cursor.execute("UPDATE tasks SET filename = 'b.jpg'")
    response = await client.delete(f"{TASKS}/{task_id}", headers={"If-Match": "*"})
    assert response.status_code == 204


async def test_a_task_that_has_changed_is_not_deleted(client, cursor):
    task_id = add_task(cursor)
    cursor.execute("UPDATE tasks SET filename = 'b.jpg'")
    response = await client.delete(f"{TASKS}/{task_id}", headers={"If-Match": '"1"'})
    problem = await read_problem(response, 412, "stale_version")
    assert (problem["current_version"], response.headers["ETag"]) == (2, '"2"')
    assert read_task(cursor, task_id)["version"] == 2


async def test_a_task_that_is_not_there_cannot_be_deleted(client):
    for condition in ("*", '"1"'):
        response = await client.delete(f"{TASKS}/{uuid4()}", headers={"If-Match": condition})
        await read_problem(response, 404, "task_not_found")
