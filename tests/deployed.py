"""A database as the deployed system left it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from alembic import command
from alembic.config import Config

from tests.databases import psql
from vision_tasks.config import Settings
from vision_tasks.upgrade import find_migrations

RESULTS = [
    None, "null", "0", "false", '""', "[]", "{}", '{"b": 1, "a": [1, {"x": "ñ雪😀"}]}',
    "123456789012345678901234567890", "0.1000000000000000055511151231257827",
]  # fmt: skip
OLD = datetime(2025, 3, 9, 12, 30, tzinfo=UTC)


def get_config(settings: Settings) -> Config:
    config = Config(attributes={"settings": settings})
    config.set_main_option("script_location", str(find_migrations()))
    return config


def deploy(settings: Settings, results: Sequence[str | None] = RESULTS) -> None:
    """Bring the database to where the deployed system left it, rows included."""
    command.upgrade(get_config(settings), "7213effa643d")
    with psql(settings) as cursor:
        for number, result in enumerate(results):
            cursor.execute(
                "INSERT INTO tasks (id, status, filename, result, created_at, updated_at)"
                " VALUES (gen_random_uuid(), 'FAILED', %s, %s, %s, %s)",
                (f"{number}.jpg", result, OLD, OLD if number % 2 else None),
            )


def fill(cursor: Any, rows: int) -> None:
    """Add `rows` tasks named frame-… of every status and shape, a third without `updated_at`."""
    results = [*RESULTS, '{"objects": [{"label": "cat", "box": [1, 2, 3, 4]}], "ms": 17}']
    cursor.execute(
        "INSERT INTO tasks (id, status, filename, result, created_at, updated_at)"
        " SELECT gen_random_uuid(), (enum_range(NULL::taskstatus))[1 + number %% 4],"
        " 'frame-' || number || '.jpg', (%(results)s::json[])[1 + number %% %(kinds)s],"
        " moment, CASE WHEN number %% 3 > 0 THEN moment END"
        " FROM (SELECT number, %(now)s - number * interval '1 s' AS moment"
        " FROM generate_series(1, %(rows)s) AS number) AS made",
        {"results": results, "kinds": len(results), "now": OLD, "rows": rows},
    )


def digest(cursor: Any) -> tuple[int, int]:
    """Count the tasks of `fill`, and add up a hash of all that an adoption must keep of each."""
    cursor.execute(
        "SELECT count(*), sum(hashtextextended(concat_ws('|', id, status, filename,"
        " coalesce(result::jsonb::text, 'none'), created_at, coalesce(updated_at, created_at)), 0))"
        " FROM tasks WHERE filename LIKE 'frame-%'"
    )
    count, total = cursor.fetchone()
    return count, total
