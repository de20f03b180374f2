"""record every change

A table for the history of tasks, and the triggers that write it, whoever changes a task. Creating
them needs a moment of SHARE ROW EXCLUSIVE on `tasks` (see 1d0a3c2f6b11); existing rows are not
read. From here on TRUNCATE of `tasks` is refused. The guard of moves lets one pass that is not
legal where the transaction says so and gives a reason.

Revision ID: 6a83e1d97c20
Revises: 5fd2c04e81d5
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "6a83e1d97c20"
down_revision = "5fd2c04e81d5"
branch_labels = None
depends_on = None

ENTRY = sa.text("task_id IS NULL OR batch_id IS NULL")
FILL_BIRTH_BEFORE = """
CREATE OR REPLACE FUNCTION tasks_fill_birth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := 1;
  NEW.created_at := coalesce(NEW.created_at, now());
  NEW.updated_at := coalesce(NEW.updated_at, NEW.created_at);
  RETURN NEW;
END
$$"""
FILL_BIRTH = """
CREATE OR REPLACE FUNCTION tasks_fill_birth() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(current_setting('vision_tasks.action', true), '') <> 'undo' THEN
    NEW.version := 1;
  END IF;
  NEW.version := coalesce(NEW.version, 1);
  NEW.created_at := coalesce(NEW.created_at, now());
  NEW.updated_at := coalesce(NEW.updated_at, NEW.created_at);
  RETURN NEW;
END
$$"""
GUARD_MOVES_BEFORE = """
CREATE OR REPLACE FUNCTION tasks_guard_moves() RETURNS trigger LANGUAGE plpgsql AS $$
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
$$"""
GUARD_MOVES = """
CREATE OR REPLACE FUNCTION tasks_guard_moves() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.status::text, NEW.status::text) NOT IN (
    ('PENDING', 'PROCESSING'),
    ('PENDING', 'FAILED'),
    ('PROCESSING', 'COMPLETED'),
    ('PROCESSING', 'FAILED'),
    ('PROCESSING', 'PENDING'),
    ('FAILED', 'PENDING'),
    ('COMPLETED', 'PENDING')
  ) AND NOT coalesce(current_setting('vision_tasks.free_move', true) = 'on'
    AND btrim(current_setting('vision_tasks.reason', true)) <> '', false) THEN
    RAISE EXCEPTION USING ERRCODE = 'VT001',
      MESSAGE = 'a task that is ' || OLD.status || ' cannot become ' || NEW.status;
  END IF;
  RETURN NEW;
END
$$"""
RECORD_BIRTH = """
CREATE FUNCTION tasks_record_birth() RETURNS trigger
  LANGUAGE plpgsql AS $$
DECLARE
  who text := coalesce(nullif(current_setting('vision_tasks.actor', true), ''),
    'db:' || session_user);
  deed text := nullif(current_setting('vision_tasks.action', true), '');
  why text := nullif(current_setting('vision_tasks.reason', true), '');
  batch uuid := nullif(current_setting('vision_tasks.batch', true), '')::uuid;
  many integer;
  dated integer;
BEGIN
  SELECT count(*), count(*) FILTER (WHERE created_at <> now()) INTO many, dated FROM born;
  IF many = 0 THEN
    RETURN NULL;
  END IF;
  IF many = 1 OR deed = 'undo' OR dated > 0 AND many <= 1000 THEN
    INSERT INTO task_changes
      (changed_at, actor, action, task_id, born_at, version, after, reason, batch_id)
    SELECT now(), who, coalesce(deed, 'create'), id, created_at, version,
      jsonb_build_object('status', status, 'filename', filename)
        || CASE WHEN result IS NULL THEN '{}' ELSE jsonb_build_object('result', result) END,
      why, batch
      FROM born;
  ELSE
    INSERT INTO task_changes (changed_at, actor, action, tasks, task_ids, reason, batch_id)
    VALUES (now(), who, coalesce(deed, 'create'), many,
      CASE WHEN many <= 1000 THEN ARRAY(SELECT id FROM born) END, why, batch);
  END IF;
  RETURN NULL;
END
$$"""
RECORD_CHANGE = """
CREATE FUNCTION tasks_record_change() RETURNS trigger
  LANGUAGE plpgsql AS $$
DECLARE
  who text := coalesce(nullif(current_setting('vision_tasks.actor', true), ''),
    'db:' || session_user);
  deed text := nullif(current_setting('vision_tasks.action', true), '');
  why text := nullif(current_setting('vision_tasks.reason', true), '');
  batch uuid := nullif(current_setting('vision_tasks.batch', true), '')::uuid;
  was jsonb := '{}';
  became jsonb := '{}';
BEGIN
  IF NEW.status IS DISTINCT FROM OLD.status THEN
    was := was || jsonb_build_object('status', OLD.status);
    became := became || jsonb_build_object('status', NEW.status);
  END IF;
  IF NEW.filename IS DISTINCT FROM OLD.filename THEN
    was := was || jsonb_build_object('filename', OLD.filename);
    became := became || jsonb_build_object('filename', NEW.filename);
  END IF;
  IF (SELECT one FROM (SELECT NEW.result) AS one) *<>
     (SELECT one FROM (SELECT OLD.result) AS one) THEN
    IF OLD.result IS NOT NULL THEN
      was := was || jsonb_build_object('result', OLD.result);
    END IF;
    IF NEW.result IS NOT NULL THEN
      became := became || jsonb_build_object('result', NEW.result);
    END IF;
  END IF;
  IF (NEW.id, NEW.created_at) IS DISTINCT FROM (OLD.id, OLD.created_at) THEN
    was := was || jsonb_build_object('id', OLD.id, 'created_at', OLD.created_at);
    became := became || jsonb_build_object('id', NEW.id, 'created_at', NEW.created_at);
  END IF;
  INSERT INTO task_changes
    (actor, action, task_id, born_at, version, before, after, reason, batch_id)
  VALUES (who, coalesce(deed, 'change'), NEW.id, NEW.created_at, NEW.version, was, became, why,
    batch);
  RETURN NULL;
END
$$"""
RECORD_DELETION = """
CREATE FUNCTION tasks_record_deletion() RETURNS trigger
  LANGUAGE plpgsql AS $$
DECLARE
  who text := coalesce(nullif(current_setting('vision_tasks.actor', true), ''),
    'db:' || session_user);
  deed text := nullif(current_setting('vision_tasks.action', true), '');
  why text := nullif(current_setting('vision_tasks.reason', true), '');
  batch uuid := nullif(current_setting('vision_tasks.batch', true), '')::uuid;
BEGIN
  INSERT INTO task_changes (actor, action, task_id, born_at, version, before, reason, batch_id)
  VALUES (who, coalesce(deed, 'delete'), OLD.id, OLD.created_at, OLD.version,
    to_jsonb(OLD) - CASE WHEN OLD.result IS NULL THEN ARRAY['result'] ELSE '{}' END, why, batch);
  RETURN NULL;
END
$$"""
REFUSE_TRUNCATE = """
CREATE FUNCTION tasks_refuse_truncate() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'VT002',
    MESSAGE = 'tasks are not truncated, for their history would not tell',
    HINT = 'Use DELETE.';
END
$$"""
TASK_CHANGES_KEEP = """
CREATE FUNCTION task_changes_keep() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'VT002',
    MESSAGE = 'the history of tasks cannot be altered',
    HINT = 'To take a change back, make a new one.';
END
$$"""
FUNCTIONS = {
    "tasks_record_birth": RECORD_BIRTH,
    "tasks_record_change": RECORD_CHANGE,
    "tasks_record_deletion": RECORD_DELETION,
    "tasks_refuse_truncate": REFUSE_TRUNCATE,
    "task_changes_keep": TASK_CHANGES_KEEP,
}
TRIGGERS = {
    "tasks_record_birth": (
        "CREATE TRIGGER tasks_record_birth AFTER INSERT ON tasks REFERENCING NEW TABLE AS born"
        " FOR EACH STATEMENT"
        " EXECUTE FUNCTION tasks_record_birth()"
    ),
    "tasks_record_change": (
        "CREATE TRIGGER tasks_record_change AFTER UPDATE ON tasks"
        " FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version"
        " OR OLD.status IS DISTINCT FROM NEW.status)"
        " EXECUTE FUNCTION tasks_record_change()"
    ),
    "tasks_record_deletion": (
        "CREATE TRIGGER tasks_record_deletion AFTER DELETE ON tasks"
        " FOR EACH ROW"
        " EXECUTE FUNCTION tasks_record_deletion()"
    ),
    "tasks_refuse_truncate": (
        "CREATE TRIGGER tasks_refuse_truncate BEFORE TRUNCATE ON tasks"
        " FOR EACH STATEMENT"
        " EXECUTE FUNCTION tasks_refuse_truncate()"
    ),
    "task_changes_keep": (
        "CREATE TRIGGER task_changes_keep BEFORE DELETE OR UPDATE OR TRUNCATE ON task_changes"
        " FOR EACH STATEMENT"
        " EXECUTE FUNCTION task_changes_keep()"
    ),
}
# They run with the rights of their owner, and see no temporary table in the place of ours.
OWN_RIGHTS = """
DO $do$
BEGIN
  EXECUTE 'ALTER FUNCTION {name}() SECURITY DEFINER SET search_path = '
    || quote_ident(current_schema()) || ', pg_temp';
END
$do$"""
DEFINERS = ("tasks_record_birth", "tasks_record_change", "tasks_record_deletion")


def upgrade() -> None:
    op.create_table(
        "task_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), primary_key=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Uuid()),
        sa.Column("born_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer()),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("after", postgresql.JSONB()),
        sa.Column("tasks", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("task_ids", postgresql.ARRAY(sa.Uuid())),
        sa.Column("reason", sa.Text()),
        sa.Column("batch_id", sa.Uuid()),
    )
    op.create_index("ix_task_changes_task_id_id", "task_changes", ["task_id", "id"])
    op.create_index(
        "ix_task_changes_batch_id_id",
        "task_changes",
        ["batch_id", "id"],
        postgresql_where=sa.text("batch_id IS NOT NULL"),
    )
    for suffix, columns in (("", []), ("_actor", ["actor"]), ("_action", ["action"])):
        op.create_index(
            f"ix_task_changes_entries{suffix}",
            "task_changes",
            [*columns, "changed_at", "id"],
            postgresql_where=ENTRY,
        )
    op.execute("REVOKE UPDATE, DELETE, TRUNCATE ON task_changes FROM PUBLIC, CURRENT_USER")
    op.execute(FILL_BIRTH)
    op.execute(GUARD_MOVES)
    for name, creation in FUNCTIONS.items():
        op.execute(creation)
        if name in DEFINERS:
            op.execute(OWN_RIGHTS.format(name=name))
    for creation in TRIGGERS.values():
        op.execute(creation)


def downgrade() -> None:
    op.drop_table("task_changes")
    for name in TRIGGERS:
        if name.startswith("tasks_"):
            op.execute(f"DROP TRIGGER {name} ON tasks")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}()")
    op.execute(FILL_BIRTH_BEFORE)
    op.execute(GUARD_MOVES_BEFORE)
