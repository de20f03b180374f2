"""Enum types and their labels, made and taken away again by a revision, online and by psql."""

from collections.abc import Sequence

from alembic import op

from vision_tasks.migrating.enum_rebuild import REBUILD_WITHOUT_LABEL

# They hold no percent sign and no single colon: the first would be printed twice in a script, the
# second be taken for a parameter.
_CREATE = """
DO $create$
DECLARE
  found text;
BEGIN
  SELECT coalesce((SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder)
                     FROM pg_enum WHERE enumtypid = pg_type.oid), 'none') INTO found
    FROM pg_type JOIN pg_namespace ON pg_namespace.oid = typnamespace
   WHERE typname = {literal} AND nspname = current_schema();
  IF found IS NULL THEN
    CREATE TYPE {name} AS ENUM ({labels});
  ELSIF found <> (SELECT string_agg(quote_literal(label), ', ' ORDER BY number)
                    FROM unnest(ARRAY[{labels}]::text[]) WITH ORDINALITY AS wanted (label, number))
  THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = 'the type ' || {literal}
      || ' is there already, with other labels (' || found || '); drop it or rename it';
  END IF;
END
$create$"""


def create_enum_type(name: str, labels: Sequence[str]) -> None:
    """Create an enum type with `labels` in this order; does nothing if it is there with them.

    PostgreSQL refuses (42710) if it is there with others.
    """
    op.execute(
        _CREATE.format(
            name=_quote(name, '"'), literal=_quote(name), labels=", ".join(map(_quote, labels))
        )
    )


def drop_enum_type(name: str) -> None:
    """Drop an enum type, if it is there; PostgreSQL refuses while a column has it."""
    op.execute(f"DROP TYPE IF EXISTS {_quote(name, chr(34))}")


def add_enum_label(
    type_name: str, label: str, *, before: str | None = None, after: str | None = None
) -> None:
    """Add `label` to an enum type, next to another or behind all; does nothing if it is there.

    It commits what was done before it in the same revision, so that what follows can use it.
    """
    place = ""
    if before is not None:
        place = f" BEFORE {_quote(before)}"
    elif after is not None:
        place = f" AFTER {_quote(after)}"
    name = _quote(type_name, '"')
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TYPE {name} ADD VALUE IF NOT EXISTS {_quote(label)}{place}")


def drop_enum_label(type_name: str, label: str) -> None:
    """Take `label` away, for a downgrade; does nothing if it is not there.

    PostgreSQL refuses while a row holds it. Since a label cannot be dropped, the type is made anew:
    every table with a column of it, or of an array of it, is rewritten under ACCESS EXCLUSIVE.
    Defaults, and triggers that look at such a column, come back as they were, disabled ones and
    comments included; so do the owner, the comment and the privileges of the type, granted by
    whoever runs this. Anything else that is built on the type is named in an error (2BP01) before
    anything is touched: a partial index, a check, a view, a generated column, a policy, a function,
    a foreign key, a partition.
    """
    op.execute(REBUILD_WITHOUT_LABEL.format(type=_quote(type_name), label=_quote(label)))


def _quote(text: str, mark: str = "'") -> str:
    quoted = mark + text.replace(mark, mark * 2) + mark
    if "%" in text or ":" in text:
        # https://www.postgresql.org/docs/current/sql-syntax-lexical.html, Unicode escapes
        escaped = quoted.replace("\\", "\\\\").replace("%", "\\0025").replace(":", "\\003A")
        return f"U&{escaped}"
    return quoted
