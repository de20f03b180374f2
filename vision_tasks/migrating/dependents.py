"""What somebody else has built on a column that a revision replaces by a new one."""

from vision_tasks.migrating.errors import DependentObjectsError
from vision_tasks.migrating.preconditions import refuse_where_found

# https://www.postgresql.org/docs/current/catalog-pg-depend.html
_DEPENDENTS = """
SELECT pg_describe_object(classid, objid, objsubid)
  FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
 WHERE refclassid = 'pg_class'::regclass AND refobjid = 'tasks'::regclass AND attname = '{column}'
   AND classid <> 'pg_attrdef'::regclass
   AND NOT (classid = 'pg_constraint'::regclass
            AND (SELECT conname FROM pg_constraint WHERE oid = objid) = '{own}')
UNION
SELECT 'privileges on column {column}' FROM pg_attribute
 WHERE attrelid = 'tasks'::regclass AND attname = '{column}' AND attacl IS NOT NULL
UNION
SELECT 'table ' || inhrelid::regclass FROM pg_inherits WHERE inhparent = 'tasks'::regclass"""


def refuse_dependents(column: str, *, own_constraint: str) -> None:
    """Raise DependentObjectsError if anything but `own_constraint` hangs on a column of `tasks`.

    PostgreSQL would drop some of it without a word, and stumble over the rest in the end.
    """
    refuse_where_found(_DEPENDENTS.format(column=column, own=own_constraint), DependentObjectsError)
