"""keep the timestamps

Rows without `updated_at` get their `created_at`, in transactions of as many rows as take a moment,
which lock only those rows. NOT NULL is then proved by a scan that blocks nobody
(SHARE UPDATE EXCLUSIVE), and so is a CHECK that both lie in the years that every client can read;
the other steps need a moment of ACCESS EXCLUSIVE each (see 1d0a3c2f6b11). From here on a moment
beyond those years is refused.

Revision ID: 2b7e5d90c4a2
Revises: 1d0a3c2f6b11
"""

from alembic import op

from vision_tasks.migrating.batches import update_in_batches
from vision_tasks.migrating.unconvertible import refuse_unconvertible_moments

revision = "2b7e5d90c4a2"
down_revision = "1d0a3c2f6b11"
branch_labels = None
depends_on = None

MOMENTS = """
ALTER TABLE tasks ADD CONSTRAINT tasks_moments_check CHECK (
  created_at >= '0001-01-02 00:00:00+00' AND created_at < '9999-12-31 00:00:00+00'
  AND updated_at >= '0001-01-02 00:00:00+00' AND updated_at < '9999-12-31 00:00:00+00'
) NOT VALID"""


def upgrade() -> None:
    with op.get_context().autocommit_block():
        update_in_batches(
            "created_at = coalesce(created_at, updated_at, now()),"
            " updated_at = coalesce(updated_at, created_at, now())",
            "(created_at IS NULL OR updated_at IS NULL)",
        )
        for column in ("created_at", "updated_at"):
            # Left over where an earlier run was cut off.
            op.execute(f"ALTER TABLE tasks DROP CONSTRAINT IF EXISTS tasks_{column}_known")
            op.execute(
                f"ALTER TABLE tasks ADD CONSTRAINT tasks_{column}_known"
                f" CHECK ({column} IS NOT NULL) NOT VALID"
            )
            op.execute(f"ALTER TABLE tasks VALIDATE CONSTRAINT tasks_{column}_known")
            # PostgreSQL takes the valid constraint as proof and scans nothing.
            op.execute(f"ALTER TABLE tasks ALTER COLUMN {column} SET NOT NULL")
            op.execute(f"ALTER TABLE tasks DROP CONSTRAINT tasks_{column}_known")
        op.execute("ALTER TABLE tasks DROP CONSTRAINT IF EXISTS tasks_moments_check")
        # Those that came in since the first look.
        refuse_unconvertible_moments()
        op.execute(MOMENTS)
        op.execute("ALTER TABLE tasks VALIDATE CONSTRAINT tasks_moments_check")


def downgrade() -> None:
    op.drop_constraint("tasks_moments_check", "tasks")
    op.alter_column("tasks", "updated_at", nullable=True)
    op.alter_column("tasks", "created_at", nullable=True)
