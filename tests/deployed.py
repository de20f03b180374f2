"""A database as the deployed system left it."""

from datetime import UTC, datetime

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


def deploy(settings: Settings) -> None:
    """Bring the database to where the deployed system left it, rows included."""
    command.upgrade(get_config(settings), "7213effa643d")
    with psql(settings) as cursor:
        for number, result in enumerate(RESULTS):
            cursor.execute(
                "INSERT INTO tasks (id, status, filename, result, created_at, updated_at)"
                " VALUES (gen_random_uuid(), 'FAILED', %s, %s, %s, %s)",
                (f"{number}.jpg", result, OLD, OLD if number % 2 else None),
            )
