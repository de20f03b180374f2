"""save views

A new table only; nothing of `tasks` is touched.

Revision ID: c16e8f42d9a5
Revises: b05d7e31c8f4
"""

import sqlalchemy as sa
from alembic import op

revision = "c16e8f42d9a5"
down_revision = "b05d7e31c8f4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), primary_key=True),
        sa.Column("owner", sa.String(300), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.UniqueConstraint("owner", "name"),
    )


def downgrade() -> None:
    op.drop_table("saved_views")
