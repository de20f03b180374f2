"""What a person must be allowed for each kind of action on many tasks."""

from collections.abc import Callable
from typing import assert_never

from dashboard.access import Action
from vision_tasks.batches import Batch, BulkAction

OFFERED = tuple(one for one in BulkAction if one is not BulkAction.UNDO)
"""What the list of tasks offers."""


def list_needed(kind: BulkAction) -> tuple[Action, ...]:
    """List the actions that all must be allowed."""
    match kind:
        case BulkAction.RETRY | BulkAction.CANCEL | BulkAction.RUN_AGAIN | BulkAction.SET_RESULT:
            return Action.BULK, Action.EDIT
        case BulkAction.DELETE:
            return Action.BULK, Action.DELETE
        case BulkAction.UNDO:
            return Action.BULK, Action.UNDO
        case _:
            assert_never(kind)


def list_needed_for(batch: Batch) -> tuple[Action, ...]:
    """List what is needed for `batch`: an undo that deletes tasks again is a deletion as well."""
    more = (Action.DELETE,) if batch.description.get("deletes") else ()
    return (*list_needed(batch.kind), *more)


def list_offered(allows: Callable[[Action], bool]) -> list[BulkAction]:
    """List what the list of tasks offers to somebody."""
    return [kind for kind in OFFERED if all(map(allows, list_needed(kind)))]
