import json
import re

import pytest

from api.operations import describe, get_operation
from api.problems import STATUSES
from tests.api.clients import create_app
from vision_tasks.lifecycle import TaskStatus

METHODS = {"get", "put", "post", "patch", "delete"}


@pytest.fixture
async def document(stranger):
    response = await stranger.get("/openapi.json")
    assert response.headers["Content-Type"] == "application/json"
    return await response.get_json()


def find_references(value):
    if isinstance(value, dict):
        yield from (item for name, item in value.items() if name == "$ref")
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from find_references(item)


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


async def test_every_route_is_described(stranger, document):
    routes = {
        (re.sub(r"<(\w+:)?(\w+)>", r"{\2}", rule.rule), method.lower())
        for rule in stranger.app.url_map.iter_rules()
        if not rule.endpoint.endswith(".static")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _ in operations(document)} == routes
    assert len(routes) == 12


async def test_a_route_that_nobody_described_stops_the_start():
    def nobody() -> None: ...

    with pytest.raises(LookupError, match="nobody is not described"):
        get_operation(nobody)
    assert callable(describe)


async def test_every_reference_leads_somewhere(document):
    references = set(find_references(document))
    assert len(references) > 8
    for reference in references:
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]


async def test_every_operation_says_what_openapi_asks_for(document):
    assert document["openapi"] == "3.1.0"
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in operations(document):
        assert method in METHODS
        assert operation["summary"]
        assert operation["description"]
        for status, answer in operation["responses"].items():
            assert re.fullmatch(r"[1-5][0-9]{2}", status)
            assert answer["description"]
        in_path = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path))


async def test_every_problem_of_an_operation_stands_at_its_status(document):
    shown = set()
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/problem+json")
            for code in content["examples"] if content else ():
                assert str(STATUSES[code].value) == status
                shown.add(code)
    assert {"stale_version", "illegal_move", "task_exists", "database_unavailable"} <= shown


async def test_a_change_is_described_with_its_condition_and_types(document):
    patch = document["paths"]["/api/v1/tasks/{task_id}"]["patch"]
    assert set(patch["requestBody"]["content"]) == {
        "application/json",
        "application/merge-patch+json",
    }
    condition = next(p for p in patch["parameters"] if p["name"] == "If-Match")
    assert (condition["in"], condition["required"]) == ("header", True)
    assert {"200", "400", "404", "409", "412", "422", "428", "503"} <= set(patch["responses"])
    assert "ETag" in patch["responses"]["200"]["headers"]
    assert set(patch["responses"]["200"]["links"]) == {"GetTask", "PatchTask", "DeleteTask"}
    assert "Retry-After" in patch["responses"]["503"]["headers"]


async def test_the_schemas_are_those_of_the_code(document):
    schemas = document["components"]["schemas"]
    assert schemas["TaskStatus"]["enum"] == sorted(TaskStatus)
    assert schemas["NewTask"]["additionalProperties"] is False
    assert schemas["NewTask"]["properties"]["filename"]["maxLength"] == 255


async def test_the_title_is_the_name_of_the_project(untouched_settings):
    app = create_app(untouched_settings.model_copy(update={"PROJECT_NAME": "Ojos & <b>Tareas</b>"}))
    async with app.test_app():
        response = await app.test_client().get("/openapi.json")
    assert json.loads(await response.get_data())["info"]["title"] == "Ojos & <b>Tareas</b>"


async def test_a_link_takes_parameters_that_its_operation_has(document):
    named = {operation["operationId"]: operation for _, _, operation in operations(document)}
    links = document["components"]["links"]
    assert len(links) > 5
    for link in links.values():
        known = {parameter["name"] for parameter in named[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= known


async def test_a_header_that_no_answer_lacks_is_required(document):
    headers = document["components"]["headers"]
    required = {name for name, header in headers.items() if header["required"]}
    assert required == {"ETag", "Location", "WWW-Authenticate", "Retry-After"}


async def test_a_repeat_of_one_post_is_described_as_one_of_many(document):
    for path in ("/api/v1/tasks", "/api/v1/tasks/bulk"):
        post = document["paths"][path]["post"]
        assert "Idempotency-Key" in {parameter["name"] for parameter in post["parameters"]}
        refusals = post["responses"]["422"]["content"]["application/problem+json"]["examples"]
        assert "idempotency_key_reused" in refusals
        assert "408" in post["responses"]


async def test_whatever_needs_a_key_may_be_refused_for_too_much_work(document):
    for path, _, operation in operations(document):
        refusals = operation["responses"].get("503", {}).get("content", {})
        codes = refusals.get("application/problem+json", {"examples": {}})["examples"]
        assert ("overloaded" in codes) == path.startswith("/api/v1/")


async def test_lines_are_shown_as_the_text_that_is_sent(document):
    post = document["paths"]["/api/v1/tasks/bulk"]["post"]
    example = post["requestBody"]["content"]["application/x-ndjson"]["example"]
    assert [json.loads(line) for line in example.splitlines()] == [{"filename": "street-0417.jpg"}]
    assert "Content-Encoding: gzip" in post["description"]
