"""How a handler is described for OpenAPI, right above it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from msgspec import Struct

from vision_tasks.api_key_rules import Scope

Handler = TypeVar("Handler", bound=Callable[..., Any])

_ATTRIBUTE = "__operation__"
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A parameter in the path, the query or the headers; `place` is OpenAPI's `in`."""

    name: str
    place: str
    description: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False
    example: Any = None


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A successful answer: its body's type, if it has one, what it carries and where it leads.

    `headers` are keys of `header_descriptions.HEADERS`, `links` of `link_descriptions.LINKS`.
    """

    description: str
    body: type[Struct] | None = None
    headers: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    media_type: str = "application/json"
    example: Any = None


@dataclass(frozen=True, kw_only=True)
class Operation:
    """All that OpenAPI says of a handler; `problems` are codes from `api.problems.STATUSES`.

    `scope` is what the key of a request must have; without it the operation is open to everybody.
    `in_lines` are the media types in which a body is lines of what `body` is, `in_arrays` those in
    which it is an array of them.
    """

    summary: str
    answers: Mapping[HTTPStatus, Answer]
    problems: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: type[Struct] | None = None
    media_types: tuple[str, ...] = ("application/json",)
    body_example: Any = None
    in_lines: tuple[str, ...] = ()
    in_arrays: tuple[str, ...] = ()
    tag: str = "tasks"
    scope: Scope | None = None


def describe(operation: Operation) -> Callable[[Handler], Handler]:
    """Attach `operation` to a handler and leave the handler as it is."""

    def attach(handler: Handler) -> Handler:
        setattr(handler, _ATTRIBUTE, operation)
        return handler

    return attach


def get_operation(handler: Callable[..., Any]) -> Operation:
    """Return what `describe` attached; raises LookupError for a handler nobody described."""
    operation = getattr(handler, _ATTRIBUTE, None)
    if operation is None:
        raise LookupError(f"{handler.__qualname__} is not described; put @describe on it.")
    return operation  # type: ignore[no-any-return]


def format_path(rule: str) -> str:
    """Write the rule of a route as OpenAPI writes paths: `/tasks/{task_id}`."""
    return _VARIABLE.sub(r"{\1}", rule)
