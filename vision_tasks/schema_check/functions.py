"""Our functions: what they take and give, how PostgreSQL may call them, what they do."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, RowMapping, text

from vision_tasks.guards import FUNCTIONS, GUARD_NAME
from vision_tasks.schema_check.moves import find_move_drift
from vision_tasks.schema_check.wanted import Schemas

# The columns behind the name are what can differ, named for people.
_FIND_FUNCTIONS = text("""
SELECT proname AS name,
       pg_get_function_arguments(pg_proc.oid) AS arguments,
       pg_get_function_result(pg_proc.oid) AS result,
       lanname AS language,
       CASE provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END
         AS volatility,
       CASE proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' ELSE 'UNSAFE' END
         AS parallel,
       CASE WHEN proisstrict THEN 'RETURNS NULL' ELSE 'CALLED' END AS "ON NULL INPUT",
       CASE WHEN prosecdef THEN 'DEFINER' ELSE 'INVOKER' END AS security,
       CASE WHEN proleakproof THEN 'LEAKPROOF' ELSE 'NOT LEAKPROOF' END AS leakproof,
       coalesce(array_to_string(proconfig, ', '), 'nothing') AS "SET",
       prosrc AS body
  FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
 WHERE pronamespace = :schema AND proname = ANY(:names) ORDER BY 1, 2""")


def find_function_drift(connection: Connection, schemas: Schemas) -> list[str]:
    """Compare each function of the catalogue with those of its name in the database."""
    names = [function.name for function in FUNCTIONS]
    real, wanted = (
        connection.execute(_FIND_FUNCTIONS, {"schema": schema, "names": names}).mappings().all()
        for schema in (schemas.real, schemas.wanted)
    )
    differences: list[str] = []
    for function in wanted:
        found = _list_alike(real, function)
        if not found:
            differences.append(f"function {function['name']} is missing")
            continue
        differences += _compare(found[0], function)
        differences += [
            f"function {one['name']}({one['arguments']}) is not one of ours" for one in found[1:]
        ]
    return differences


def _list_alike(real: Sequence[RowMapping], wanted: RowMapping) -> list[RowMapping]:
    # Of several with this name, which differ in their arguments, the one that is ours comes first.
    found = [one for one in real if one["name"] == wanted["name"]]
    return sorted(found, key=lambda one: one["arguments"] != wanted["arguments"])


def _compare(real: RowMapping, wanted: RowMapping) -> Iterator[str]:
    name = wanted["name"]
    for trait, value in wanted.items():
        if trait != "body" and real[trait] != value:
            yield f"function {name}: {trait} is {real[trait]}, should be {value}"
    if real["body"] == wanted["body"]:
        return
    moves = find_move_drift(real["body"]) if name == GUARD_NAME else None
    if moves:
        yield from moves
    else:
        yield f"function {name}: {_describe_difference(real['body'], wanted['body'])}"


def _describe_difference(real: str, wanted: str) -> str:
    pairs: Any = zip_longest(real.split("\n"), wanted.split("\n"), fillvalue="")
    for number, (is_now, should_be) in enumerate(pairs):
        if is_now != should_be:
            return (
                f"line {number} of its body is {is_now.strip()!r}, should be {should_be.strip()!r}"
            )
    raise AssertionError
