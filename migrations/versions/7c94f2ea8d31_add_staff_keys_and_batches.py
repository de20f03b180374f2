"""add staff, keys and batches

New tables only; nothing of `tasks` is touched.

Revision ID: 7c94f2ea8d31
Revises: 6a83e1d97c20
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "7c94f2ea8d31"
down_revision = "6a83e1d97c20"
branch_labels = None
depends_on = None


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), primary_key=True)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True))


def _birth(name: str = "created_at") -> sa.Column[Any]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "task_batches",
        _id(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="prepared", nullable=False),
        _birth(),
        _moment("started_at"),
        _moment("ended_at"),
        sa.Column("reason", sa.Text()),
        sa.Column("description", postgresql.JSONB(), nullable=False),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column("result", postgresql.JSONB()),
        sa.Column("undoes", sa.Uuid()),
        sa.CheckConstraint(
            "state IN ('prepared', 'running', 'stopped', 'done')",
            name=op.f("task_batches_state_check"),
        ),
    )
    op.create_index("ix_task_batches_created_at", "task_batches", ["created_at"])
    op.create_table(
        "task_batch_chunks",
        sa.Column(
            "batch_id",
            sa.Uuid(),
            sa.ForeignKey(
                "task_batches.id",
                name=op.f("task_batch_chunks_batch_id_fkey"),
                ondelete="CASCADE",
            ),
            primary_key=True,
        ),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("versions", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("births", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=False),
        _moment("done_at"),
        _count("changed"),
        _count("skipped"),
        _count("stale"),
    )
    op.create_table(
        "staff",
        _id(),
        sa.Column("email", sa.String(255), nullable=False, unique=True),
        sa.Column("password_hash", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("uniquifier", sa.String(64), nullable=False, unique=True),
        sa.Column("two_factor_method", sa.Text()),
        sa.Column("totp_secret", sa.Text()),
        sa.Column("totp_counter", sa.BigInteger()),
        _birth(),
        _moment("signed_in_at"),
        sa.CheckConstraint("role IN ('viewer', 'editor', 'admin')", name=op.f("staff_role_check")),
    )
    op.create_table(
        "staff_sessions",
        _id(),
        sa.Column(
            "staff_id",
            sa.Uuid(),
            sa.ForeignKey(
                "staff.id", name=op.f("staff_sessions_staff_id_fkey"), ondelete="CASCADE"
            ),
            nullable=False,
        ),
        _birth("began_at"),
        _birth("last_seen_at"),
        _moment("ended_at"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_table(
        "sign_in_delays",
        sa.Column("subject", sa.String(80), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "api_keys",
        _id(),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        _birth(),
        sa.Column("created_by", sa.Text(), nullable=False),
        _moment("expires_at"),
        _moment("revoked_at"),
        _moment("rotated_at"),
        sa.Column("previous_hash", sa.LargeBinary(), unique=True),
        _moment("previous_expires_at"),
        _moment("last_used_at"),
    )


def downgrade() -> None:
    # Left over where the revision after this one was cut off.
    for index in ("ix_tasks_created_at_brin", "ix_tasks_filename_trgm"):
        op.drop_index(index, "tasks", if_exists=True)
    for table in (
        "api_keys",
        "sign_in_delays",
        "staff_sessions",
        "staff",
        "task_batch_chunks",
        "task_batches",
    ):
        op.drop_table(table)
