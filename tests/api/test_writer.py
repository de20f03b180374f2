"""New tasks that wait at one moment are stored together, and each as if it were alone."""

import asyncio

import httpx
import pytest

from tests.api.clients import create_app
from tests.api.direct import open_client
from tests.api.problems import TASKS
from tests.api.waiting import wait_until_blocked, wait_until_idle
from tests.databases import psql
from tests.histories import read_history
from tests.keys import add_key
from vision_tasks.api_key_rules import Scope

OTHER_KEY = "vt_" + "AnotherOneXX" * 3 + "0123456"


@pytest.fixture
async def sender(app):
    async with open_client(app) as sender:
        yield sender


def read_tasks(cursor):
    cursor.execute("SELECT id::text, filename, created_at FROM tasks")
    return cursor.fetchall()


def lock_tasks(cursor):
    cursor.execute("BEGIN")
    cursor.execute("LOCK TABLE tasks IN SHARE MODE")


async def post_behind_a_lock(sender, cursor, bodies):
    """Let the first post wait for a lock, so that all others wait for the first."""
    lock_tasks(cursor)
    first = asyncio.create_task(sender.post(TASKS, json=bodies[0]))
    await wait_until_blocked(cursor)
    others = [asyncio.create_task(sender.post(TASKS, json=body)) for body in bodies[1:]]
    for _ in range(200):
        await asyncio.sleep(0)
    cursor.execute("COMMIT")
    return await asyncio.gather(first, *others)


async def test_all_that_wait_at_one_moment_are_one_transaction(sender, cursor):
    bodies = [{"filename": f"{number}.jpg"} for number in range(50)]
    answers = await post_behind_a_lock(sender, cursor, bodies)
    assert [answer.status_code for answer in answers] == [201] * 50
    assert [answer.json()["filename"] for answer in answers] == [one["filename"] for one in bodies]
    stored = read_tasks(cursor)
    assert {(task["id"], task["filename"]) for task in (one.json() for one in answers)} == {
        row[:2] for row in stored
    }
    assert len({row[2] for row in stored}) == 2
    [first, rest] = read_history(cursor)
    assert (first.actor, first.tasks, rest.actor, rest.tasks) == ("key:tests", 1, "key:tests", 49)
    assert len(rest.task_ids) == 49


async def test_one_that_comes_alone_does_not_wait(sender, cursor):
    for number in range(3):
        assert (await sender.post(TASKS, json={"filename": f"{number}.jpg"})).status_code == 201
    assert len({row[2] for row in read_tasks(cursor)}) == 3


async def test_what_the_database_refuses_fails_alone(sender, cursor):
    bodies = [{"filename": f"{number}.jpg"} for number in range(20)]
    bodies[7] = bodies[12] = {"filename": "refused.jpg"}
    cursor.execute("ALTER TABLE tasks ADD CONSTRAINT rule CHECK (filename <> 'refused.jpg')")
    try:
        answers = await post_behind_a_lock(sender, cursor, bodies)
    finally:
        cursor.execute("ALTER TABLE tasks DROP CONSTRAINT rule")
    refused = [number for number, answer in enumerate(answers) if answer.status_code != 201]
    assert refused == [7, 12]
    assert {answers[number].status_code for number in refused} == {500}
    assert "check constraint" not in answers[7].text
    assert len(read_tasks(cursor)) == 18


async def test_who_leaves_changes_nobody_elses_answer(sender, cursor):
    lock_tasks(cursor)
    first = asyncio.create_task(sender.post(TASKS, json={"filename": "first.jpg"}))
    await wait_until_blocked(cursor)
    tasks = [
        asyncio.create_task(sender.post(TASKS, json={"filename": f"{number}.jpg"}))
        for number in range(10)
    ]
    for _ in range(200):
        await asyncio.sleep(0)
    first.cancel()
    for task in tasks[::2]:
        task.cancel()
    await asyncio.sleep(0)
    cursor.execute("COMMIT")
    answers = await asyncio.gather(*tasks[1::2])
    assert [answer.status_code for answer in answers] == [201] * 5
    ids = {row[0] for row in read_tasks(cursor)}
    assert {answer.json()["id"] for answer in answers} <= ids


async def test_more_than_may_wait_are_refused_at_once(databases, settings, cursor):
    chosen = databases.settings_of(settings.POSTGRES_DB, MAX_WAITING_POSTS=5)
    app = create_app(chosen)
    async with app.test_app(), open_client(app) as sender:
        lock_tasks(cursor)
        first = asyncio.create_task(sender.post(TASKS, json={"filename": "first.jpg"}))
        await wait_until_blocked(cursor)
        waiting = {
            asyncio.create_task(sender.post(TASKS, json={"filename": "more.jpg"}))
            for _ in range(12)
        }
        refused: list[httpx.Response] = []
        while len(refused) < 7:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            refused += [task.result() for task in done]
        assert (await sender.get("/livez")).status_code == 200
        cursor.execute("COMMIT")
        accepted = await asyncio.gather(first, *waiting)
    assert {answer.status_code for answer in accepted} == {201}
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [
        (503, "overloaded")
    ] * 7
    assert int(refused[0].headers["Retry-After"]) >= 1
    assert len(read_tasks(cursor)) == len(accepted) == 6


async def test_a_connection_that_was_lost_between_two_requests_is_not_noticed(sender, cursor):
    for number in range(3):
        answer = await sender.post(TASKS, json={"filename": f"{number}.jpg"})
        assert answer.status_code == 201
        end_connections(cursor)
    assert len(read_tasks(cursor)) == 3


async def test_a_connection_that_is_lost_under_way_makes_no_task_twice(sender, cursor):
    lock_tasks(cursor)
    posts = [
        asyncio.create_task(sender.post(TASKS, json={"filename": f"{number}.jpg"}))
        for number in range(10)
    ]
    await wait_until_blocked(cursor)
    end_connections(cursor)
    cursor.execute("COMMIT")
    answers = await asyncio.gather(*posts)
    assert [answer.status_code for answer in answers] == [201] * 10
    assert sorted(answer.json()["id"] for answer in answers) == sorted(
        row[0] for row in read_tasks(cursor)
    )


def end_connections(cursor):
    cursor.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE 'vision-tasks-api%'"
    )
    assert cursor.rowcount


async def test_each_key_is_named_by_its_own_history(app, sender, cursor):
    add_key(cursor, "other", key=OTHER_KEY)
    async with open_client(app, key=OTHER_KEY) as other:
        answers = await asyncio.gather(
            *(
                client.post(TASKS, json={"filename": name})
                for _ in range(10)
                for name, client in (("tests.jpg", sender), ("other.jpg", other))
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    cursor.execute(
        "SELECT DISTINCT actor, filename FROM task_changes JOIN tasks"
        " ON tasks.id = task_id OR tasks.id = ANY(task_ids)"
    )
    assert sorted(cursor.fetchall()) == [("key:other", "other.jpg"), ("key:tests", "tests.jpg")]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ("UPDATE api_keys SET revoked_at = now()", 401),
        ("UPDATE api_keys SET expires_at = now() - interval '1 s'", 401),
        ("UPDATE api_keys SET secret_hash = 'another'", 401),
        ("UPDATE api_keys SET scopes = '{tasks:read,tasks:delete}'", 403),
    ],
)
async def test_what_becomes_of_a_key_counts_from_the_next_request_on(
    sender, cursor, change, status
):
    assert (await sender.post(TASKS, json={"filename": "a.jpg"})).status_code == 201
    cursor.execute(change)
    answer = await sender.post(TASKS, json={"filename": "b.jpg"})
    assert answer.status_code == status
    assert "WWW-Authenticate" in answer.headers
    assert len(read_tasks(cursor)) == 1


async def test_the_secret_before_a_rotation_goes_on_for_its_grace(sender, cursor):
    cursor.execute(
        "UPDATE api_keys SET previous_hash = secret_hash, secret_hash = 'another',"
        " previous_expires_at = now() + interval '1 min'"
    )
    assert (await sender.post(TASKS, json={"filename": "a.jpg"})).status_code == 201
    cursor.execute("UPDATE api_keys SET previous_expires_at = now()")
    assert (await sender.post(TASKS, json={"filename": "a.jpg"})).status_code == 401


async def test_the_use_of_a_key_is_noted(app, sender, cursor):
    cursor.execute("UPDATE api_keys SET last_used_at = NULL")
    await sender.post(TASKS, json={"filename": "a.jpg"})
    await wait_until_idle(app)
    cursor.execute("SELECT last_used_at FROM api_keys")
    assert cursor.fetchone()[0] is not None


async def test_all_that_was_accepted_is_stored_before_the_app_ends(settings, cursor):
    app = create_app(settings)
    async with open_client(app) as sender:
        async with app.test_app():
            lock_tasks(cursor)
            posts = [
                asyncio.create_task(sender.post(TASKS, json={"filename": "a.jpg"}))
                for _ in range(10)
            ]
            await wait_until_blocked(cursor)
            for _ in range(200):
                await asyncio.sleep(0)
            asyncio.get_running_loop().call_later(0.2, cursor.execute, "COMMIT")
        with psql(settings) as other:
            assert len(read_tasks(other)) == 10
        assert {answer.status_code for answer in await asyncio.gather(*posts)} == {201}


async def test_a_key_that_may_only_write_needs_no_other_scope(app, cursor):
    add_key(cursor, "writer", key=OTHER_KEY, scopes=[Scope.WRITE])
    async with open_client(app, key=OTHER_KEY) as writer:
        assert (await writer.post(TASKS, json={"filename": "a.jpg"})).status_code == 201
