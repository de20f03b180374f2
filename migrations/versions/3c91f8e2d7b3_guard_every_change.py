"""guard every change

Two row triggers, for whoever writes: one raises `version` and sets `updated_at` when a row
really changes, one refuses illegal moves of the status, from here on those of clients of the
deployed system too. Creating them needs a moment of SHARE ROW EXCLUSIVE on `tasks` (see
1d0a3c2f6b11); existing rows are not read.

Revision ID: 3c91f8e2d7b3
Revises: 2b7e5d90c4a2
"""

from alembic import op

revision = "3c91f8e2d7b3"
down_revision = "2b7e5d90c4a2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # *<> compares the stored image: 1 and 1.0 are equal jsonb values, yet a change.
    op.execute("""
CREATE FUNCTION tasks_keep_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := OLD.version;
  NEW.updated_at := OLD.updated_at;
  IF NEW *<> OLD THEN
    NEW.version := OLD.version + 1;
    NEW.updated_at := clock_timestamp();
  END IF;
  RETURN NEW;
END
$$""")
    op.execute("""
CREATE TRIGGER tasks_keep_version BEFORE UPDATE ON tasks FOR EACH ROW
  EXECUTE FUNCTION tasks_keep_version()""")
    op.execute("""
CREATE FUNCTION tasks_guard_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.status::text, NEW.status::text) NOT IN (
    ('PENDING', 'PROCESSING'),
    ('PENDING', 'FAILED'),
    ('PROCESSING', 'COMPLETED'),
    ('PROCESSING', 'FAILED'),
    ('PROCESSING', 'PENDING'),
    ('FAILED', 'PENDING'),
    ('COMPLETED', 'PENDING')
  ) THEN
    RAISE EXCEPTION USING ERRCODE = 'VT001',
      MESSAGE = 'a task that is ' || OLD.status || ' cannot become ' || NEW.status;
  END IF;
  RETURN NEW;
END
$$""")
    op.execute("""
CREATE TRIGGER tasks_guard_moves BEFORE UPDATE ON tasks FOR EACH ROW
  WHEN (OLD.status IS DISTINCT FROM NEW.status)
  EXECUTE FUNCTION tasks_guard_moves()""")


def downgrade() -> None:
    # What a next revision that was cut off may have left behind.
    op.execute('DROP TRIGGER IF EXISTS "~tasks_copy_result" ON tasks')
    op.execute("DROP FUNCTION IF EXISTS tasks_copy_result()")
    op.execute("ALTER TABLE tasks DROP CONSTRAINT IF EXISTS tasks_result_copied")
    op.execute("ALTER TABLE tasks DROP COLUMN IF EXISTS result_jsonb")
    op.execute("DROP TRIGGER tasks_guard_moves ON tasks")
    op.execute("DROP FUNCTION tasks_guard_moves()")
    op.execute("DROP TRIGGER tasks_keep_version ON tasks")
    op.execute("DROP FUNCTION tasks_keep_version()")
