"""The whole desk with real input: clients, staff and SQL on the same tasks at once."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import flask_admin
import httpx
import pytest

from tests.commands import ROOT
from tests.databases import connect
from tests.desk import Desk, run_desk
from tests.keys import make_headers
from tests.staff import Staff
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.serving.first_key import VARIABLE

PICTURES = (".png", ".jpg", ".gif", ".svg")
MOST_PICTURES = 300
CONTESTED_TASKS = 200


@pytest.fixture(scope="module")
def home(quick_directory: Path) -> Path:
    return quick_directory / "desk"


@pytest.fixture(scope="module")
def desk(home: Path) -> Iterator[Desk]:
    with run_desk(home) as desk:
        yield desk


@pytest.fixture
def api(desk: Desk) -> Iterator[httpx.Client]:
    headers = make_headers(desk.find_key())
    with httpx.Client(base_url=f"{desk.api}/api/v1", headers=headers) as client:
        yield client


@pytest.fixture
def sql(desk: Desk, home: Path) -> Iterator[Any]:
    """A third party with SQL, who joins the desk's own PostgreSQL."""
    assert desk.process.poll() is None
    with EmbeddedPostgres(home) as address:
        connection = connect(address)
        with connection.cursor() as cursor:
            yield cursor
        connection.close()


def _find_pictures() -> list[str]:
    installed = Path(sysconfig.get_path("purelib")).rglob("*.*")
    return sorted(path.name for path in installed if path.suffix in PICTURES)[:MOST_PICTURES]


def test_pictures_of_this_machine_go_in_are_corrected_and_read_back(
    desk: Desk, api: httpx.Client
) -> None:
    names = _find_pictures()
    assert len(names) > 10
    sent = [api.post("/tasks", json={"filename": name}) for name in names]
    assert [answer.status_code for answer in sent] == [201] * len(names)
    assert [answer.json()["filename"] for answer in sent] == names

    staff = Staff(desk)
    task = sent[len(sent) // 2].json()
    found = staff.open("/admin/tasks/", search=task["filename"])
    assert f"/admin/tasks/{task['id']}/" in found.text

    def correct(fields: dict[str, str]) -> None:
        fields["filename"] = "corrected é.png"
        fields["result"] = '{"objects": 3, "score": 0.10}'

    assert staff.save(task["id"], correct).status_code == 303
    staff.close()
    corrected = api.get(f"/tasks/{task['id']}")
    assert '"score": 0.10' in corrected.text
    assert corrected.json() == {
        **task,
        "filename": "corrected é.png",
        "result": {"objects": 3, "score": 0.1},
        "version": 2,
        "updated_at": corrected.json()["updated_at"],
    }


def test_the_tour_of_the_readme_can_be_walked(desk: Desk, api: httpx.Client) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    readme = readme.replace("http://127.0.0.1:8000", desk.api)
    readme = readme.replace("uv run vision-tasks", f"{sys.executable} -P -m vision_tasks.cli")
    send, post, conflict, bulk = (
        textwrap.dedent(block) for block in re.findall(r" +```sh\n(.*?)```", readme, re.S)
    )
    pictures = Path(flask_admin.__file__).parent / "static"
    _run_in_shell(desk, send, pictures)
    names = sorted(f"./{path.relative_to(pictures)}" for path in pictures.rglob("*.png"))
    listed = api.get("/tasks", params={"filename": ".png", "limit": 200}).json()["items"]
    assert sorted(task["filename"] for task in listed if task["filename"] in names) == names
    posted = [json.loads(_run_in_shell(desk, post, pictures)) for _ in range(2)]
    assert posted[0] == posted[1]
    stored = json.loads(_run_in_shell(desk, bulk, pictures))
    assert (stored["created"], stored["rejected"], stored["errors"][0]["line"]) == (1, 1, 2)

    newest = api.get("/tasks", params={"limit": 1}).json()["items"][0]
    staff = Staff(desk)

    def let_a_client_be_faster(fields: dict[str, str]) -> None:
        fields["filename"] = "mine.png"
        assert json.loads(_run_in_shell(desk, conflict, pictures))["version"] == 2

    page = staff.save(newest["id"], let_a_client_be_faster)
    staff.close()
    assert page.status_code == 409
    assert all(
        name in page.text for name in (newest["filename"], "renamed-by-a-client", "mine.png")
    )


def _run_in_shell(desk: Desk, commands: str, directory: Path) -> str:
    done = subprocess.run(
        ["bash", "-e", "-c", commands],
        cwd=directory,
        env={**os.environ, VARIABLE: desk.find_key()},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_each_app_connects_with_its_own_driver(desk: Desk, api: httpx.Client, sql: Any) -> None:
    assert api.get("/tasks").status_code == 200
    staff = Staff(desk)
    assert staff.open("/admin/tasks/").status_code == 200
    staff.close()
    sql.execute(
        "SELECT DISTINCT application_name FROM pg_stat_activity WHERE application_name ~ '^vision'"
    )
    assert {row[0] for row in sql.fetchall()} == {
        "vision-tasks-api/asyncpg",
        "vision-tasks-dashboard/psycopg2",
    }


def test_four_actors_on_the_same_tasks_lose_nothing_unseen(
    desk: Desk, api: httpx.Client, sql: Any
) -> None:
    ids = [
        api.post("/tasks", json={"filename": f"{number}.jpg"}).json()["id"]
        for number in range(CONTESTED_TASKS)
    ]
    staff = [Staff(desk), Staff(desk)]

    def by_api(task_id: str) -> bool:
        seen = api.get(f"/tasks/{task_id}")
        answer = api.patch(
            f"/tasks/{task_id}",
            json={"result": {"api": True}},
            headers={"If-Match": seen.headers["ETag"]},
        )
        assert answer.status_code in (200, 412), answer.text
        return answer.status_code == 200

    def by_staff(member: int, task_id: str) -> bool:
        def add_mark(fields: dict[str, str]) -> None:
            marks = json.loads(fields["result"] or "{}")
            fields["result"] = json.dumps({**marks, f"staff-{member}": True})

        answer = staff[member].save(task_id, add_mark)
        assert answer.status_code in (303, 409), answer.text
        return answer.status_code == 303

    def by_sql(task_id: str) -> bool:
        sql.execute("SELECT version FROM tasks WHERE id = %s", (task_id,))
        sql.execute(
            "UPDATE tasks SET result = coalesce(result, '{}') || '{\"sql\": true}'"
            " WHERE id = %s AND version = %s",
            (task_id, sql.fetchone()[0]),
        )
        return bool(sql.rowcount)

    actors: dict[str, Callable[[str], bool]] = {
        "api": by_api,
        "staff-0": lambda task_id: by_staff(0, task_id),
        "staff-1": lambda task_id: by_staff(1, task_id),
        "sql": by_sql,
    }
    with ThreadPoolExecutor(len(actors)) as pool:
        accepted = dict(
            zip(
                actors,
                pool.map(lambda act: [act(one) for one in ids], actors.values()),
                strict=True,
            )
        )
    for member in staff:
        member.close()

    for number, task_id in enumerate(ids):
        task = api.get(f"/tasks/{task_id}").json()
        authors = {name for name in actors if accepted[name][number]}
        assert set(task["result"] or {}) == authors
        assert task["version"] == 1 + len(authors)
    refusals = Counter({name: done.count(False) for name, done in accepted.items()})
    assert refusals.total() > 0, "nobody met anybody: the actors did not work at once"
    assert all(True in done for done in accepted.values())
