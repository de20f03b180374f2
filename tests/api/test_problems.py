import importlib
import logging
import pkgutil
from http import HTTPStatus

import pytest

import api
import vision_tasks
from api.problems import STATUSES, describe_error, make_problem
from tests.api.clients import create_app
from tests.api.problems import TASKS, read_problem
from vision_tasks.errors import ConfigurationError, VisionTasksError

SECRET = "hunter2"


def find_errors():
    for package in (api, vision_tasks):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith((".worker", ".__main__")):
                importlib.import_module(module.name)
    waiting, found = [VisionTasksError], []
    while waiting:
        found.append(waiting.pop())
        waiting += found[-1].__subclasses__()
    # The dashboard, which other tests may have imported, shows its own errors itself.
    return [error for error in found if not error.__module__.startswith("dashboard.")]


def test_every_error_has_a_status():
    errors = find_errors()
    assert len(errors) > 15
    assert [error.__name__ for error in errors if error.code not in STATUSES] == []


def test_every_status_belongs_to_something_that_can_happen():
    codes = {error.code for error in find_errors()}
    assert set(STATUSES) - codes == {"bad_request", "method_not_allowed"}


@pytest.mark.parametrize("code", STATUSES)
def test_a_problem_says_the_same_in_its_status_and_its_code(code):
    problem = make_problem(code, "why")
    assert problem.status == STATUSES[code]
    assert problem.type == f"urn:vision-tasks:problem:{code}"


def test_what_is_the_operators_business_is_told_to_no_client():
    problem = describe_error(ConfigurationError(f"POSTGRES_PASSWORD is {SECRET}"))
    assert problem.status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert SECRET not in problem.detail
    assert "POSTGRES" not in problem.detail


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/api/v1", "/admin/", "/static/x", "/docs/static/x"]
)
async def test_an_address_that_is_none_is_a_problem_too(stranger, path):
    await read_problem(await stranger.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", TASKS, {"GET", "HEAD", "OPTIONS", "POST"}),
        ("PATCH", TASKS, {"GET", "HEAD", "OPTIONS", "POST"}),
        ("POST", f"{TASKS}/1", {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"}),
        ("PUT", f"{TASKS}/bulk", {"OPTIONS", "POST"}),
        ("POST", "/livez", {"GET", "HEAD", "OPTIONS"}),
        ("BREW", "/openapi.json", {"GET", "HEAD", "OPTIONS"}),
    ],
)
async def test_a_method_that_is_not_known_is_told_which_are(stranger, method, path, allowed):
    response = await stranger.open(path, method=method)
    await read_problem(response, 405, "method_not_allowed")
    assert set(response.headers["Allow"].split(", ")) == allowed


async def test_options_tells_the_methods(stranger):
    response = await stranger.options(TASKS)
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


async def test_no_answer_lets_another_origin_in(stranger):
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    response = await stranger.options(TASKS, headers=headers)
    assert [name for name, _ in response.headers if name.startswith("Access-Control")] == []


async def test_a_defect_of_ours_tells_an_id_and_the_log_the_rest(untouched_settings, caplog):
    app = create_app(untouched_settings)

    @app.get("/defect")
    async def defect() -> str:
        raise RuntimeError(f"SELECT {SECRET}")

    async with app.test_app():
        with caplog.at_level(logging.ERROR):
            response = await app.test_client().get("/defect")
    problem = await read_problem(response, 500, "error")
    assert problem["instance"].startswith("urn:uuid:")
    assert problem["instance"] in caplog.text
    assert SECRET in caplog.text
    assert SECRET not in await response.get_data(as_text=True)
    assert response.headers["Cache-Control"] == "no-store"
