import asyncio
import re
import subprocess
import sys
import time
from typing import Any

from prometheus_client.samples import Sample

from tests.api.clients import create_app
from tests.api.direct import open_client
from tests.api.problems import SOMEBODY, TASKS
from tests.api.proxy import open_proxy, settings_through
from tests.api.scrapes import PREFIX, REQUESTS, scrape
from tests.api.waiting import wait_until_blocked
from tests.commands import ROOT
from tests.factories import add_task
from tests.keys import KEY, KEY_NAME, add_key, make_headers
from vision_tasks.lifecycle import TaskStatus

DURATION = "http_request_duration_seconds"
GAUGES = {
    "vision_tasks_database_up",
    "vision_tasks_http_requests_in_progress",
    "vision_tasks_ingest_waiting_tasks",
    "vision_tasks_oldest_pending_age_seconds",
    "vision_tasks_pool_connections",
    "vision_tasks_pool_limit_connections",
    "vision_tasks_tasks",
    "vision_tasks_worker_processes",
}


async def test_a_request_is_counted_under_its_method_route_and_status(client):
    before = await scrape(client)
    await client.get(SOMEBODY)
    await client.get(f"{TASKS}/not-an-id")
    await client.get("/livez?x=1")
    after = await scrape(client)
    one_task = {"method": "GET", "route": f"{TASKS}/{{task_id}}"}
    livez = {"method": "GET", "route": "/livez"}
    assert after.count_since(before, REQUESTS, **one_task, status="404") == 2
    assert after.count_since(before, REQUESTS, **livez, status="200") == 1
    assert after.count_since(before, f"{DURATION}_count", **one_task) == 2
    assert 0 < after.count_since(before, f"{DURATION}_sum", **one_task) < 10


async def test_a_post_that_is_answered_without_quart_is_counted_alike(app, client):
    before = await scrape(client)
    async with open_client(app) as sender:
        assert (await sender.post(TASKS, json={"filename": "a.jpg"})).status_code == 201
        assert (await sender.post(TASKS, json={"filename": ""})).status_code == 422
    after = await scrape(client)
    for status in ("201", "422"):
        labels = {"method": "POST", "route": TASKS, "status": status}
        assert after.count_since(before, REQUESTS, **labels) == 1


async def test_what_clients_make_up_is_no_label(client):
    before = await scrape(client)
    for number in range(5):
        await client.get(f"/nowhere-{number}")
        await client.get(f"{TASKS}-{number}")
        await client.open("/livez", method=f"BREW{number}")
        await client.get("/livez", headers={"Host": f"evil-{number}.example"})
    after = await scrape(client)
    refused = {"method": "GET", "route": "unmatched"}
    assert after.count_since(before, REQUESTS, **refused, status="404") == 10
    assert after.count_since(before, REQUESTS, **refused, status="400") == 5
    brewed = {"method": "other", "route": "unmatched", "status": "405"}
    assert after.count_since(before, REQUESTS, **brewed) == 5
    assert not re.search("nowhere|BREW|evil", after.text)


async def test_a_request_that_has_not_ended_is_in_progress_and_the_page_is_not(
    client, settings, cursor
):
    task_id = add_task(cursor)
    before = await scrape(client)
    assert before.get("http_requests_in_progress") == 0
    cursor.execute("BEGIN")
    cursor.execute("SELECT FROM tasks WHERE id = %s FOR UPDATE", (str(task_id),))
    deletion = asyncio.create_task(client.delete(f"{TASKS}/{task_id}", headers={"If-Match": "*"}))
    await wait_until_blocked(cursor)
    during = await scrape(client)
    assert during.get("http_requests_in_progress") == 1
    assert during.get("pool_connections", state="in_use") == 1
    cursor.execute("COMMIT")
    assert (await deletion).status_code == 204
    after = await scrape(client)
    assert after.get("http_requests_in_progress") == 0
    assert after.get("pool_connections", state="in_use") == 0
    assert after.get("pool_limit_connections") == settings.DATABASE_POOL_SIZE


async def test_tasks_are_counted_by_status_and_the_oldest_that_waits_has_an_age(client, cursor):
    for status in (TaskStatus.PENDING, TaskStatus.PENDING, TaskStatus.FAILED):
        add_task(cursor, status=status)
    cursor.execute(
        "INSERT INTO tasks (filename, created_at) VALUES ('old.jpg', now() - interval '1 hour')"
    )
    found = await scrape(client)
    counts = {status: found.get("tasks", status=status) for status in TaskStatus}
    assert counts == {"PENDING": 3, "PROCESSING": 0, "COMPLETED": 0, "FAILED": 1}
    assert 3600 <= found.get("oldest_pending_age_seconds") < 3660
    assert found.get("database_up") == 1


async def test_nobody_waits_where_there_is_no_task(client):
    found = await scrape(client)
    assert found.has("oldest_pending_age_seconds")
    assert found.get("oldest_pending_age_seconds") == 0


async def test_ten_who_ask_within_a_moment_cost_one_look_at_the_database(client, statements):
    await asyncio.gather(*(scrape(client) for _ in range(8)))
    await scrape(client)
    await scrape(client)
    assert len([one for one in statements if "pg_stats" in one]) == 1


async def test_without_its_database_the_page_tells_the_rest_in_time(databases, settings):
    async with open_proxy(settings) as proxy:
        app = create_app(settings_through(proxy, databases, settings))
        async with app.test_app():
            client = app.test_client()
            await client.get("/livez")
            proxy.hanging = True
            began = time.monotonic()
            found = await scrape(client)
            assert time.monotonic() - began < 3
    assert found.get("database_up") == 0
    assert not found.has("tasks")
    assert not found.has("oldest_pending_age_seconds")
    assert found.get(REQUESTS, method="GET", route="/livez", status="200") >= 1


async def test_a_table_that_is_locked_holds_the_page_up_no_longer(client, cursor):
    cursor.execute("BEGIN")
    cursor.execute("LOCK TABLE tasks")
    began = time.monotonic()
    found = await scrape(client)
    assert time.monotonic() - began < 3
    assert found.get("database_up") == 0
    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
    assert cursor.fetchone() == (0,)


async def test_the_page_holds_no_name_and_no_secret(app, client, cursor):
    add_key(cursor, "camera-seven", key="vt_" + "Seventh" * 6 + "0")
    async with open_client(app) as sender:
        sent = await sender.post(TASKS, json={"filename": "Passport of Ana.jpg"})
        await sender.get(f"{TASKS}?filename=Passport")
        await sender.get(f"/vt_{KEY}")
    text = (await scrape(client)).text
    for secret in ("Passport", KEY, KEY_NAME, "camera-seven", sent.json()["id"], "Seventh"):
        assert secret not in text


async def test_posts_that_wait_are_shown_then_stored_together_and_too_many_refused(
    databases, settings, cursor
):
    app = create_app(databases.settings_of(settings.POSTGRES_DB, MAX_WAITING_POSTS=3))
    async with app.test_app(), open_client(app) as sender:
        client = app.test_client()
        before = await scrape(client)

        def post():
            return asyncio.create_task(sender.post(TASKS, json={"filename": "a.jpg"}))

        await post()
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE tasks IN SHARE MODE")
        first = post()
        await wait_until_blocked(cursor)
        waiting = {post() for _ in range(5)}
        refused: set[asyncio.Task[Any]] = set()
        while len(refused) < 2:
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            refused |= done
        during = await scrape(client)
        cursor.execute("COMMIT")
        await asyncio.gather(first, *waiting)
        after = await scrape(client)
    assert [task.result().status_code for task in refused] == [503, 503]
    assert during.get("ingest_waiting_tasks") == 3
    assert after.get("ingest_waiting_tasks") == 0
    assert after.count_since(before, "overload_refusals_total") == 2
    assert after.count_since(before, "ingest_batch_tasks_sum") == 5
    assert after.count_since(before, "ingest_batch_tasks_count") == 3
    assert after.count_since(before, "ingest_batch_tasks_bucket", le="2.0") == 2
    assert after.count_since(before, "ingest_batch_seconds_count") == 3


async def test_the_page_is_for_whoever_names_the_host_without_a_key(anybody):
    page = await anybody.get("/metrics")
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    refused = await anybody.get("/metrics", headers={"Host": "evil.example", **make_headers()})
    assert refused.status_code == 400
    assert (await anybody.head("/metrics")).status_code == 200
    assert (await anybody.post("/metrics")).status_code == 405


async def test_each_metric_is_as_the_conventions_want_it(client):
    await client.get("/livez")
    found = await scrape(client)
    lines = found.text.splitlines()
    announced = {}
    for family in found.families:
        name = family.name + ("_total" if family.type == "counter" else "")
        announced[name] = family.type
        assert family.name.startswith(PREFIX)
        assert family.documentation.endswith(".")
        assert lines.count(f"# HELP {name} {family.documentation}") == 1
        assert lines.count(f"# TYPE {name} {family.type}") == 1
        assert not name.endswith(("_sum", "_count", "_bucket", "_created", "_ms"))
        if family.type == "histogram":
            assert name.endswith(("_seconds", "_tasks"))
            check_buckets(family)
    assert {name for name, kind in announced.items() if kind == "gauge"} == GAUGES
    assert set(announced.values()) == {"counter", "gauge", "histogram"}


def check_buckets(family):
    series: dict[tuple[tuple[str, str], ...], dict[str, list[Sample]]] = {}
    for sample in family.samples:
        labels = {name: value for name, value in sample.labels.items() if name != "le"}
        of_kind = series.setdefault(tuple(sorted(labels.items())), {})
        of_kind.setdefault(sample.name.removeprefix(family.name), []).append(sample)
    assert series
    for kinds in series.values():
        buckets = [(float(one.labels["le"]), one.value) for one in kinds["_bucket"]]
        assert buckets == sorted(buckets)
        assert [value for _, value in buckets] == sorted(value for _, value in buckets)
        assert buckets[-1] == (float("inf"), kinds["_count"][0].value)
        assert len(kinds["_sum"]) == 1


def test_before_an_app_serves_there_is_nothing_to_count_on_and_no_harm_in_it():
    script = (
        "from api.metrics import count_refusal, observe_batch, set_waiting;"
        " observe_batch(3, 0.1), set_waiting(3), count_refusal()"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
