"""index what was done

For the history by actor and action together, for what was done to a batch as a whole, and for what
took a batch back. Built and dropped concurrently: clients go on reading and writing.

Revision ID: 8e3d05b9f7a6
Revises: 7c94f2ea8d31
"""

import sqlalchemy as sa

from vision_tasks.migrating.indexes import create_index_concurrently, drop_index_concurrently

revision = "8e3d05b9f7a6"
down_revision = "7c94f2ea8d31"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_task_changes_entries_actor_action": (
        "task_changes",
        ["actor", "action", "changed_at", "id"],
        "task_id IS NULL OR batch_id IS NULL",
    ),
    "ix_task_changes_batch_entries": (
        "task_changes",
        ["batch_id", "id"],
        "batch_id IS NOT NULL AND task_id IS NULL",
    ),
    "ix_task_batches_undoes": ("task_batches", ["undoes"], "undoes IS NOT NULL"),
}


def upgrade() -> None:
    for name, (table, columns, condition) in INDEXES.items():
        create_index_concurrently(name, table, columns, postgresql_where=sa.text(condition))


def downgrade() -> None:
    for name, (table, _columns, _condition) in INDEXES.items():
        drop_index_concurrently(name, table)
