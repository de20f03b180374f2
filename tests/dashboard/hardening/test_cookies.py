"""Cookies of the standalone app: what they are called, and where they are taken."""

import pytest
from flask import Flask, Response, session

from dashboard.hardening import delete_cookie, read_cookie, set_cookie

PLAIN, SECURE = "http://localhost", "https://localhost"


@pytest.fixture
def app(app: Flask) -> Flask:
    app.add_url_rule("/keep/<text>", "keep", keep)
    app.add_url_rule("/recall", "recall", lambda: session.get("text", ""))
    app.add_url_rule("/clear", "clear", clear)
    return app


def keep(text: str) -> str:
    session["text"] = text
    return "kept"


def clear() -> str:
    session.clear()
    return "cleared"


def read_set_cookies(answer):
    return [cookie.split("; ") for cookie in answer.headers.getlist("Set-Cookie")]


def make_cookie(app: Flask, base: str) -> list[str]:
    (cookie,) = read_set_cookies(app.test_client().get("/keep/it", base_url=base))
    return list(cookie)


def recall(app: Flask, base: str, cookie: str) -> str:
    client = app.test_client(use_cookies=False)
    return str(client.get("/recall", base_url=base, headers={"Cookie": cookie}).text)


def test_over_tls_the_session_is_bound_to_this_host_and_to_tls(app):
    pair, *traits = make_cookie(app, SECURE)
    assert pair.startswith("__Host-vision_tasks=")
    assert set(traits) == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_without_tls_it_has_the_plain_name(app):
    pair, *traits = make_cookie(app, PLAIN)
    assert pair.startswith("vision_tasks=")
    assert set(traits) == {"HttpOnly", "Path=/", "SameSite=Lax"}


@pytest.mark.parametrize(
    ("made", "sent", "name", "taken"),
    [
        (PLAIN, PLAIN, "vision_tasks", True),
        (SECURE, SECURE, "__Host-vision_tasks", True),
        (PLAIN, SECURE, "vision_tasks", False),
        (PLAIN, SECURE, "__Host-vision_tasks", False),
        (SECURE, PLAIN, "__Host-vision_tasks", False),
        (SECURE, PLAIN, "vision_tasks", False),
    ],
)
def test_a_session_is_taken_where_it_was_made_and_nowhere_else(app, made, sent, name, taken):
    value = make_cookie(app, made)[0].partition("=")[2]
    assert recall(app, sent, f"{name}={value}") == ("it" if taken else "")


def test_both_sessions_live_side_by_side(app):
    client = app.test_client()
    for base in (PLAIN, SECURE):
        client.get(f"/keep/{base[:5]}", base_url=base)
    assert [client.get("/recall", base_url=base).text for base in (PLAIN, SECURE)] == [
        "http:",
        "https",
    ]


def test_an_emptied_session_is_taken_from_the_browser(app):
    for base in (PLAIN, SECURE):
        client = app.test_client()
        client.get("/keep/it", base_url=base)
        ((pair, *traits),) = read_set_cookies(client.get("/clear", base_url=base))
        assert pair.endswith("=")
        assert "Max-Age=0" in traits
        assert ("Secure" in traits) is (base == SECURE)


@pytest.fixture
def device(app: Flask) -> Flask:
    @app.get("/set")
    def set_one() -> Response:
        response = Response("set")
        set_cookie(response, "device", "seen", max_age_seconds=60)
        return response

    @app.get("/delete")
    def delete_one() -> Response:
        response = Response("deleted")
        delete_cookie(response, "device")
        return response

    @app.get("/read")
    def read_one() -> str:
        return str(read_cookie("device"))

    return app


@pytest.mark.parametrize(("base", "name"), [(PLAIN, "device"), (SECURE, "__Host-device")])
def test_a_cookie_of_ours_is_named_set_read_and_deleted_alike(device, base, name):
    client = device.test_client()
    ((pair, *traits),) = read_set_cookies(client.get("/set", base_url=base))
    assert pair == f"{name}=seen"
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=60"} <= set(traits)
    assert ("Secure" in traits) is (base == SECURE)
    assert client.get("/read", base_url=base).text == "seen"
    client.get("/delete", base_url=base)
    assert client.get("/read", base_url=base).text == "None"


def test_a_plain_cookie_of_ours_is_not_taken_over_tls(device):
    client = device.test_client(use_cookies=False)
    for base, name in ((SECURE, "device"), (PLAIN, "__Host-device")):
        answer = client.get("/read", base_url=base, headers={"Cookie": f"{name}=planted"})
        assert answer.text == "None"
