"""The dashboard as it is served: real HTTP, several at once."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.dashboard.people import read_cookies, sign_in
from tests.factories import add_task, read_task
from tests.servers import serve_dashboard


def open_form(client, url):
    page = client.get(url).text
    fields = dict(re.findall(r'name="(csrf_token|version|born_at)" value="([^"]*)"', page))
    return fields | {
        "base": '["PENDING", "photo.jpg", null, false]',
        "status": "PENDING",
        "result": "",
    }


def test_of_several_saves_at_once_one_is_written_and_the_others_meet_a_conflict(
    app, settings, cursor
):
    task_id = add_task(cursor)
    cookies = read_cookies(sign_in(app))
    with serve_dashboard(settings) as url, httpx.Client(base_url=url, cookies=cookies) as client:
        path = f"/admin/tasks/{task_id}/edit"
        fields = open_form(client, path)

        def save(number):
            return client.post(path, data=fields | {"filename": f"{number}.jpg"}).status_code

        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(save, range(8)))
        cursor.execute(
            "SELECT DISTINCT application_name FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usename = current_user"
        )
        assert cursor.fetchall() == [("vision-tasks-dashboard/psycopg2",)]
        too_long = client.post("/admin/tasks/new", data={"filename": "x" * 2_000_000})
        assert too_long.status_code == 413
    assert sorted(statuses) == [303] + [409] * 7
    assert read_task(cursor, task_id)["version"] == 2
