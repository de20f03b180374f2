from uuid import UUID

from api.pages import PAGE_BYTES
from tests.api.problems import TASKS


async def read_pages(client, query):
    """The sizes and ids of all pages, following `next_cursor`."""
    pages, cursor = [], ""
    while cursor is not None:
        response = await client.get(f"{TASKS}?{query}{cursor and f'&cursor={cursor}'}")
        assert response.status_code == 200
        body = await response.get_data()
        page = await response.get_json()
        pages.append((len(body), [UUID(task["id"]) for task in page["items"]]))
        cursor = page["next_cursor"]
    return pages


def add_large(cursor, count, size):
    cursor.execute(
        "INSERT INTO tasks (filename, result)"
        " SELECT 'large.jpg', to_jsonb(repeat('x', %s)) FROM generate_series(1, %s)",
        (size, count),
    )
    cursor.execute("SELECT id FROM tasks ORDER BY created_at DESC, id DESC")
    return [UUID(str(row[0])) for row in cursor.fetchall()]


async def test_a_page_of_large_results_ends_early_and_the_next_goes_on(client, cursor):
    ids = add_large(cursor, 10, PAGE_BYTES // 4 - 100)
    pages = await read_pages(client, "limit=200")
    assert [len(found) for _, found in pages] == [4, 4, 2]
    assert all(size < PAGE_BYTES + 100_000 for size, _ in pages)
    assert [task_id for _, found in pages for task_id in found] == ids


async def test_a_page_has_at_least_one_task_however_large(client, cursor):
    ids = add_large(cursor, 2, PAGE_BYTES + 1)
    pages = await read_pages(client, "limit=200")
    assert [found for _, found in pages] == [ids[:1], ids[1:]]


async def test_a_limit_cuts_before_the_size_does(client, cursor):
    add_large(cursor, 5, PAGE_BYTES // 4 - 100)
    pages = await read_pages(client, "limit=2")
    assert [len(found) for _, found in pages] == [2, 2, 1]
