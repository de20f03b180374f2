"""Why something was done: one line of a person's own words, for the history."""

from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import check_label
from vision_tasks.sentences import Amount, sentence

REASON_MAX_CHARACTERS = 500


def check_reason(typed: str) -> str | None:
    """Return what was typed, without space at its ends, or None; raises InvalidFieldError."""
    reason = typed.strip()
    if len(reason) > REASON_MAX_CHARACTERS:
        raise InvalidFieldError(
            "reason",
            sentence(
                "has %(count)s characters; at most %(most)s are kept.",
                count=Amount(len(reason)),
                most=REASON_MAX_CHARACTERS,
            ),
        )
    check_label(reason, "reason")
    return reason or None
