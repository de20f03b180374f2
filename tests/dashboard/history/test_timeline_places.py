"""Where in a timeline a creation stands that is recorded with others, and how long results show."""

import re

import pytest

from tests.dashboard.forms import read_page, read_text
from tests.dashboard.history.changes import last_change
from tests.factories import add_task


def list_numbers(page):
    return [
        int(v["id"].removeprefix("change-"))
        for tag, v in read_page(page).tags
        if tag == "li" and v.get("id", "").startswith("change-")
    ]


def follow(client, page, rel):
    links = [
        v["href"]
        for tag, v in read_page(page).tags
        if tag == "a" and v.get("rel") == rel and "#history" in v["href"]
    ]
    return client.get(links[0].partition("#")[0]) if links else None


@pytest.mark.parametrize("changes", [0, 1, 19, 20, 21, 40, 41])
@pytest.mark.parametrize("others", [1, 1_500])
def test_it_is_shown_once_and_last_whatever_the_pages(client, cursor, changes, others):
    cursor.execute(
        "INSERT INTO tasks (filename) SELECT n || '.jpg' FROM generate_series(0, %s) AS n",
        [others],
    )
    birth = last_change(cursor)
    cursor.execute("SELECT id FROM tasks WHERE filename = '0.jpg'")
    task_id = cursor.fetchone()[0]
    for number in range(changes):
        cursor.execute(
            "UPDATE tasks SET filename = %s WHERE id = %s", [f"name-{number}.jpg", task_id]
        )
    older = [client.get(f"/admin/tasks/{task_id}/")]
    while (page := follow(client, older[-1], "next")) is not None:
        older.append(page)
    seen = [number for page in older for number in list_numbers(page)]
    assert seen == sorted(set(seen), reverse=True)
    assert (len(seen), seen[-1]) == (changes + 1, birth)
    assert "no record" not in read_text(older[-1])
    newer = [older[-1]]
    while (page := follow(client, newer[-1], "prev")) is not None:
        newer.append(page)
    back = {number for page in newer for number in list_numbers(page)}
    assert back == set(seen)


def test_a_second_life_keeps_its_creation_apart_from_the_first(client, cursor):
    task_id = add_task(cursor, "first.jpg")
    cursor.execute("DELETE FROM tasks")
    deletion = last_change(cursor)
    cursor.execute(
        "INSERT INTO tasks (id, filename) VALUES (%s, 'second.jpg'), (gen_random_uuid(), 'x')",
        [str(task_id)],
    )
    numbers = list_numbers(client.get(f"/admin/tasks/{task_id}/"))
    assert numbers == [deletion + 1, deletion, deletion - 1]


def test_a_long_result_is_cut_and_reachable(client, cursor):
    task_id = add_task(cursor, result='"begin"')
    cursor.execute("UPDATE tasks SET result = to_jsonb(repeat('x', 3000000) || 'end')")
    cursor.execute("UPDATE tasks SET result = to_jsonb(repeat('y', 3000000) || 'end')")
    page = client.get(f"/admin/tasks/{task_id}/")
    assert "more of it" in read_text(page)
    # The result itself, as it is now, takes the rest.
    assert len(page.data) < 300_000
    change = client.get(f"/admin/history/{last_change(cursor)}/")
    assert change.status_code == 200
    assert read_text(change).count("Only the first 200,000 characters are shown") == 2
    assert len(client.get("/admin/history/").data) < 50_000


def test_a_result_is_shown_by_the_lines_that_differ(client, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename, result)"
        " SELECT 'a', jsonb_object_agg('key' || n, n) FROM generate_series(100, 160) AS n"
    )
    cursor.execute('UPDATE tasks SET result = result || \'{"key130": "other"}\' RETURNING id')
    page = client.get(f"/admin/tasks/{cursor.fetchone()[0]}/")
    html = page.get_data(as_text=True)
    assert re.search(r"<ins>\s*&#34;key130&#34;: &#34;other&#34;,?</ins>", html)
    assert re.search(r"<del>\s*&#34;key130&#34;: 130,?</del>", html)
    assert "lines alike" in html


@pytest.mark.parametrize("moves", [(("PROCESSING",), "start"), (("FAILED", "PENDING"), "retry")])
def test_a_move_is_named(client, cursor, moves):
    task_id = add_task(cursor)
    targets, word = moves
    for status in targets:
        cursor.execute("UPDATE tasks SET status = %s::taskstatus", [status])
    assert f"({word})" in read_text(client.get(f"/admin/tasks/{task_id}/"))
