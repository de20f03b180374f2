"""Tables of any size that are alike in all but their size."""

from datetime import UTC, datetime
from typing import Any

from tests.databases import Databases, connect
from vision_tasks.config import Settings

NEWEST = datetime(2026, 11, 1, tzinfo=UTC)
RARE = 120
# One task a second. Some names and states are as many in every table, others are a share of it;
# `legacy` stands in the oldest tenth only.
_FILL = """
INSERT INTO tasks (id, filename, status, result, created_at, updated_at)
SELECT gen_random_uuid(),
       CASE WHEN n %% (%(rows)s / %(rare)s) = 11 THEN 'xray' WHEN n %% 100 = 7 THEN 'tunnel'
            WHEN n %% 1000 = 13 THEN 'viaduct' WHEN n %% 450 = 19 THEN 'causeway'
            WHEN n %% 4000 = 17 THEN 'aqueduct'
            WHEN n <= %(rows)s / 10 AND n %% 2 = 0 THEN 'legacy'
            WHEN n %% 3 = 0 THEN 'Harbour' ELSE 'street' END
       || '-cam' || lpad((n * 7 %% 500)::text, 3, '0')
       || '-' || lpad((n * 104729 %% 99999989)::text, 8, '0') || '.jpg',
       (CASE WHEN n %% (%(rows)s / %(rare)s) = 3 THEN 'PROCESSING' WHEN n %% 100 = 5 THEN 'FAILED'
             WHEN n > %(rows)s * 0.98 THEN 'PENDING' ELSE 'COMPLETED' END)::taskstatus,
       CASE WHEN n %% 3 > 0 THEN jsonb_build_object('label', 'car', 'score', 0.5, 'box',
         jsonb_build_array(n %% 100, 12, 400, 80)) END,
       %(newest)s - (%(rows)s - n) * interval '1 s', %(newest)s
  FROM generate_series(1, %(rows)s::bigint) AS n"""
_FIND_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid = 'tasks'::regclass AND NOT indisprimary"""


def fill(databases: Databases, settings: Settings, rows: int) -> None:
    """Fill the table of a database at head, without a history."""
    connection = connect(databases.superuser, settings.POSTGRES_DB)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        # Quicker than keeping them, and none is left with pages that are half empty.
        for name, _ in (indexes := _find_indexes(cursor)):
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("ALTER TABLE tasks DROP CONSTRAINT tasks_pkey")
        cursor.execute(_FILL, {"rows": rows, "rare": RARE, "newest": NEWEST})
        cursor.execute("ALTER TABLE tasks ADD CONSTRAINT tasks_pkey PRIMARY KEY (id)")
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE tasks")
    connection.close()


def _find_indexes(cursor: Any) -> list[tuple[str, str]]:
    cursor.execute(_FIND_INDEXES)
    return list(cursor.fetchall())
