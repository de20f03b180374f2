"""Revision 7213effa643d is exactly what was deployed before this project."""

from tests.commands import run_command
from tests.databases import psql
from tests.schema import describe_schema
from vision_tasks.config import Settings


def test_it_creates_what_is_deployed(empty_settings: Settings) -> None:
    assert run_command(empty_settings, "alembic", "upgrade", "7213effa643d").returncode == 0
    with psql(empty_settings) as cursor:
        found = describe_schema(cursor)
    tasks = [column[1:] for column in found["columns"] if column[0] == "tasks"]
    assert tasks == [
        ("id", 1, "uuid", "uuid", None, "NO", None),
        ("status", 2, "USER-DEFINED", "taskstatus", None, "NO", None),
        ("filename", 3, "character varying", "varchar", 255, "NO", None),
        ("result", 4, "json", "json", None, "YES", None),
        ("created_at", 5, "timestamp with time zone", "timestamptz", None, "YES", "now()"),
        ("updated_at", 6, "timestamp with time zone", "timestamptz", None, "YES", None),
    ]
    assert [
        row[0].split(" INDEX ")[1] for row in found["indexes"] if " public.tasks " in row[0]
    ] == [
        "ix_tasks_id ON public.tasks USING btree (id)",
        "ix_tasks_status ON public.tasks USING btree (status)",
        "tasks_pkey ON public.tasks USING btree (id)",
    ]
    assert ("taskstatus", "{PENDING,PROCESSING,COMPLETED,FAILED}") in found["types"]
    assert found["triggers"] == []
    assert found["functions"] == []
