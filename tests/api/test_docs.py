import re

import pytest

from api.docs import STATIC_DIRECTORY, STATIC_FILES
from tests.api.problems import read_problem


async def test_the_page_loads_nothing_but_our_own_files(stranger):
    response = await stranger.get("/docs")
    page = await response.get_data(as_text=True)
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    sources = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert len(sources) == 4
    for source in sources:
        if source != "data:,":
            assert (await stranger.get(f"/{source}")).status_code == 200


async def test_the_page_runs_no_inline_script(stranger):
    response = await stranger.get("/docs")
    page = await response.get_data(as_text=True)
    assert re.findall(r"<script(?! src=)|\son\w+=|javascript:", page) == []
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("swagger-ui-bundle.js", "text/javascript"), ("swagger-ui.css", "text/css")],
)
async def test_the_files_of_others_come_with_type_and_licence(stranger, name, media_type):
    response = await stranger.get(f"/docs/static/swagger-ui/{name}")
    assert response.headers["Content-Type"].startswith(media_type)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"sourceMappingURL" not in await response.get_data()
    assert (STATIC_DIRECTORY / "swagger-ui" / "LICENSE").is_file()


@pytest.mark.parametrize(
    "path", ["../docs.py", "%2e%2e/docs.py", "..%2fdocs.py", "swagger-ui/", "swagger-ui/%00", ""]
)
async def test_nothing_else_is_served_from_there(stranger, path):
    response = await stranger.get(f"/docs/static/{path}")
    assert response.status_code == 404


async def test_a_name_too_long_for_any_file_is_no_defect_of_ours(stranger):
    await read_problem(await stranger.get(f"/docs/static/{'x' * 5000}"), 404, "not_found")


async def test_the_files_that_are_served_are_those_that_exist(stranger):
    for name in STATIC_FILES:
        assert (await stranger.get(f"/docs/static/{name}")).status_code == 200
    present = {
        path.relative_to(STATIC_DIRECTORY).as_posix()
        for path in STATIC_DIRECTORY.rglob("*")
        if path.is_file()
    }
    assert present - STATIC_FILES == {"swagger-ui/README.md"}


async def test_what_quart_refuses_keeps_its_status(stranger):
    response = await stranger.get("/docs/static/docs.js", headers={"Range": "bytes=999999-"})
    await read_problem(response, 416, "bad_request")
