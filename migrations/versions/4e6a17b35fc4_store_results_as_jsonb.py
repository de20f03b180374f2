"""store results as jsonb

No rewrite under a lock: a new column is filled by a trigger for rows that clients write, and in
transactions of as many rows as take a moment for the rest. A CHECK proves that it holds the
same, by a scan that blocks nobody; then it takes the name of the old one in a moment of ACCESS
EXCLUSIVE (see 1d0a3c2f6b11). So `result` becomes the last column. The downgrade rewrites the
table under ACCESS EXCLUSIVE.

Two things reach clients: a result that jsonb cannot hold is refused from the trigger on, and a
statement that a client prepared before the change of type is refused once per connection
("cached plan must not change result type", asyncpg's InvalidCachedStatementError), as with any
change of a column's type. Adds `tasks_merge_patch`, the JSON merge patch of RFC 7396, section 2.

Revision ID: 4e6a17b35fc4
Revises: 3c91f8e2d7b3
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from vision_tasks.migrating.batches import update_in_batches
from vision_tasks.migrating.dependents import refuse_dependents
from vision_tasks.migrating.unconvertible import refuse_unconvertible_results

revision = "4e6a17b35fc4"
down_revision = "3c91f8e2d7b3"
branch_labels = None
depends_on = None

# As in 3c91f8e2d7b3, but the copy of a result is no change of the task.
KEEP_VERSION_MEANWHILE = """
CREATE OR REPLACE FUNCTION tasks_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  compared record;
BEGIN
  NEW.version := OLD.version;
  NEW.updated_at := OLD.updated_at;
  compared := NEW;
  compared.result_jsonb := OLD.result_jsonb;
  IF compared *<> OLD THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END
$$"""
KEEP_VERSION = """
CREATE OR REPLACE FUNCTION tasks_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version;
  NEW.updated_at := OLD.updated_at;
  IF NEW *<> OLD THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END
$$"""
COPY_RESULT = """
CREATE OR REPLACE FUNCTION tasks_copy_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.result_jsonb := NEW.result::jsonb;
  RETURN NEW;
END
$$"""


# Made in one transaction, so that no writer slips through between two attempts; fired last, and
# for a writer that replays a replica's changes too.
COPY_ALWAYS = """
DO $always$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger
                  WHERE tgrelid = 'tasks'::regclass AND tgname = '~tasks_copy_result') THEN
    CREATE TRIGGER "~tasks_copy_result" BEFORE INSERT OR UPDATE ON tasks FOR EACH ROW
      EXECUTE FUNCTION tasks_copy_result();
    ALTER TABLE tasks ENABLE ALWAYS TRIGGER "~tasks_copy_result";
  END IF;
END
$always$"""
# Compared as text: 1 and 1.0 are equal jsonb values.
IS_COPIED = "result_jsonb::text IS NOT DISTINCT FROM result::jsonb::text"
COPIED = "tasks_result_copied"


def upgrade() -> None:
    refuse_dependents("result", own_constraint=COPIED)
    refuse_unconvertible_results()
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE tasks ADD COLUMN IF NOT EXISTS result_jsonb jsonb")
        op.execute(KEEP_VERSION_MEANWHILE)
        op.execute(COPY_RESULT)
        op.execute(COPY_ALWAYS)
        # Those that came in between the first look and the trigger.
        refuse_unconvertible_results()
        update_in_batches("result_jsonb = result::jsonb", f"NOT ({IS_COPIED})")
        # PostgreSQL itself shall prove, row by row, that nothing is lost with the old column.
        op.execute(f"ALTER TABLE tasks DROP CONSTRAINT IF EXISTS {COPIED}")
        op.execute(f"ALTER TABLE tasks ADD CONSTRAINT {COPIED} CHECK ({IS_COPIED}) NOT VALID")
        op.execute(f"ALTER TABLE tasks VALIDATE CONSTRAINT {COPIED}")
    op.execute(f"ALTER TABLE tasks DROP CONSTRAINT {COPIED}")
    op.execute('DROP TRIGGER "~tasks_copy_result" ON tasks')
    op.execute("ALTER TABLE tasks DROP COLUMN result")
    op.execute("ALTER TABLE tasks RENAME COLUMN result_jsonb TO result")
    op.execute("DROP FUNCTION tasks_copy_result()")
    op.execute(KEEP_VERSION)
    op.execute("""
CREATE FUNCTION tasks_merge_patch(target jsonb, patch jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  base jsonb := CASE WHEN jsonb_typeof(target) = 'object' THEN target ELSE '{}' END;
BEGIN
  IF jsonb_typeof(patch) <> 'object' THEN
    RETURN patch;
  END IF;
  RETURN (
    SELECT coalesce(jsonb_object_agg(merged.key, merged.value), '{}')
      FROM (SELECT kept.key, kept.value FROM jsonb_each(base) AS kept WHERE NOT patch ? kept.key
            UNION ALL
            SELECT given.key, tasks_merge_patch(base -> given.key, given.value)
              FROM jsonb_each(patch) AS given
             WHERE jsonb_typeof(given.value) <> 'null') AS merged
  );
END
$$""")


def downgrade() -> None:
    # What a next revision that was cut off may have left behind, or taken away already.
    for index in ("ix_tasks_created_at_id", "ix_tasks_status_created_at_id"):
        op.drop_index(index, "tasks", if_exists=True)
    for column in ("id", "status"):
        op.create_index(f"ix_tasks_{column}", "tasks", [column], if_not_exists=True)
    op.execute("DROP FUNCTION tasks_merge_patch(jsonb, jsonb)")
    op.alter_column(
        "tasks",
        "result",
        existing_type=postgresql.JSONB(),
        type_=sa.JSON(),
        postgresql_using="result::json",
    )
