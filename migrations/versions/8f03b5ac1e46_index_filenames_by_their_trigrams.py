"""index filenames by their trigrams

For the search for a part of a filename; the BRIN index on created_at keeps it to a part of the
table. Both are built and dropped concurrently: clients go on reading and writing. The extension
stays when the index goes, for others may use it by then.

Revision ID: 8f03b5ac1e46
Revises: 8e3d05b9f7a6
"""

from vision_tasks.migrating.extensions import require_extension
from vision_tasks.migrating.indexes import create_index_concurrently, drop_index_concurrently

revision = "8f03b5ac1e46"
down_revision = "8e3d05b9f7a6"
branch_labels = None
depends_on = None

EXTENSION = "pg_trgm"
TRIGRAMS, MOMENTS = "ix_tasks_filename_trgm", "ix_tasks_created_at_brin"
# What was written last is put in order when it comes to this, by whoever writes then, and every
# search reads it until then. A quarter of PostgreSQL's default costs COPY a twentieth.
PENDING_KILOBYTES = 1024


def upgrade() -> None:
    require_extension(EXTENSION)
    create_index_concurrently(MOMENTS, "tasks", ["created_at"], postgresql_using="brin")
    create_index_concurrently(
        TRIGRAMS,
        "tasks",
        ["filename"],
        extension=EXTENSION,
        postgresql_using="gin",
        postgresql_ops={"filename": "gin_trgm_ops"},
        postgresql_with={"gin_pending_list_limit": PENDING_KILOBYTES},
    )


def downgrade() -> None:
    drop_index_concurrently(TRIGRAMS, "tasks")
    drop_index_concurrently(MOMENTS, "tasks")
