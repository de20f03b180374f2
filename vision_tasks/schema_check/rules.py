"""The rules on our tables, of which none is ours."""

from sqlalchemy import Connection, text

from vision_tasks.schema_check.definitions import list_strangers
from vision_tasks.schema_check.wanted import TABLES, Schemas

# The rule that makes a view one is told as the kind of the table.
_FIND_RULES = text("""
SELECT relname, rulename, pg_get_ruledef(pg_rewrite.oid)
  FROM pg_rewrite JOIN pg_class ON pg_class.oid = ev_class
 WHERE rulename <> '_RETURN' AND relnamespace = :schema AND relname = ANY(:tables)
 ORDER BY 1, 2""")


def find_rule_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Name each rule."""
    rows = connection.execute(_FIND_RULES, {"schema": schemas.real, "tables": TABLES})
    return list_strangers("rule", {(table, name): rule for table, name, rule in rows}, set())
