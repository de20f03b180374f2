"""${message}

Locks: say which lock each statement takes on which table, and for how long per million rows.
A statement that rewrites or scans a table stops every client meanwhile, and even a short one
makes them queue behind it until it has its lock. Build indexes with create_index_concurrently,
add constraints NOT VALID and validate them afterwards, change rows with update_in_batches.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
