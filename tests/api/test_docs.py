import re

import pytest

from api.docs import STATIC_DIRECTORY


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
