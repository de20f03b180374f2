"""give tasks a version

Columns and defaults only: a moment of ACCESS EXCLUSIVE on `tasks`, whatever its size. Behind a
transaction that is open for longer, that moment is waited for, and clients queue behind it, for
MIGRATION_LOCK_SECONDS at most; so too in the revisions that follow. A row trigger fills what
clients of the deployed system leave out or send as NULL.

Revision ID: 1d0a3c2f6b11
Revises: 7213effa643d
"""

import sqlalchemy as sa
from alembic import op

from vision_tasks.migrating.dependents import refuse_dependents
from vision_tasks.migrating.unconvertible import (
    refuse_unconvertible_moments,
    refuse_unconvertible_results,
)

revision = "1d0a3c2f6b11"
down_revision = "7213effa643d"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What later revisions could not do is refused before the first change.
    refuse_dependents("result", own_constraint="tasks_result_copied")
    refuse_unconvertible_results()
    refuse_unconvertible_moments()
    op.add_column(
        "tasks", sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False)
    )
    op.alter_column("tasks", "id", server_default=sa.text("gen_random_uuid()"))
    op.alter_column("tasks", "status", server_default="PENDING")
    op.alter_column("tasks", "updated_at", server_default=sa.text("now()"))
    op.execute("""
CREATE FUNCTION tasks_fill_birth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.version := 1;
  NEW.created_at := coalesce(NEW.created_at, now());
  NEW.updated_at := coalesce(NEW.updated_at, NEW.created_at);
  RETURN NEW;
END
$$""")
    op.execute("""
CREATE TRIGGER tasks_fill_birth BEFORE INSERT ON tasks FOR EACH ROW
  WHEN (NEW.version <> 1 OR NEW.version IS NULL OR NEW.created_at IS NULL OR NEW.updated_at IS NULL)
  EXECUTE FUNCTION tasks_fill_birth()""")


def downgrade() -> None:
    # What a next revision that was cut off may have left behind.
    for name in ("tasks_moments_check", "tasks_created_at_known", "tasks_updated_at_known"):
        op.execute(f"ALTER TABLE tasks DROP CONSTRAINT IF EXISTS {name}")
    op.alter_column("tasks", "created_at", nullable=True)
    op.alter_column("tasks", "updated_at", nullable=True)
    op.execute("DROP TRIGGER tasks_fill_birth ON tasks")
    op.execute("DROP FUNCTION tasks_fill_birth()")
    op.alter_column("tasks", "updated_at", server_default=None)
    op.alter_column("tasks", "status", server_default=None)
    op.alter_column("tasks", "id", server_default=None)
    op.drop_column("tasks", "version")
