"""remember bulk requests

A new table only; nothing of `tasks` is touched.

Revision ID: 9a47c2e6d051
Revises: 8f03b5ac1e46
"""

import sqlalchemy as sa
from alembic import op

revision = "9a47c2e6d051"
down_revision = "8f03b5ac1e46"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_requests",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("body_hash", sa.LargeBinary(), nullable=False),
        sa.Column("preferences", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )
    op.create_index("ix_bulk_requests_created_at", "bulk_requests", ["created_at"])


def downgrade() -> None:
    op.drop_table("bulk_requests")
