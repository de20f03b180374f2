"""Where a value stands in a result, and the search for tasks whose result has the same there."""

import json
import re
from collections.abc import Sequence

from vision_tasks.errors import InvalidFieldError
from vision_tasks.result_conditions import MAX_CHARACTERS, parse_conditions

MAX_VALUE_CHARACTERS = 200
MAX_PATH_CHARACTERS = 300

_BARE = re.compile(r"[^\W\d][\w-]*")
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def escape_direction(text: str) -> str:
    """Write by number, as JSON can, the characters that turn the text around them."""
    return _DIRECTION.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def format_name(name: str) -> str:
    """Write a name as it is, or between quotes where it could be taken for something else."""
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)


def format_path(steps: Sequence[str | int]) -> str:
    """Write where a value stands: `boxes[3].label`; of a long path how it begins.

    Each row of a page has one, so that of long names the page would grow a thousandfold.
    """
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{format_name(step[: MAX_PATH_CHARACTERS + 1])}"
        if len(text) > MAX_PATH_CHARACTERS:
            return f"{text[:MAX_PATH_CHARACTERS].removeprefix('.')}…"
    return text.removeprefix(".")


def format_condition(steps: Sequence[str | int], value: str) -> str | None:
    """Write what the list of tasks can be narrowed to; None where it has no words for it.

    `value` is a scalar of JSON as it is written. Where it stands in an array does not count, for
    the same thing rarely has the same number elsewhere.
    """
    path = _format_search_path(steps)
    if path is None or len(value) > MAX_VALUE_CHARACTERS:
        return None
    condition = f"{path} = {value}"
    try:
        (found,) = parse_conditions(condition, "result")
    except InvalidFieldError:
        return None
    # What is no number there, since it is too long, would be read as a text.
    return condition if value.startswith('"') or found.value == value else None


def _format_search_path(steps: Sequence[str | int]) -> str | None:
    if sum(len(step) for step in steps if isinstance(step, str)) > MAX_CHARACTERS:
        return None
    path, arrays = "", 0
    for step in steps:
        if isinstance(step, str):
            path += f".{format_name(step)}"
            arrays = 0
            continue
        arrays += 1
        if arrays > 1:
            # One array is passed through by itself, each in it is to be told.
            path += "[*]"
    return path.removeprefix(".") if path.startswith(".") else None
