"""A deployed database of a million rows is brought to head while its clients go on."""

import time
from collections.abc import Callable

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from tests.benchmarks.conftest import ROW, TITLE
from tests.databases import Databases, psql
from tests.deployed import digest, fill, get_config
from tests.live_clients import work_meanwhile
from vision_tasks.upgrade import find_migrations

ROWS = 1_000_000
LONGEST_WAIT_SECONDS = 2
REVISIONS = [
    script.revision for script in ScriptDirectory(str(find_migrations())).walk_revisions()
][::-1]
# The same work with every client shut out.
BARE = """
ALTER TABLE bare ADD COLUMN version integer NOT NULL DEFAULT 1,
  ALTER COLUMN result TYPE jsonb USING result::jsonb;
UPDATE bare SET updated_at = coalesce(updated_at, created_at) WHERE updated_at IS NULL;
CREATE INDEX ON bare (created_at, id);
CREATE INDEX ON bare (status, created_at, id)"""


@pytest.mark.timeout(1800)
def test_a_million_rows_are_adopted_beside_working_clients(
    durable: Databases, record_property: Callable[[str, object], None]
) -> None:
    with durable.create() as settings, psql(settings) as cursor:
        command.upgrade(get_config(settings), REVISIONS[0])
        fill(cursor, ROWS)
        before = digest(cursor)
        cursor.execute("SHOW server_version")
        record_property(
            TITLE,
            f"Adoption of {ROWS:,} rows, PostgreSQL {cursor.fetchone()[0]}, fsync on:"
            " seconds, and the longest waits of clients",
        )
        cursor.execute("CREATE TABLE bare (LIKE tasks INCLUDING ALL)")
        cursor.execute("INSERT INTO bare SELECT * FROM tasks")
        began = time.perf_counter()
        cursor.execute(BARE)
        bare = time.perf_counter() - began
        cursor.execute("DROP TABLE bare")
        whole = 0.0
        with work_meanwhile(settings) as waits:
            for revision in REVISIONS[1:]:
                waits.take()
                began = time.perf_counter()
                command.upgrade(get_config(settings), revision)
                taken = time.perf_counter() - began
                whole += taken
                longest = waits.take()
                told = ", ".join(
                    f"{name} {1000 * longest[name]:.0f} ms" for name in sorted(longest)
                )
                record_property(ROW, f"{revision}  {taken:6.1f} s   {told}")
                assert max(longest.values()) < LONGEST_WAIT_SECONDS
        record_property(
            ROW,
            f"whole         {whole:6.1f} s   {whole / bare:.1f} times the {bare:.1f} s of a rewrite"
            " that shuts everybody out",
        )
        assert waits.errors == []
        assert before[0] == ROWS
        assert digest(cursor) == before
