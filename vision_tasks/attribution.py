"""Who acts in a transaction, and why: what the triggers of the history read.

The settings are local to the transaction, so behind PgBouncer nobody else inherits them.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select

ACTOR_SETTING = "vision_tasks.actor"


@dataclass(frozen=True, slots=True)
class Attribution:
    """What the history will say of the changes of one transaction.

    `actor` is of the form `staff:ana@example.org`, `key:ingest-1` or `cli:root`. `action` None
    stands for what the statement is: create, change, delete; "undo" also lets a task that was
    deleted come back with the version it had come to. `free_move` lets the guard pass a move of
    the status that is not legal, given a `reason`.
    """

    actor: str
    action: str | None = None
    reason: str | None = None
    batch_id: UUID | None = None
    free_move: bool = False

    @property
    def settings(self) -> dict[str, str]:
        """What to set, by the name of the setting."""
        given = {
            ACTOR_SETTING: self.actor,
            "vision_tasks.action": self.action,
            "vision_tasks.reason": self.reason,
            "vision_tasks.batch": self.batch_id and str(self.batch_id),
            "vision_tasks.free_move": "on" if self.free_move else None,
        }
        return {name: value for name, value in given.items() if value}


def set_locally(settings: dict[str, str]) -> list[ColumnElement[str]]:
    """Write the columns of a SELECT that sets `settings` until the transaction ends."""
    return [func.set_config(name, value, literal(value=True)) for name, value in settings.items()]


def select_attribution(attribution: Attribution) -> Select[Any]:
    """Set all of it in one statement."""
    columns: list[Any] = [*set_locally(attribution.settings)]
    return select(*columns)
