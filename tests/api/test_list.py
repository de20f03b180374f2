import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from tests.api.problems import TASKS
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


def add_tasks(cursor, count, *, at=NOON):
    """Tasks `0.jpg` (the oldest) and on, two of each moment."""
    for number in range(count):
        task_id = add_task(cursor, f"{number}.jpg")
        moment = at + timedelta(microseconds=number // 2)
        cursor.execute("UPDATE tasks SET created_at = %s WHERE id = %s", (moment, str(task_id)))


async def fetch(client, query=""):
    response = await client.get(f"{TASKS}{query}")
    assert response.status_code == 200, await response.get_data(as_text=True)
    return response, await response.get_json()


async def fetch_names(client, query=""):
    _, page = await fetch(client, query)
    return sorted(task["filename"] for task in page["items"])


async def test_an_empty_list_is_a_list(client):
    response, page = await fetch(client)
    assert page == {"items": [], "next_cursor": None}
    assert "Link" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


async def test_the_newest_come_first(client, cursor):
    add_tasks(cursor, 5)
    _, page = await fetch(client)
    moments = [(task["created_at"], task["id"]) for task in page["items"]]
    assert len(moments) == 5
    assert moments == sorted(moments, reverse=True)


async def test_following_the_links_shows_every_task_once(client, cursor):
    add_tasks(cursor, 11)
    seen = []
    path: str | None = f"{TASKS}?limit=3"
    while path:
        response = await client.get(path)
        page = await response.get_json()
        seen += [task["id"] for task in page["items"]]
        link = re.fullmatch(r'<(/[^/>][^>]*)>; rel="next"', response.headers.get("Link", ""))
        assert (link is None) == (page["next_cursor"] is None)
        path = link[1] if link else None
    _, everything = await fetch(client)
    assert seen == [task["id"] for task in everything["items"]]
    assert len(seen) == 11


async def test_tasks_added_meanwhile_disturb_no_page(client, cursor):
    add_tasks(cursor, 4)
    _, first = await fetch(client, "?limit=2")
    add_tasks(cursor, 3, at=NOON + timedelta(hours=1))
    _, second = await fetch(client, f"?limit=2&cursor={first['next_cursor']}")
    names = [task["filename"] for task in first["items"] + second["items"]]
    assert sorted(names) == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]


async def test_a_link_keeps_the_filters_and_can_end_nothing_early(client, cursor):
    name = '">; rel="prev", <\\é&=+%25/#?'
    for _ in range(2):
        add_task(cursor, name)
    response, _ = await fetch(
        client, f"?limit=1&filename={quote(name, safe='')}&created_from=2026-01-01T00:00:00%2B01:00"
    )
    link = response.headers["Link"]
    assert re.fullmatch(r'<[\w/.~?&=%-]+>; rel="next"', link, re.ASCII)
    assert f"filename={quote(name, safe='')}&" in link
    following = await client.get(link[1 : link.index(">")])
    assert [task["filename"] for task in (await following.get_json())["items"]] == [name]


@pytest.mark.parametrize("status", TaskStatus)
async def test_a_list_of_one_status(client, cursor, status):
    for other in TaskStatus:
        add_task(cursor, f"{other}.jpg", status=other)
    assert await fetch_names(client, f"?status={status}") == [f"{status}.jpg"]


async def test_a_filename_is_found_by_a_part_in_any_case(client, cursor):
    for name in ("Street 1.JPG", "STRASSE.jpg", "100%_é.png"):
        add_task(cursor, name)
    assert await fetch_names(client, "?filename=street+1.j") == ["Street 1.JPG"]
    assert await fetch_names(client, "?filename=%25_%C3%A9") == ["100%_é.png"]
    assert await fetch_names(client, "?filename=_") == ["100%_é.png"]
    assert await fetch_names(client, "?filename=%5C") == []


async def test_created_from_includes_and_created_to_excludes_its_moment(client, cursor):
    add_tasks(cursor, 6)
    query = (
        "?created_from=2026-11-30T12:00:00.000001Z&created_to=2026-11-30T13:00:00.000002%2B01:00"
    )
    assert await fetch_names(client, query) == ["2.jpg", "3.jpg"]


@pytest.mark.parametrize(
    "query",
    ["?created_from=0001-01-01T00:00:00Z", "?created_to=9999-12-31t23:59:59.999999z"],
)
async def test_the_ends_of_time_are_moments_too(client, cursor, query):
    add_task(cursor, "a.jpg")
    assert await fetch_names(client, query) == ["a.jpg"]


async def test_a_page_has_fifty_tasks_unless_told_and_two_hundred_at_most(client, cursor):
    cursor.execute("INSERT INTO tasks (filename) SELECT 'a.jpg' FROM generate_series(1, 201)")
    for query, count in (("", 50), ("?limit=1", 1), ("?limit=200", 200)):
        _, page = await fetch(client, query)
        assert len(page["items"]) == count
        assert page["next_cursor"] is not None
