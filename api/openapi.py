"""The OpenAPI 3.1 document, made from the routes, their descriptions and the payload types."""

import re
from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from quart import Quart
from werkzeug.routing import Rule

from api.operations import Answer, Operation, Parameter, get_operation
from api.problems import MEDIA_TYPE as PROBLEM_TYPE
from api.problems import STATUSES, Problem, make_problem

REF = "#/components/schemas/{name}"
# These can come from every route, so they are named once instead of per route.
_EVERYWHERE = ("untrusted_host", "malformed_body", "error")
_KEYED = ("unauthenticated", "insufficient_scope")
_DATABASE = ("database_unavailable", "database_timeout")
_AUTOMATIC_METHODS = frozenset({"HEAD", "OPTIONS"})
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")

KEY = "key"
KEY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "vt_…",
    "description": "A key of this desk, in the header Authorization and nowhere else. Each"
    " operation names the scope that the key must have.",
}
HEADERS = {
    "ETag": ("The version of the task, in quotes; send it back in If-Match.", '"3"'),
    "Location": ("Path of the new task.", "/api/v1/tasks/6f1c2b9e-8d3a-4c55-9b0e-2f7a1d4c8e90"),
    "Link": ('The next page, `rel="next"`; absent on the last.', '</api/v1/tasks?…>; rel="next"'),
    "WWW-Authenticate": (
        "What is wrong with the key (RFC 6750).",
        'Bearer error="insufficient_scope", scope="tasks:write"',
    ),
    "Preference-Applied": ("What of Prefer was honoured (RFC 7240).", "handling=lenient"),
    "Retry-After": ("Seconds after which another try is sensible.", "1"),
}
_PROBLEM_HEADERS = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.FORBIDDEN: ("WWW-Authenticate",),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
    HTTPStatus.PRECONDITION_FAILED: ("ETag",),
}


def make_openapi(app: Quart, title: str) -> dict[str, Any]:
    """Describe every route of `app` but its static files.

    Raises LookupError where a handler has no description, so none can be forgotten.
    """
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    operations = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.endswith(".static"):
            continue
        handler = app.view_functions[rule.endpoint]
        operation = get_operation(handler)
        operations.append(operation)
        for method in sorted((rule.methods or set()) - _AUTOMATIC_METHODS):
            paths[_VARIABLE.sub(r"{\1}", rule.rule)][method.lower()] = _format_operation(
                operation, rule, (handler.__doc__ or "").strip()
            )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": "1.0.0",
            "description": "Tasks for a vision pipeline. A change needs the ETag of what was read,"
            " so nobody overwrites anybody unseen. Every error is a problem (RFC 9457).",
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": _make_schemas(operations),
            "headers": {
                name: {"description": text, "schema": {"type": "string"}, "example": example}
                for name, (text, example) in HEADERS.items()
            },
            "securitySchemes": {KEY: KEY_SCHEME},
        },
    }


def _format_operation(operation: Operation, rule: Rule, description: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": rule.endpoint.partition(".")[2],
        "summary": operation.summary,
        "description": description,
        "tags": [operation.tag],
        "security": [] if operation.scope is None else [{KEY: [operation.scope.value]}],
        "responses": {
            **{
                str(status.value): _format_answer(answer)
                for status, answer in operation.answers.items()
            },
            **_format_problems(operation),
        },
    }
    if operation.parameters:
        made["parameters"] = [_format_parameter(parameter) for parameter in operation.parameters]
    if operation.body is not None:
        made["requestBody"] = {
            "required": True,
            "content": {
                media_type: _format_body(operation, operation.body, media_type)
                for media_type in operation.media_types
            },
        }
    return made


def _format_body(
    operation: Operation, body: type[msgspec.Struct], media_type: str
) -> dict[str, Any]:
    if media_type in operation.in_arrays:
        schema = {"type": "array", "items": _refer(body)}
        return {"schema": schema, "example": [operation.body_example]}
    return {"schema": _refer(body), "example": operation.body_example}


def _format_parameter(parameter: Parameter) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.description,
        "required": parameter.required,
        "schema": dict(parameter.schema),
    }
    if parameter.example is not None:
        made["example"] = parameter.example
    return made


def _format_answer(answer: Answer) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.description}
    if answer.headers:
        made["headers"] = _refer_headers(answer.headers)
    if answer.body is not None:
        content: dict[str, Any] = {"schema": _refer(answer.body)}
        if answer.example is not None:
            content["example"] = answer.example
        made["content"] = {answer.media_type: content}
    elif answer.media_type != "application/json":
        made["content"] = {answer.media_type: {}}
    return made


def _format_problems(operation: Operation) -> dict[str, Any]:
    keyed = () if operation.scope is None else (*_KEYED, *_DATABASE)
    codes = (*operation.problems, *_EVERYWHERE, *keyed)
    by_status: dict[HTTPStatus, list[str]] = defaultdict(list)
    for code in dict.fromkeys(codes):
        by_status[STATUSES[code]].append(code)
    return {
        str(status.value): _format_problem(status, by_status[status])
        for status in sorted(by_status)
    }


def _format_problem(status: HTTPStatus, codes: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "description": f"{status.phrase}: {' or '.join(f'`{code}`' for code in codes)}.",
        "content": {
            PROBLEM_TYPE: {
                "schema": _refer(Problem),
                "examples": {
                    code: {"value": msgspec.to_builtins(make_problem(code, "…"))} for code in codes
                },
            }
        },
    }
    if status in _PROBLEM_HEADERS:
        made["headers"] = _refer_headers(_PROBLEM_HEADERS[status])
    return made


def _make_schemas(operations: Iterable[Operation]) -> dict[str, Any]:
    types = [
        kind
        for operation in operations
        for kind in (operation.body, *(answer.body for answer in operation.answers.values()))
        if kind is not None
    ]
    kinds = [*dict.fromkeys(types), Problem]
    return msgspec.json.schema_components(kinds, ref_template=REF)[1]


def _refer(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": REF.format(name=kind.__name__)}


def _refer_headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
