"""store results as jsonb

Rewrites `tasks` under ACCESS EXCLUSIVE: nobody reads or writes it meanwhile. There is no
lighter way that keeps the column's name and place for clients that are connected. Adds
`tasks_merge_patch`, the JSON merge patch of RFC 7396, section 2.

Revision ID: 4e6a17b35fc4
Revises: 3c91f8e2d7b3
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.unconvertible import refuse_unconvertible_results

revision = "4e6a17b35fc4"
down_revision = "3c91f8e2d7b3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    refuse_unconvertible_results()
    op.alter_column(
        "tasks",
        "result",
        existing_type=sa.JSON(),
        type_=postgresql.JSONB(),
        postgresql_using="result::jsonb",
    )
    op.execute("""
CREATE FUNCTION tasks_merge_patch(target jsonb, patch jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  base jsonb := CASE WHEN jsonb_typeof(target) = 'object' THEN target ELSE '{}' END;
BEGIN
  IF jsonb_typeof(patch) <> 'object' THEN
    RETURN patch;
  END IF;
  RETURN (
    SELECT coalesce(jsonb_object_agg(merged.key, merged.value), '{}')
      FROM (SELECT kept.key, kept.value FROM jsonb_each(base) AS kept WHERE NOT patch ? kept.key
            UNION ALL
            SELECT given.key, tasks_merge_patch(base -> given.key, given.value)
              FROM jsonb_each(patch) AS given
             WHERE jsonb_typeof(given.value) <> 'null') AS merged
  );
END
$$""")


def downgrade() -> None:
    op.execute("DROP FUNCTION tasks_merge_patch(jsonb, jsonb)")
    op.alter_column(
        "tasks",
        "result",
        existing_type=postgresql.JSONB(),
        type_=sa.JSON(),
        postgresql_using="result::json",
    )
