"""The reasons that this program gives where nobody gave one: kept in English, said otherwise."""

import re

from dashboard.language import gettext, say_word

_OF_CHANGE = re.compile(r"Undo of change ([1-9][0-9]*)")
_OF_ACTION = re.compile(r"Undo of ([a-z]+(?: [a-z]+)?)")


def format_reason(reason: str) -> str:
    """Write why something was done; what a person wrote stays as it is."""
    if match := _OF_CHANGE.fullmatch(reason):
        return gettext("Undo of change %(id)s", id=match[1])
    if match := _OF_ACTION.fullmatch(reason):
        return gettext("Undo of %(action)s", action=say_word(match[1]))
    return reason
