"""What the editor of a result needs to know of the bounds that `check_result` holds it to."""

from vision_tasks.documents import MAX_ADDED_CHARACTERS, MAX_DECIMALS, MAX_DEPTH, MAX_FIELDS


def list_result_limits(max_bytes: int) -> dict[str, int]:
    """List the bounds, for JavaScript, of a result that may have `max_bytes`."""
    return {
        "bytes": max_bytes,
        "depth": MAX_DEPTH,
        "fields": MAX_FIELDS,
        "decimals": MAX_DECIMALS,
        "added": MAX_ADDED_CHARACTERS,
    }
