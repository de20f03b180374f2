"""What a person asks of a `result`: a path and what stands there, as `objects > 3`."""

import json
import re
from dataclasses import dataclass

from vision_tasks.errors import InvalidFieldError
from vision_tasks.sentences import sentence

MAX_CHARACTERS = 1_000
MAX_CONDITIONS = 5
OPERATORS = ("=", "!=", ">=", "<=", ">", "<")

_STRING = r'"(?:[^"\\]|\\.)*"'
_NUMBER = r"-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,100})?(?:[eE][+-]?[0-9]{1,3})?"
_STEP = re.compile(rf"(?P<bare>[^\W\d][\w-]*)|(?P<quoted>{_STRING})")
_INDEX = re.compile(r"\[(\*|0|[1-9][0-9]{0,5})\]")
_OPERATOR = re.compile(r"\s*(==|!=|<>|>=|<=|=|>|<)\s*")
_PRESENCE = re.compile(r"\s+(exists|missing)(?=\s|$)", re.IGNORECASE)
_VALUE = re.compile(rf"(?P<string>{_STRING})|(?P<word>true|false|null|{_NUMBER})(?=\s|$)")
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)
# Which forms write in another way than addresses do: it would not stay the same filter.
_LINE_BREAK = re.compile(r"[\r\n]")
_SAME = {"==": "=", "<>": "!="}


@dataclass(frozen=True, slots=True)
class ResultCondition:
    """What must stand at a path of `result`; arrays on the way are passed through.

    `path` and `value` are parts of a path of SQL/JSON, as PostgreSQL reads it; `operator` is one
    of OPERATORS, or "exists" or "missing", which have no value, and for which null is nothing.
    """

    path: str
    operator: str
    value: str = ""

    @property
    def json_path(self) -> str:
        """The predicate; that of "missing" is that it exists."""
        if not self.value:
            # Of an array itself, of which else only the elements would be looked at.
            return f'{self.path}.type() != "null"'
        return f"{self.path} {'==' if self.operator == '=' else self.operator} {self.value}"

    @property
    def is_indexed(self) -> bool:
        """Tell whether an index knows the tasks: it holds whole values, and no sign apart."""
        return self.operator == "=" and not self.value.startswith("-")


def parse_conditions(text: str, field: str) -> tuple[ResultCondition, ...]:
    """Read conditions that are joined by `and`; raises InvalidFieldError."""
    if len(text) > MAX_CHARACTERS:
        raise InvalidFieldError(
            field,
            sentence(
                "has %(length)s characters; at most %(most)s can be read.",
                length=f"{len(text):,}",
                most=f"{MAX_CHARACTERS:,}",
            ),
        )
    text = text.strip()
    if broken := _LINE_BREAK.search(text):
        raise _complain(text, broken.start(), field)
    conditions, place = [], 0
    while True:
        condition, place = _parse(text, place, field)
        conditions.append(condition)
        if place == len(text):
            break
        joined = _AND.match(text, place)
        if joined is None:
            raise _complain(text, place, field)
        place = joined.end()
    if len(conditions) > MAX_CONDITIONS:
        raise InvalidFieldError(
            field,
            sentence(
                "holds %(count)s conditions; at most %(most)s can be asked at once.",
                count=len(conditions),
                most=MAX_CONDITIONS,
            ),
        )
    return tuple(conditions)


def format_equality(path: str, value: str) -> str:
    """Write the condition that the text `value` stands at `path`, for `parse_conditions`."""
    return f"{path} = {json.dumps(value, ensure_ascii=False)}"


def format_json_path(path: str) -> str:
    """Write a path of names with dots between them as PostgreSQL reads it."""
    return "$" + "".join(f".{json.dumps(name)}" for name in path.split("."))


def _parse(text: str, place: int, field: str) -> tuple[ResultCondition, int]:
    path, place = _parse_path(text, place, field)
    presence = _PRESENCE.match(text, place)
    if presence is not None:
        return ResultCondition(path, presence[1].lower()), presence.end()
    operator = _OPERATOR.match(text, place)
    if operator is None:
        raise _complain(text, place, field)
    value, place = _parse_value(text, operator.end(), field)
    return ResultCondition(path, _SAME.get(operator[1], operator[1]), value), place


def _parse_path(text: str, place: int, field: str) -> tuple[str, int]:
    path = "$"
    while True:
        step = _STEP.match(text, place)
        if step is None:
            raise _complain(text, place, field)
        name = step["bare"] if step["quoted"] is None else _read_string(step["quoted"], field)
        path += f".{json.dumps(name)}"
        place = step.end()
        while index := _INDEX.match(text, place):
            path += index[0]
            place = index.end()
        if not text.startswith(".", place):
            return path, place
        place += 1


def _parse_value(text: str, place: int, field: str) -> tuple[str, int]:
    value = _VALUE.match(text, place)
    if value is not None:
        if value["string"] is None:
            return value["word"], value.end()
        return json.dumps(_read_string(value["string"], field)), value.end()
    # Words without quotes, up to the next condition.
    joined = _AND.search(text, place)
    end = joined.start() if joined else len(text)
    words = text[place:end].strip()
    if not words or set('"<>=!') & set(words):
        raise _complain(text, place, field)
    _check_text(words, field)
    return json.dumps(words), end


def _read_string(quoted: str, field: str) -> str:
    try:
        text = json.loads(quoted, strict=False)
    except ValueError:
        raise InvalidFieldError(
            field, sentence("holds the text %(text)s, which is no JSON.", text=quoted)
        ) from None
    _check_text(text, field)
    return str(text)


def _check_text(text: str, field: str) -> None:
    if any(one == "\x00" or "\ud800" <= one <= "\udfff" for one in text):
        raise InvalidFieldError(field, sentence("holds a character that no result can hold."))


def _complain(text: str, place: int, field: str) -> InvalidFieldError:
    return InvalidFieldError(
        field,
        sentence(
            "cannot be read from “%(rest)s” on; write a path and a value, as in %(example)s.",
            rest=text[place : place + 40],
            example='objects > 3 and error = "timeout"',
        ),
    )
