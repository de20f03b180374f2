"""Tasks for the pictures of the README: a day at a desk whose cameras look at streets."""

import random
from pathlib import Path

import httpx

from tests.databases import connect
from tests.desk import Desk
from vision_tasks.embedded import EmbeddedPostgres

PLACES = ("harbour", "north gate", "market", "crossing 14", "station")
LABELS = ("car", "truck", "bicycle", "person", "traffic light")
TASKS = 1_600
HOURS = 20

_chance = random.Random(7)  # noqa: S311


def fill(desk: Desk, home: Path) -> None:
    """Send tasks to the API, let them run as a pipeline would, and spread that over a day."""
    headers = {"Authorization": f"Bearer {desk.find_key()}"}
    with httpx.Client(base_url=f"{desk.api}/api/v1", headers=headers) as client:
        for number in range(TASKS):
            name = f"{_chance.choice(PLACES)} {number + 1:04}.jpg"
            task = client.post("/tasks", json={"filename": name}).json()
            for change in _choose_changes(number):
                client.patch(
                    f"/tasks/{task['id']}", json=change, headers={"If-Match": "*"}
                ).raise_for_status()
    _spread(home)


def _choose_changes(number: int) -> list[dict[str, object]]:
    if number > TASKS - 60:
        return _chance.choice([[], [], [{"status": "PROCESSING"}]])
    ends: list[dict[str, object]] = [{"status": "PROCESSING"}]
    if _chance.random() < (0.5 if 900 < number < 1_000 else 0.04):  # noqa: PLR2004
        reason = _chance.choices(("timeout", "no such picture", "out of memory"), (8, 2, 1))[0]
        return [*ends, {"status": "FAILED", "result": {"error": reason, "attempts": 3}}]
    objects = [
        {
            "label": _chance.choice(LABELS),
            "score": round(_chance.uniform(0.5, 1), 2),
            "box": [_chance.randrange(0, 400, 5) for _ in range(4)],
        }
        for _ in range(_chance.randint(1, 4))
    ]
    result = {"objects": len(objects), "found": objects, "model": "street-9", "ms": 41}
    return [*ends, {"status": "COMPLETED", "result": result}]


def _spread(home: Path) -> None:
    # Nobody's UPDATE reaches the history: only a superuser for whom no trigger stands in the way.
    postgres = EmbeddedPostgres(home)
    address = postgres.acquire()
    connection = connect(postgres.superuser_address(), address.database)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "CREATE TEMP TABLE places AS"
            " SELECT id, now() - interval '1 second' - interval '1 hour' * %s *"
            " power(1 - row_number() OVER (ORDER BY created_at) / count(*) OVER ()::float, 1.3)"
            " AS moment FROM tasks",
            (HOURS,),
        )
        cursor.execute(
            "UPDATE task_changes SET changed_at = moment + CASE WHEN version > 2 THEN interval"
            " '20 s' WHEN version > 1 THEN interval '9 s' ELSE interval '0' END,"
            " born_at = moment FROM places WHERE task_id = places.id"
        )
        cursor.execute(
            "UPDATE tasks SET created_at = moment, updated_at = moment + (version - 1) *"
            " interval '10 s' FROM places WHERE tasks.id = places.id"
        )
        cursor.execute("ANALYZE tasks, task_changes")
    connection.close()
    postgres.release()
