"""index the lists

Built and dropped concurrently: clients go on reading and writing. `ix_tasks_id` says what the
primary key says already, `ix_tasks_status` what the new index on status begins with.

Revision ID: 5fd2c04e81d5
Revises: 4e6a17b35fc4
"""

from vision_tasks.migrating.indexes import create_index_concurrently, drop_index_concurrently

revision = "5fd2c04e81d5"
down_revision = "4e6a17b35fc4"
branch_labels = None
depends_on = None

LISTS = {
    "ix_tasks_created_at_id": ["created_at", "id"],
    "ix_tasks_status_created_at_id": ["status", "created_at", "id"],
}
DEPLOYED = {"ix_tasks_id": ["id"], "ix_tasks_status": ["status"]}


def upgrade() -> None:
    _replace(DEPLOYED, LISTS)


def downgrade() -> None:
    _replace(LISTS, DEPLOYED)


def _replace(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    for name, columns in new.items():
        create_index_concurrently(name, "tasks", columns)
    for name in old:
        drop_index_concurrently(name, "tasks")
