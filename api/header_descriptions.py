"""The headers of answers, as OpenAPI shows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from api import patterns

_REF = "#/components/headers/{name}"


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header of an answer; `required` where no such answer lacks it."""

    name: str
    description: str
    example: Any
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = True


_ETAG = {"type": "string", "pattern": patterns.ETAG}

HEADERS = {
    "ETag": Header(
        name="ETag",
        description="The version of the task, in quotes; send it back in If-Match.",
        example='"2"',
        schema=_ETAG,
    ),
    "PresentETag": Header(
        name="ETag",
        description="What the task has come to, where it is no longer what a condition asks for.",
        example='"3"',
        schema=_ETAG,
        required=False,
    ),
    "Location": Header(
        name="Location",
        description="Path of the new task.",
        example="/api/v1/tasks/6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90",
        schema={"type": "string", "format": "uri-reference"},
    ),
    "Link": Header(
        name="Link",
        description='The next page, `rel="next"`; absent on the last.',
        example='</api/v1/tasks?…>; rel="next"',
        required=False,
    ),
    "WWW-Authenticate": Header(
        name="WWW-Authenticate",
        description="What is wrong with the key (RFC 6750).",
        example='Bearer error="insufficient_scope", scope="tasks:write"',
        schema={"type": "string", "pattern": "^Bearer(?: |$)"},
    ),
    "Preference-Applied": Header(
        name="Preference-Applied",
        description="What of Prefer was honoured (RFC 7240); absent where nothing was.",
        example="handling=lenient",
        required=False,
    ),
    "Retry-After": Header(
        name="Retry-After",
        description="Seconds after which another try is sensible.",
        example=1,
        schema={"type": "integer", "minimum": 1},
    ),
}
"""All there are, by the names that `operations.Answer` has them under."""


def format_headers() -> dict[str, Any]:
    """Make the components of OpenAPI."""
    return {
        key: {
            "description": header.description,
            "required": header.required,
            "schema": dict(header.schema),
            "example": header.example,
        }
        for key, header in HEADERS.items()
    }


def refer_headers(keys: Iterable[str]) -> dict[str, Any]:
    """Refer to components, which stand under the names that the headers have in HTTP."""
    return {HEADERS[key].name: {"$ref": _REF.format(name=key)} for key in keys}
