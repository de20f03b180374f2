"""The filters of the list beyond status and filename, its orders, places and totals."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import event

from tests.dashboard.forms import read_page, read_text
from vision_tasks import search_ways

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHANGED = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture
def many(cursor):
    """Thirty tasks, one a day; the older one is, the later it was changed."""
    cursor.execute("ALTER TABLE tasks DISABLE TRIGGER USER")
    for n in range(30):
        cursor.execute(
            "INSERT INTO tasks (id, filename, status, created_at, updated_at, result)"
            " VALUES (%s, %s, %s, %s, %s, jsonb_build_object('objects', %s, 'error', %s))",
            (
                f"{n:02}ab0000-0000-4000-8000-000000000000",
                f"file-{n:02}.jpg",
                ("PENDING", "FAILED")[n % 2],
                START + timedelta(days=n),
                CHANGED - timedelta(days=n),
                n,
                "timeout" if n % 10 == 3 else "decode",
            ),
        )
    cursor.execute("ALTER TABLE tasks ENABLE TRIGGER USER")


def names(response):
    assert response.status_code == 200
    page = read_page(response)
    return [v["title"][5:7] for tag, v in page.tags if tag == "a" and v.get("class") == "desk-name"]


def get(client, query):
    return client.get(f"/admin/tasks/?{query}")


def links(response, text):
    page = read_page(response)
    return [v["href"] for tag, v in page.tags if tag == "a" and text in v.get("href", "")]


@pytest.mark.usefixtures("many")
def test_what_changed_last_comes_first_where_that_is_asked_for(client):
    assert names(get(client, "sort=updated"))[:3] == ["00", "01", "02"]
    second = next(
        v["href"] for _, v in read_page(get(client, "sort=updated")).tags if v.get("rel") == "next"
    )
    assert "sort=updated" in second
    assert names(client.get(second)) == [f"{n:02}" for n in range(20, 30)]


@pytest.mark.usefixtures("many")
def test_whoever_narrows_by_the_last_change_gets_that_order(client):
    asked = "updated_from=2026-03-30&updated_to=2026-03-31"
    assert names(get(client, asked)) == ["01", "02"]
    assert names(get(client, asked + "&sort=created")) == ["02", "01"]
    assert names(get(client, asked + "&created_from=2026-03-03")) == ["02"]


@pytest.mark.usefixtures("many")
def test_an_id_is_found_by_its_beginning(client):
    assert names(get(client, "id=07ab")) == ["07"]
    assert names(get(client, "id=07AB0000-0000")) == ["07"]
    assert names(get(client, "id=07ab0000-0000-4000-8000-000000000000")) == ["07"]
    assert names(get(client, "id=07ac")) == []
    assert names(get(client, "id=07ab&status=PENDING")) == []


@pytest.mark.usefixtures("many")
def test_a_filename_that_is_not_there_may_have_been_an_id(client):
    (link,) = links(get(client, "search=07ab00"), "id=07ab00")
    assert names(client.get(link)) == ["07"]


@pytest.mark.usefixtures("many")
def test_a_value_in_the_result_is_found_alone_and_with_other_filters(client):
    assert names(get(client, f"result={quote('objects > 26')}")) == ["29", "28", "27"]
    assert names(get(client, f"result={quote('error = timeout')}")) == ["23", "13", "03"]
    both = quote("error = timeout and objects < 20")
    assert names(get(client, f"result={both}&created_from=2026-03-10")) == ["13"]
    assert names(get(client, f"result={both}&status=PENDING")) == []


@pytest.mark.usefixtures("many")
def test_days_are_those_of_the_zone_that_the_address_names(client, cursor):
    cursor.execute("UPDATE tasks SET created_at = '2026-03-05T23:30Z' WHERE filename ~ '-10'")
    asked = "created_from=2026-03-06&created_to=2026-03-06"
    assert names(get(client, asked)) == ["05"]
    assert names(get(client, asked + "&zone=Europe/Madrid")) == ["05", "10"]
    chips = links(get(client, asked + "&zone=Europe/Madrid"), "/admin/tasks/?created_")
    assert set(chips) >= {
        "/admin/tasks/?created_to=2026-03-06&zone=Europe%2FMadrid",
        "/admin/tasks/?created_from=2026-03-06&zone=Europe%2FMadrid",
    }


@pytest.mark.usefixtures("many")
def test_one_can_jump_to_a_day_and_to_the_oldest(client):
    jumped = get(client, "jump=2026-03-05")
    assert names(jumped) == ["04", "03", "02", "01", "00"]
    newest = next(
        v["href"]
        for _, v in read_page(get(client, "")).tags
        if "newer_than=0001" in v.get("href", "")
    )
    assert names(client.get(newest)) == [f"{n:02}" for n in range(19, -1, -1)]


@pytest.mark.usefixtures("many")
def test_the_head_says_how_many_there_are(client):
    assert "Tasks 30" in read_text(get(client, ""))
    assert "Tasks 3 " in read_text(get(client, f"result={quote('error = timeout')}")) + " "
    assert "Tasks 15" in read_text(get(client, "status=FAILED"))


def test_what_no_index_knows_is_looked_for_stretch_by_stretch(client, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename, created_at, result)"
        " SELECT 'file-' || lpad(n::text, 5, '0'), timestamptz '2026-03-01' + n * interval '1 s',"
        " jsonb_build_object('objects', CASE WHEN n = 5 THEN 100 ELSE 1 END)"
        " FROM generate_series(1, 12000) AS n; ANALYZE tasks"
    )
    first = get(client, f"result={quote('objects > 50')}")
    assert names(first) == []
    assert "Nothing found so far" in read_text(first)
    further = links(first, "older_than=")
    second = client.get(further[0])
    assert [v["title"] for tag, v in read_page(second).tags if v.get("class") == "desk-name"] == [
        "file-00005"
    ]
    assert "Look further" not in read_text(second)


def test_what_moves_meanwhile_lets_no_task_be_skipped(client, cursor, app, monkeypatch):
    for name, tasks in {"NEAR": 20, "FURTHER": 20, "REACH": 40}.items():
        monkeypatch.setattr(search_ways, name, tasks)
    cursor.execute(
        "INSERT INTO tasks (filename, created_at, result)"
        " SELECT 'file-' || lpad(n::text, 5, '0'), timestamptz '2026-03-01' + n * interval '1 s',"
        " jsonb_build_object('objects', CASE WHEN n = 50 THEN 100 ELSE 1 END)"
        " FROM generate_series(1, 100) AS n"
    )

    @event.listens_for(app.extensions["vision_tasks"].engine, "before_cursor_execute")
    def move(_connection, _cursor, statement, *_rest):
        # After the tasks down to number 61 were looked through, before it is found how far that is.
        if "OFFSET" in statement:
            cursor.execute("DELETE FROM tasks WHERE filename > 'file-00080'")

    first = get(client, f"result={quote('objects > 50')}")
    assert "Nothing found so far" in read_text(first)
    second = client.get(links(first, "older_than=")[0])
    assert "file-00050" in second.text


def test_a_search_that_takes_too_long_says_what_to_narrow(client, cursor, app):
    desk = app.extensions["vision_tasks"]
    quick = desk.settings.model_copy(update={"PAGE_STATEMENT_SECONDS": 0.2})
    object.__setattr__(desk, "settings", quick)
    cursor.execute("BEGIN; LOCK TABLE tasks IN ACCESS EXCLUSIVE MODE")
    try:
        page = get(client, f"search=ab&result={quote('objects > 3')}")
    finally:
        cursor.execute("ROLLBACK")
    text = read_text(page)
    assert page.status_code == 504
    assert "This search takes too long" in text
    assert "longer part of the filename" in text
    assert "days between which the tasks were created" in text
    assert 'value="objects &gt; 3"' in page.text
    assert "SELECT" not in text
