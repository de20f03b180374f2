"""index what changed and what came of it

For the lists by the moment of the last change and by what `result` holds, and for counting by the
minute how many tasks came to an end. Built and dropped concurrently: clients go on reading and
writing. A task that is new has no result, so the indexes of the results cost it nothing.

Revision ID: b05d7e31c8f4
Revises: 9a47c2e6d051
"""

import sqlalchemy as sa

from vision_tasks.migrating.indexes import create_index_concurrently, drop_index_concurrently

revision = "b05d7e31c8f4"
down_revision = "9a47c2e6d051"
branch_labels = None
depends_on = None

UPDATED, STATUS_UPDATED = "ix_tasks_updated_at_id", "ix_tasks_status_updated_at_id"
WITH_RESULT, RESULTS = "ix_tasks_with_result", "ix_tasks_result"
ENDS = {"ix_task_changes_completed": "COMPLETED", "ix_task_changes_failed": "FAILED"}
PENDING_KILOBYTES = 1024


def upgrade() -> None:
    create_index_concurrently(UPDATED, "tasks", ["updated_at", "id"])
    create_index_concurrently(STATUS_UPDATED, "tasks", ["status", "updated_at", "id"])
    create_index_concurrently(
        WITH_RESULT,
        "tasks",
        ["created_at", "id"],
        postgresql_where=sa.text("result IS NOT NULL"),
    )
    create_index_concurrently(
        RESULTS,
        "tasks",
        ["result"],
        postgresql_using="gin",
        postgresql_ops={"result": "jsonb_path_ops"},
        postgresql_where=sa.text("result IS NOT NULL"),
        postgresql_with={"gin_pending_list_limit": PENDING_KILOBYTES},
    )
    for name, status in ENDS.items():
        create_index_concurrently(
            name,
            "task_changes",
            ["changed_at"],
            postgresql_where=sa.text(f"after ->> 'status' = '{status}'"),
        )


def downgrade() -> None:
    for name in ENDS:
        drop_index_concurrently(name, "task_changes")
    for name in (RESULTS, WITH_RESULT, STATUS_UPDATED, UPDATED):
        drop_index_concurrently(name, "tasks")
