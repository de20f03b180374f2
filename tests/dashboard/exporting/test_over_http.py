"""An export as it is served: real HTTP, and a client that really goes away."""

import httpx

from dashboard import create_app
from tests.dashboard.exporting.exports import fetch_entries
from tests.dashboard.people import read_cookies, sign_in
from tests.servers import serve_dashboard
from tests.waiting import wait_for

TASKS = 100
# Together more than any buffer on the way can take.
FILL = """
INSERT INTO tasks (filename, result)
SELECT number || '.jpg', to_jsonb(repeat(md5(number::text), 8192))
  FROM generate_series(1, %s) AS number"""


def test_a_client_that_goes_away_ends_the_export_and_is_recorded(settings, cursor):
    cursor.execute(FILL, (TASKS,))
    cookies = read_cookies(sign_in(create_app(settings)))
    with (
        serve_dashboard(settings) as url,
        httpx.Client(base_url=url, cookies=cookies) as client,
    ):
        page = client.get("/admin/tasks/export").text
        form = {
            "csrf_token": page.split('name="csrf_token" value="')[1].split('"')[0],
            "format": "jsonl",
        }
        with client.stream("POST", "/admin/tasks/export", data=form) as answer:
            assert answer.status_code == 200
            next(answer.iter_raw())
        wait_for(lambda: fetch_entries(cursor), "the entry of the export")
        whole = client.post("/admin/tasks/export", data=form)
        assert whole.headers["Transfer-Encoding"] == "chunked"
        assert whole.text.count("\n") == TASKS
    first, second = fetch_entries(cursor)
    assert 0 < first[1] < TASKS
    assert (first[2]["complete"], second[2]["complete"]) == (False, True)
    assert second[1] == TASKS
