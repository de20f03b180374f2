"""How far a key goes: each route asks for one scope, or stands on the short list of open ones."""

import re
from http import HTTPStatus

import pytest
from quart import Quart

import api
from api.authentication import require_keys
from api.operations import Answer, Operation, describe
from tests.api.problems import JSON, SOMEBODY, TASKS, read_problem
from tests.factories import add_task
from tests.keys import add_key, make_headers
from vision_tasks.api_key_rules import Scope

SCOPES = {
    "GET": Scope.READ,
    "HEAD": Scope.READ,
    "POST": Scope.WRITE,
    "PUT": Scope.WRITE,
    "PATCH": Scope.WRITE,
    "DELETE": Scope.DELETE,
}
OPEN = {"/livez", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/static/<path:filename>"}


def list_routes(app):
    for rule in app.url_map.iter_rules():
        for method in rule.methods - {"OPTIONS"}:
            yield rule.rule, method


async def test_every_route_is_open_by_name_or_asks_for_the_scope_of_its_method(
    app, anybody, cursor
):
    keyed = 0
    for route, method in list_routes(app):
        path = route.replace("<task:task_id>", str(add_task(cursor)))
        if route in OPEN:
            response = await anybody.open(path, method=method)
            assert response.status_code not in (401, 403), route
            continue
        keyed += 1
        await anybody.open(path, method=method)
        for scope in Scope:
            add_key(cursor, scope.name.lower(), key=f"vt_{scope}", scopes=[scope])
            response = await anybody.open(
                path, method=method, headers={**make_headers(f"vt_{scope}"), "If-Match": "*"}
            )
            is_allowed = scope == SCOPES[method]
            assert (response.status_code != 403) == is_allowed, (route, method, scope)
            assert response.status_code != 401
    assert keyed == 9


async def test_a_scope_that_is_missing_is_named(anybody, cursor):
    add_key(cursor, "reader", key="vt_r", scopes=["tasks:read"])
    response = await anybody.post(TASKS, json={"filename": "a.jpg"}, headers=make_headers("vt_r"))
    problem = await read_problem(response, 403, "insufficient_scope")
    assert "tasks:write" in problem["detail"]
    assert response.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_scope", scope="tasks:write"'
    )
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (0,)


async def test_a_key_without_scopes_or_with_scopes_of_a_newer_version_may_do_nothing(
    anybody, cursor
):
    for number, scopes in enumerate([[], ["tasks:claim"]]):
        add_key(cursor, f"k{number}", key=f"vt_{number}", scopes=scopes)
        response = await anybody.get(TASKS, headers=make_headers(f"vt_{number}"))
        await read_problem(response, 403, "insufficient_scope")


async def test_a_scope_is_asked_for_before_a_body_or_a_parameter_is_read(anybody, cursor):
    add_key(cursor, "deleter", key="vt_d", scopes=["tasks:delete"])
    for method, path in (("POST", TASKS), ("PATCH", SOMEBODY), ("GET", f"{TASKS}?limit=x")):
        response = await anybody.open(
            path, method=method, data=b"\xff{", headers={**make_headers("vt_d"), **JSON}
        )
        await read_problem(response, 403, "insufficient_scope")


async def test_what_leads_nowhere_needs_a_key_and_no_scope(anybody, cursor):
    add_key(cursor, "nothing", key="vt_n", scopes=[])
    headers = make_headers("vt_n")
    await read_problem(await anybody.get("/api/v1/nowhere", headers=headers), 404, "not_found")
    wrong = await anybody.delete(TASKS, headers=headers)
    await read_problem(wrong, 405, "method_not_allowed")
    assert (await anybody.options(TASKS, headers=headers)).status_code == 200


def describe_without_scope(handler):
    answers = {HTTPStatus.OK: Answer(description="Something.")}
    return describe(Operation(summary="Do something", answers=answers))(handler)


async def later() -> str:
    return "secret"


def test_a_route_that_names_no_scope_stops_the_start():
    app = Quart("test")
    app.add_url_rule("/open", "open", describe_without_scope(later))
    require_keys(app, "/api/v1")
    app.add_url_rule("/api/v1/later", "later", describe_without_scope(later))
    with pytest.raises(LookupError, match="later names no scope"):
        require_keys(app, "/api/v1")


async def test_a_route_that_came_later_and_names_no_scope_is_open_to_nobody(settings, caplog):
    app = api.create_app(settings)
    app.add_url_rule("/api/v1/later", "later", describe_without_scope(later))
    async with app.test_app():
        response = await app.test_client().get("/api/v1/later", headers=make_headers())
    await read_problem(response, 500, "error")
    assert "later names no scope" in caplog.text


async def test_the_description_says_what_each_operation_needs(stranger):
    document = await (await stranger.get("/openapi.json")).get_json()
    (name, scheme) = next(iter(document["components"]["securitySchemes"].items()))
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    keyed = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if re.match(r"/api/v1/", path):
                assert operation["security"] == [{name: [SCOPES[method.upper()].value]}]
                for status in ("401", "403"):
                    assert "WWW-Authenticate" in operation["responses"][status]["headers"]
                keyed += 1
            else:
                assert operation["security"] == []
                assert not {"401", "403"} & set(operation["responses"])
    assert keyed == 7
