"""What a database holds, as far as a schema can differ."""

from typing import Any

# An extension stays when the schema goes back.
_NOT_OF_AN_EXTENSION = (
    "NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')"
)
QUESTIONS = {
    "columns": """
        SELECT table_name, column_name, ordinal_position, data_type, udt_name,
               character_maximum_length, is_nullable, column_default
          FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 3""",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "invalid indexes": "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid",
    "constraints": """
        SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
    "functions": f"""
        SELECT pg_get_functiondef(oid) FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace AND {_NOT_OF_AN_EXTENSION} ORDER BY 1""",
    "types": """
        SELECT typname, enum_range::text FROM (
            SELECT typname, array_agg(enumlabel ORDER BY enumsortorder) AS enum_range
              FROM pg_type LEFT JOIN pg_enum ON enumtypid = pg_type.oid
             WHERE typnamespace = 'public'::regnamespace AND typtype <> 'b' GROUP BY 1
        ) AS named ORDER BY 1""",
}
"""`types` holds the row types of tables too, so a table that is left behind shows twice."""


def describe_schema(cursor: Any) -> dict[str, list[Any]]:
    """Describe the schema `public`, comparable with ==."""
    description = {}
    for subject, question in QUESTIONS.items():
        cursor.execute(question)
        description[subject] = cursor.fetchall()
    return description


def ignore_order(description: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Leave out at which place a column stands: one that was dropped and added again comes last."""
    columns = sorted(((*row[:2], *row[3:]) for row in description["columns"]), key=repr)
    return {**description, "columns": columns}
