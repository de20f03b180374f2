"""Definitions as the server writes them out, and what is told where two of them differ."""

import re
from collections.abc import Set as AbstractSet

from vision_tasks.schema_check.wanted import WANTED_SCHEMA

Place = tuple[str, str]
"""The names of a table and of an object on it."""
Definitions = dict[Place, str]


def drop_schema(definition: str, own: str) -> str:
    """Leave out the schema where it is the object's `own`, quoted as in SQL.

    A function or a table of another schema keeps its name in full, and so differs.
    """
    names = f"{re.escape(own)}|{WANTED_SCHEMA}"
    return re.sub(
        rf"( ON (?:ONLY )?| EXECUTE FUNCTION | REFERENCES )(?:{names})\.", r"\1", definition
    )


def list_missing(kind: str, real: Definitions, wanted: Definitions) -> list[str]:
    """Name what is wanted and not there."""
    return [
        f"{kind} {name} on {table} is missing; it should be: {should_be}"
        for (table, name), should_be in wanted.items()
        if (table, name) not in real
    ]


def list_differing(kind: str, real: Definitions, wanted: Definitions) -> list[str]:
    """Name what is there under the name that is wanted, but is something else."""
    return [
        f"{kind} {name} on {table} is: {real[table, name]}; it should be: {should_be}"
        for (table, name), should_be in wanted.items()
        if real.get((table, name), should_be) != should_be
    ]


def list_strangers(kind: str, real: Definitions, ours: AbstractSet[Place]) -> list[str]:
    """Name what is there and nobody of ours has made."""
    return [
        f"{kind} {name} on {table} is not one of ours: {definition}"
        for (table, name), definition in real.items()
        if (table, name) not in ours
    ]
