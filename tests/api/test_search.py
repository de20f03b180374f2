"""Following the links of a search shows every match once, whichever way each page takes."""

import pytest

from tests.api.problems import TASKS

ROWS = 12_000


@pytest.fixture
def cursor(cursor):
    """Tasks a minute apart, two of each moment, with names of every frequency."""
    cursor.execute(
        "INSERT INTO tasks (filename, status, created_at) SELECT CASE WHEN n %% 100 = 7 THEN"
        " 'hundred' WHEN n %% 700 = 3 THEN 'seldom' WHEN n < 500 THEN 'old' ELSE 'photo' END"
        " || '-' || n || '.jpg',"
        " (CASE WHEN n %% 5 = 3 THEN 'FAILED' ELSE 'PENDING' END)::taskstatus,"
        " '2026-01-01Z'::timestamptz + n / 2 * interval '2 minutes'"
        " FROM generate_series(1, %s) AS n",
        (ROWS,),
    )
    cursor.execute("ANALYZE tasks")
    return cursor


@pytest.mark.parametrize(
    "query",
    [
        "filename=HUNDRED&limit=50",
        "filename=seldom&limit=5",
        "filename=old-&limit=100",
        "filename=photo-1&limit=200&status=FAILED",
        "filename=dred-&limit=20&created_from=2026-01-02T00:00:00Z&created_to=2026-01-06T00:00:00Z",
        "filename=77&limit=50",
        "filename=none",
    ],
)
async def test_following_the_links_shows_every_match_once(client, cursor, query):
    seen = []
    path: str | None = f"{TASKS}?{query}"
    while path:
        response = await client.get(path)
        assert response.status_code == 200
        seen += [task["id"] for task in (await response.get_json())["items"]]
        link = response.headers.get("Link", "")
        path = link[1 : link.index(">")] if link else None
    conditions = dict(part.split("=") for part in query.split("&"))
    cursor.execute(
        "SELECT id::text FROM tasks WHERE strpos(lower(filename), lower(%s)) > 0"
        " AND coalesce(status::text = %s, true) AND coalesce(created_at >= %s, true)"
        " AND coalesce(created_at < %s, true) ORDER BY created_at DESC, id DESC",
        [conditions.get(name) for name in ("filename", "status", "created_from", "created_to")],
    )
    assert seen == [row[0] for row in cursor.fetchall()]
