import pytest

from tests.api.clients import create_app
from tests.api.problems import TASKS, read_problem


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "localhost.",
        "localhost:",
        "localhost:80:80",
        "localhost:x",
        "localhost, evil.example",
        "user@localhost",
        "localhost/",
        "127.0.0.2",
        "127.1",
        "::1",
        "[::2]",
        "",
        "a" * 5000,
        "\xe9",
    ],
    ids=ascii,
)
async def test_a_host_that_is_not_ours_is_refused(stranger, host):
    for path in (TASKS, "/livez", "/docs", "/nowhere"):
        response = await stranger.get(path, headers={"Host": host})
        await read_problem(response, 400, "untrusted_host")
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("host", ["LocalHost", "localhost:8000", "127.0.0.1:1", "[::1]", "[::1]:9"])
async def test_our_hosts_are_known_in_any_case_and_on_any_port(stranger, host):
    assert (await stranger.get("/livez", headers={"Host": host})).status_code == 200


async def test_hosts_are_what_the_setting_says(untouched_settings):
    settings = untouched_settings.model_copy(update={"TRUSTED_HOSTS": ("Tasks.Example", "fe80::1")})
    app = create_app(settings)
    async with app.test_app():
        client = app.test_client()
        for host, status in (("tasks.example", 200), ("[FE80::1]:8000", 200), ("localhost", 400)):
            response = await client.get("/livez", headers={"Host": host})
            assert response.status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-Host": "localhost"},
        {"Forwarded": "host=localhost;proto=https"},
        {"X-Original-Host": "localhost"},
    ],
)
async def test_a_forwarded_host_is_not_believed(stranger, headers):
    response = await stranger.get("/livez", headers={"Host": "evil.example", **headers})
    await read_problem(response, 400, "untrusted_host")


async def test_forwarded_headers_lead_nobody_elsewhere(client):
    response = await client.post(
        TASKS,
        json={"filename": "a.jpg"},
        headers={
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Prefix": "/evil",
        },
    )
    assert response.headers["Location"].startswith(f"{TASKS}/")


@pytest.mark.parametrize(
    "path",
    [
        "//api/v1/tasks",
        "//evil.example/",
        f"{TASKS}/",
        "/api//v1/tasks",
        "/api/v1/",
        "/API/v1/tasks",
    ],
)
async def test_a_url_has_one_spelling_and_leads_nowhere_else(stranger, path):
    response = await stranger.get(path)
    await read_problem(response, 404, "not_found")
    assert "Location" not in response.headers


async def test_a_websocket_is_refused(stranger):
    sent = []

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message["type"])

    await stranger.app({"type": "websocket", "path": "/livez", "headers": []}, receive, send)
    assert sent == ["websocket.close"]
