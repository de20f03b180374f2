"""Why something was done: one line of a person's own words, for the history."""

from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_label

REASON_MAX_CHARACTERS = 500


def check_reason(typed: str) -> str | None:
    """Return what was typed, without space at its ends, or None; raises InvalidFieldError."""
    reason = typed.strip()
    if len(reason) > REASON_MAX_CHARACTERS:
        raise InvalidFieldError(
            "reason",
            f"has {len(reason):,} characters; at most {REASON_MAX_CHARACTERS} are kept.",
        )
    check_label(reason, "reason")
    return reason or None
