"""What was done to a batch as a whole, in words: for its page and for the history."""

from vision_tasks.batch_entries import START_ACTIONS, BatchDeed

_DEEDS = {
    BatchDeed.STOP.value: "stopped",
    BatchDeed.GO_ON.value: "went on with",
    BatchDeed.END.value: "finished",
}


def format_batch_deed(action: str, name: str) -> str | None:
    """Say what `action` of the history did to the batch called `name`; None where it is another.

    In the past tense, as what somebody did: "started retry".
    """
    verb = "started" if action in START_ACTIONS else _DEEDS.get(action)
    return None if verb is None else f"{verb} {name}"


def format_batch_extent(action: str, tasks: int) -> str | None:
    """Say what its number of tasks means, to go after `format_batch_deed`."""
    noun = "task" if tasks == 1 else "tasks"
    if action in START_ACTIONS:
        return f"on {tasks:,} planned {noun}"
    if action not in _DEEDS:
        return None
    return f"{'with' if action == BatchDeed.END.value else 'after'} {tasks:,} changed {noun}"
