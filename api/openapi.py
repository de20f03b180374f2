"""The OpenAPI 3.1 document, made from the routes, their descriptions and the payload types."""

from collections import defaultdict
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from quart import Quart
from werkzeug.routing import Rule

from api.header_descriptions import format_headers, refer_headers
from api.link_descriptions import format_links, refer_links
from api.operations import Answer, Operation, Parameter, format_path, get_operation
from api.problems import MEDIA_TYPE as PROBLEM_TYPE
from api.problems import STATUSES, Problem, make_problem

REF = "#/components/schemas/{name}"
# These can come from every route, so they are named once instead of per route.
_EVERYWHERE = ("untrusted_host", "malformed_body", "error")
_KEYED = ("unauthenticated", "insufficient_scope", "overloaded")
_DATABASE = ("database_unavailable", "database_timeout")
_AUTOMATIC_METHODS = frozenset({"HEAD", "OPTIONS"})

KEY = "key"
KEY_SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "vt_…",
    "description": "A key of this desk, in the header Authorization and nowhere else. Each"
    " operation names the scope that the key must have.",
}
_PROBLEM_HEADERS = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.FORBIDDEN: ("WWW-Authenticate",),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
    HTTPStatus.PRECONDITION_FAILED: ("PresentETag",),
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
            paths[format_path(rule.rule)][method.lower()] = _format_operation(
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
            "headers": format_headers(),
            "links": format_links(),
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
    if media_type in operation.in_lines:
        # Whoever tries it out sends it as it stands, so it must be the text itself.
        line = msgspec.json.encode(operation.body_example).decode()
        return {"schema": _refer(body), "example": f"{line}\n"}
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
        made["headers"] = refer_headers(answer.headers)
    if answer.links:
        made["links"] = refer_links(answer.links)
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
        made["headers"] = refer_headers(_PROBLEM_HEADERS[status])
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
