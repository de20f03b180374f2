"""What PostgreSQL does for a statement, run as it is sent."""

import json
from typing import Any

from sqlalchemy import Engine, Executable, text
from sqlalchemy.dialects import postgresql


def list_nodes(
    engine: Engine, statement: Executable, *, setting: str = "jit = off"
) -> list[dict[str, Any]]:
    """Run `statement` and return the nodes of its plan, with the rows and blocks they read."""
    compiled = statement.compile(  # type: ignore[attr-defined]
        dialect=postgresql.dialect(paramstyle="named"), compile_kwargs={"literal_binds": True}
    )
    with engine.connect() as connection:
        connection.execute(text(f"SET LOCAL {setting}"))
        answer = connection.execute(
            text(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {compiled}".replace(":", r"\:"))
        )
        plan = answer.scalar_one()
    waiting = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    nodes = []
    while waiting:
        nodes.append(waiting.pop())
        waiting += nodes[-1].get("Plans", [])
    return nodes
