import pytest

from tests.api.clients import create_app
from tests.api.problems import TASKS
from tests.databases import psql

TASKS_ADDED = 3_000
# Each takes so long to read that all of them take longer than a statement may, and three do not.
SLOW_ROWS = """
CREATE POLICY slow ON tasks USING (pg_sleep(0.01)::text = '');
ALTER TABLE tasks ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"""


@pytest.fixture
def cursor(cursor):
    """A table of TASKS_ADDED tasks, one in ten FAILED, that PostgreSQL has looked at."""
    cursor.execute(
        "INSERT INTO tasks (filename, status) SELECT n || '.jpg', (CASE WHEN n %% 10 = 0"
        " THEN 'FAILED' ELSE 'PENDING' END)::taskstatus FROM generate_series(1, %s) AS n",
        (TASKS_ADDED,),
    )
    cursor.execute("ANALYZE tasks")
    return cursor


async def fetch(client, query="", **headers):
    response = await client.get(f"{TASKS}?limit=2{query}", headers=headers)
    assert response.status_code == 200, await response.get_data(as_text=True)
    return response, await response.get_json()


@pytest.mark.parametrize(
    "prefer",
    [None, "", "count", "count=", "count=all", "count=exact=1", 'count="exact', "handling=lenient"],
)
@pytest.mark.usefixtures("cursor")
async def test_nothing_is_counted_unless_it_is_asked_for(client, statements, prefer):
    response, page = await fetch(client, **({} if prefer is None else {"Prefer": prefer}))
    assert set(page) == {"items", "next_cursor"}
    assert "Preference-Applied" not in response.headers
    assert not any("count(" in statement or "EXPLAIN" in statement for statement in statements)


@pytest.mark.usefixtures("cursor")
async def test_an_exact_count_is_of_all_pages_and_only_of_what_the_filters_let_through(client):
    response, page = await fetch(client, "&status=FAILED", Prefer="count=exact")
    assert (page["count"], page["count_is_exact"]) == (TASKS_ADDED // 10, True)
    assert len(page["items"]) == 2
    assert response.headers["Preference-Applied"] == "count=exact"
    _, page = await fetch(client, "&filename=7.J", Prefer="count=exact")
    assert page["count"] == TASKS_ADDED // 10


@pytest.mark.usefixtures("cursor")
async def test_a_count_is_the_same_on_every_page(client):
    _, first = await fetch(client, Prefer="count=exact")
    _, second = await fetch(client, f"&cursor={first['next_cursor']}", Prefer="count=exact")
    assert first["count"] == second["count"] == TASKS_ADDED
    assert first["items"] != second["items"]


@pytest.mark.usefixtures("cursor")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", TASKS_ADDED),
        ("&status=FAILED", TASKS_ADDED // 10),
        ("&filename=.jpg", TASKS_ADDED),
        ("&created_to=2000-01-01T00:00:00Z", 1),
    ],
)
async def test_an_estimate_is_near_and_reads_no_task(client, statements, query, expected):
    response, page = await fetch(client, query, Prefer="count=estimated")
    assert page["count"] == pytest.approx(expected, rel=0.1)
    assert page["count_is_exact"] is False
    assert response.headers["Preference-Applied"] == "count=estimated"
    assert not any("count(" in statement for statement in statements if "EXPLAIN" in statement)


@pytest.mark.usefixtures("cursor")
async def test_other_preferences_and_other_cases_do_not_hide_the_count(client):
    response, page = await fetch(
        client, Prefer='foo; bar="a,b", COUNT="Exact"; baz, count=estimated'
    )
    assert page["count_is_exact"] is True
    assert response.headers["Preference-Applied"] == "count=exact"


async def test_an_empty_list_is_counted_too(client):
    _, page = await fetch(client, Prefer="count=exact")
    assert page == {"items": [], "next_cursor": None, "count": 0, "count_is_exact": True}


async def test_a_count_that_takes_too_long_tells_what_to_ask_for(own_settings):
    with psql(own_settings) as cursor:
        cursor.execute("INSERT INTO tasks (filename) SELECT 'a.jpg' FROM generate_series(1, 5000)")
        cursor.execute("ANALYZE tasks")
        cursor.execute(SLOW_ROWS)
    app = create_app(own_settings.model_copy(update={"DATABASE_STATEMENT_SECONDS": 0.5}))
    async with app.test_app():
        client = app.test_client()
        await fetch(client, Prefer="count=estimated")
        response = await client.get(f"{TASKS}?limit=2", headers={"Prefer": "count=exact"})
        assert response.status_code == 504
        problem = await response.get_json()
        assert problem["code"] == "database_timeout"
        assert "count=estimated" in problem["detail"]
