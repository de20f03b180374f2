"""Labels of enum types, added and taken away again by a revision."""

from alembic import op

# PostgreSQL cannot drop a label, so the type is made anew. Triggers that look at a column stand in
# the way of its new type; they are kept as PostgreSQL itself writes them.
_DROP = """
DO $drop$
DECLARE
  used record;
  triggers text[];
  names text[];
  wanted text;
  statement text;
BEGIN
  SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) INTO wanted
    FROM pg_enum WHERE enumtypid = '{type}'::regtype AND enumlabel <> {label};
  ALTER TYPE {type} RENAME TO {type}_before;
  EXECUTE 'CREATE TYPE {type} AS ENUM (' || wanted || ')';
  FOR used IN
    SELECT 'ALTER TABLE ' || attrelid::regclass || ' ALTER ' || quote_ident(attname) AS change,
           attrelid AS relation, quote_ident(attname) AS name, pg_get_expr(adbin, adrelid) AS value
      FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid AND relkind IN ('r', 'p')
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE atttypid = '{type}_before'::regtype AND NOT attisdropped
  LOOP
    SELECT coalesce(array_agg(pg_get_triggerdef(oid)), '{{}}'),
           coalesce(array_agg(quote_ident(tgname)), '{{}}') INTO triggers, names
      FROM pg_trigger WHERE tgrelid = used.relation AND NOT tgisinternal;
    FOREACH statement IN ARRAY names LOOP
      EXECUTE 'DROP TRIGGER ' || statement || ' ON ' || used.relation::regclass;
    END LOOP;
    EXECUTE used.change || ' DROP DEFAULT';
    EXECUTE used.change || ' TYPE {type} USING ' || used.name || '::text::{type}';
    IF used.value IS NOT NULL THEN
      EXECUTE used.change || ' SET DEFAULT ' || replace(used.value, '{type}_before', '{type}');
    END IF;
    FOREACH statement IN ARRAY triggers LOOP
      EXECUTE statement;
    END LOOP;
  END LOOP;
  DROP TYPE {type}_before;
END
$drop$"""


def add_enum_label(type_name: str, label: str, *, after: str | None = None) -> None:
    """Add `label` to an enum type, behind `after` or in front of all; does nothing if it is there.

    It commits what was done before it in the same revision, so that what follows can use it.
    """
    place = f" AFTER {_quote(after)}" if after is not None else ""
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TYPE {type_name} ADD VALUE IF NOT EXISTS {_quote(label)}{place}")


def drop_enum_label(type_name: str, label: str) -> None:
    """Take `label` away, for a downgrade; PostgreSQL refuses while a row holds it.

    Rewrites every table with a column of the type under ACCESS EXCLUSIVE.
    """
    op.execute(_DROP.format(type=type_name, label=_quote(label)))


def _quote(label: str) -> str:
    return "'" + label.replace("'", "''") + "'"
