"""Tables of any size that are alike in all but their size: tasks, and what happened to them."""

from datetime import UTC, datetime
from typing import Any

from tests.databases import Databases, connect
from vision_tasks.config import Settings

NEWEST = datetime.now(UTC).replace(microsecond=0)
RARE = 120
"""So many tasks of what is called rare are in every table."""
# One task a second. Some names, states and results are as many in every table, others are a share
# of it; `legacy` stands in the oldest tenth only. Two thirds of what is done have a result, and all
# that failed say why.
_FILL_TASKS = """
INSERT INTO tasks (id, filename, status, result, created_at, updated_at)
SELECT gen_random_uuid(), name, status,
       CASE WHEN status = 'FAILED' THEN jsonb_build_object('error',
              CASE WHEN n / 100 %% 10 < 6 THEN 'timeout' WHEN n / 100 %% 10 < 9 THEN 'no memory'
                   ELSE 'not a picture' END, 'took_ms', n %% 900)
            WHEN status = 'COMPLETED' AND n %% (%(rows)s / %(rare)s) = 29 THEN
              jsonb_build_object('label', 'tram', 'objects', 99)
            WHEN status = 'COMPLETED' AND n %% 3 > 0 THEN
              jsonb_build_object('label', CASE WHEN n %% 100 = 11 THEN 'boat' ELSE 'car' END,
                'objects', n %% 7, 'score', 0.5, 'box', jsonb_build_array(n %% 100, 12, 400, 80))
       END,
       created_at,
       CASE WHEN status = 'PENDING' THEN created_at
            ELSE created_at + n * 7919 %% 3600 * interval '1 s' END
  FROM (
    SELECT n,
           CASE WHEN n %% (%(rows)s / %(rare)s) = 11 THEN 'xray' WHEN n %% 100 = 7 THEN 'tunnel'
                WHEN n %% 1000 = 13 THEN 'viaduct' WHEN n %% 450 = 19 THEN 'causeway'
                WHEN n %% 4000 = 17 THEN 'aqueduct'
                WHEN n <= %(rows)s / 10 AND n %% 2 = 0 THEN 'legacy'
                WHEN n %% 3 = 0 THEN 'Harbour' ELSE 'street' END
           || '-cam' || lpad((n * 7 %% 500)::text, 3, '0')
           || '-' || lpad((n * 104729 %% 99999989)::text, 8, '0') || '.jpg' AS name,
           (CASE WHEN n %% (%(rows)s / %(rare)s) = 3 THEN 'PROCESSING'
                 WHEN n %% 100 = 5 THEN 'FAILED' WHEN n > %(rows)s * 0.98 THEN 'PENDING'
                 ELSE 'COMPLETED' END)::taskstatus AS status,
           %(newest)s - (%(rows)s - n) * interval '1 s' AS created_at
      FROM generate_series(1, %(rows)s::bigint) AS n
  ) AS made"""
# A client sends tasks once a minute. One in ten of what is done, and all that failed, have been
# taken and ended one by one; one in two thousand has been corrected, by three people.
_FILL_CHANGES = """
INSERT INTO task_changes
  (changed_at, actor, action, task_id, born_at, version, before, after, tasks, task_ids, reason)
SELECT changed_at, actor, action, task_id, born_at, version, before, after, tasks, task_ids, reason
  FROM (
    SELECT max(created_at) AS changed_at, 'key:ingest-1' AS actor, 'create' AS action,
           NULL::uuid AS task_id, NULL::timestamptz AS born_at, NULL::int AS version,
           NULL::jsonb AS before, NULL::jsonb AS after, count(*)::int AS tasks,
           array_agg(id) AS task_ids, NULL AS reason
      FROM tasks GROUP BY date_trunc('minute', created_at)
    UNION ALL
    SELECT created_at + interval '1 s', 'key:worker-' || byte %% 4, 'change', id, created_at, 2,
           '{"status": "PENDING"}', '{"status": "PROCESSING"}', 1, NULL, NULL
      FROM ended
    UNION ALL
    SELECT updated_at, 'key:worker-' || byte %% 4, 'change', id, created_at, 3,
           '{"status": "PROCESSING"}',
           jsonb_strip_nulls(jsonb_build_object('status', status, 'result', result)), 1, NULL, NULL
      FROM ended
    UNION ALL
    SELECT updated_at, 'staff:' || (ARRAY['ana', 'ben', 'eve'])[1 + byte %% 3] || '@example.org',
           'change', id, created_at, 4, '{"filename": "a.jpg"}',
           jsonb_build_object('filename', filename), 1, NULL, 'misnamed by the camera'
      FROM ended WHERE get_byte(uuid_send(id), 1) = 7
  ) AS happened
 ORDER BY changed_at"""
_ENDED = """
CREATE TEMP VIEW ended AS
SELECT *, get_byte(uuid_send(id), 0)::int AS byte FROM tasks
 WHERE status = 'FAILED' OR status = 'COMPLETED' AND get_byte(uuid_send(id), 0) < 26"""
_FIND_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid = %s::regclass AND NOT indisprimary"""


def fill(
    databases: Databases, settings: Settings, rows: int, *, with_history: bool = False
) -> None:
    """Fill the tables of a database at head; the newest task is of NEWEST."""
    connection = connect(databases.superuser, settings.POSTGRES_DB)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        numbers = {"rows": rows, "rare": RARE, "newest": NEWEST}
        _fill(cursor, "tasks", _FILL_TASKS, numbers)
        if with_history:
            cursor.execute(_ENDED)
            _fill(cursor, "task_changes", _FILL_CHANGES, numbers)
    connection.close()


def _fill(cursor: Any, table: str, statement: str, numbers: dict[str, object]) -> None:
    # Quicker than keeping them, and none is left with pages that are half empty.
    cursor.execute(_FIND_INDEXES, (table,))
    for name, _ in (indexes := cursor.fetchall()):
        cursor.execute(f"DROP INDEX {name}")
    cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey")
    cursor.execute(statement, numbers)
    cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {table}_pkey PRIMARY KEY (id)")
    for _, definition in indexes:
        cursor.execute(definition)
    cursor.execute(f"VACUUM ANALYZE {table}")
