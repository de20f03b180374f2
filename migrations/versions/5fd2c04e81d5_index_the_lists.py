"""index the lists

Built and dropped concurrently: clients go on reading and writing. `ix_tasks_id` says what the
primary key says already, `ix_tasks_status` what the new index on status begins with.

Revision ID: 5fd2c04e81d5
Revises: 4e6a17b35fc4
"""

from alembic import op

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
    with op.get_context().autocommit_block():
        for name, columns in new.items():
            # A build that failed leaves an invalid index of that name behind.
            op.drop_index(name, "tasks", if_exists=True, postgresql_concurrently=True)
            op.create_index(name, "tasks", columns, postgresql_concurrently=True)
        for name in old:
            op.drop_index(name, "tasks", if_exists=True, postgresql_concurrently=True)
