"""A provider that is away, slow, or no provider at all."""

import socket
import threading
import time

import pytest

from dashboard import create_app
from dashboard.single_sign_on import calls
from dashboard.single_sign_on import provider as provider_module
from tests.dashboard.forms import read_text
from tests.dashboard.single_sign_on.conftest import START, Journey, sign_in
from tests.dashboard.single_sign_on.provider import ELSEWHERE
from tests.servers import find_free_port

pytestmark = pytest.mark.usefixtures("ana")

CONFIGURATION = "/.well-known/openid-configuration"
AWAY = "The sign-in service does not answer as it should"


def is_away(browser, answer):
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert AWAY in read_text(answer)
    assert "Location" not in answer.headers
    assert browser.get("/admin/").status_code == 303


@pytest.fixture
def nowhere(sso_settings):
    """A browser at a desk whose provider is not there."""
    issuer = f"http://127.0.0.1:{find_free_port()}"
    app = create_app(sso_settings.model_copy(update={"OIDC_ISSUER": issuer}))
    yield app.test_client()
    app.extensions["vision_tasks"].engine.dispose()


def test_a_provider_that_is_not_there_is_one_sentence(nowhere):
    is_away(nowhere, nowhere.get(START))
    assert nowhere.get("/admin/login").status_code == 200


def test_a_provider_that_falls_silent_is_given_up(sso_settings, monkeypatch):
    monkeypatch.setattr(calls, "SILENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        issuer = f"http://127.0.0.1:{silent.getsockname()[1]}"
        app = create_app(sso_settings.model_copy(update={"OIDC_ISSUER": issuer}))
        browser = app.test_client()
        is_away(browser, browser.get(START))
        app.extensions["vision_tasks"].engine.dispose()


def test_an_answer_that_never_ends_is_given_up(sso_settings, monkeypatch):
    monkeypatch.setattr(calls, "TOTAL_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as endless:
        is_over = threading.Event()

        def drip() -> None:
            connection, _ = endless.accept()
            with connection:
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
                while not is_over.wait(0.01):
                    try:
                        connection.sendall(b" ")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        issuer = f"http://127.0.0.1:{endless.getsockname()[1]}"
        app = create_app(sso_settings.model_copy(update={"OIDC_ISSUER": issuer}))
        browser = app.test_client()
        start = time.monotonic()
        is_away(browser, browser.get(START))
        assert time.monotonic() - start < 3
        is_over.set()
        thread.join()
        app.extensions["vision_tasks"].engine.dispose()


@pytest.mark.parametrize(
    "reply",
    [
        (500, b"{}"),
        (502, b"<h1>Bad gateway</h1>"),
        (404, b"{}"),
        (200, b""),
        (200, b"[]"),
        (200, b"null"),
        (200, b"\xff\xfe"),
        (200, b"{" * 100_000),
        (200, b"[" * 100_000),
        (200, b'{"issuer": 1}'),
        (200, b" " * 300_000),
        (302, b""),
    ],
)
def test_what_is_no_provider_is_one_sentence(browser, provider, reply):
    provider.replies[CONFIGURATION] = reply
    is_away(browser, browser.get(START))


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://evil.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
        {"userinfo_endpoint": "ftp://127.0.0.1/"},
        {"token_endpoint": None},
        {"token_endpoint_auth_methods_supported": 5},
    ],
)
def test_a_provider_that_leads_elsewhere_is_not_followed(browser, provider, metadata):
    provider.metadata = metadata
    is_away(browser, browser.get(START))


@pytest.mark.parametrize("path", ["/token", "/jwks"])
@pytest.mark.parametrize("reply", [(503, b""), (200, b"[]"), (302, b"{}"), (200, b'{"keys": 5}')])
def test_a_provider_that_fails_on_the_way_back_signs_nobody_in(browser, provider, path, reply):
    provider.replies[path] = reply
    answer = sign_in(browser)
    assert answer.status_code in (400, 503)
    assert "Begin again" in read_text(answer)
    assert browser.get("/admin/").status_code == 303


@pytest.mark.parametrize("path", ["/token", "/jwks"])
@pytest.mark.parametrize("status", [302, 307])
def test_no_redirect_is_followed(browser, provider, path, status):
    journey = Journey(browser)
    address = journey.go_there()
    provider.replies[path] = (status, b"{}")
    assert journey.come_back(address).status_code in (400, 503)
    assert path in provider.asked
    assert ELSEWHERE not in provider.asked


def test_what_the_provider_says_of_itself_is_remembered(browser, provider):
    for _ in range(3):
        assert Journey(browser).start.status_code == 303
    assert provider.asked == [CONFIGURATION]


def test_a_provider_that_is_away_is_not_asked_by_everybody(browser, provider):
    provider.replies[CONFIGURATION] = (503, b"")
    for _ in range(3):
        is_away(browser, browser.get(START))
    assert provider.asked == [CONFIGURATION]


def test_a_provider_that_is_back_is_asked_again(browser, provider, monkeypatch):
    monkeypatch.setattr(provider_module, "AWAY_SECONDS", 0.0)
    provider.replies[CONFIGURATION] = (503, b"")
    is_away(browser, browser.get(START))
    provider.replies.clear()
    assert browser.get(START).status_code == 303


def test_making_the_app_asks_nobody(app, provider):
    assert app.extensions["vision_tasks"]
    assert provider.asked == []


def test_a_database_that_is_held_up_on_the_way_back_is_one_sentence(sso_settings, cursor):
    app = create_app(sso_settings.model_copy(update={"DATABASE_STATEMENT_SECONDS": 0.2}))
    journey = Journey(app.test_client())
    address = journey.go_there()
    cursor.execute("BEGIN; LOCK TABLE staff")
    answer = journey.come_back(address)
    cursor.execute("ROLLBACK")
    assert answer.status_code == 504
    assert "took too long" in read_text(answer)
    app.extensions["vision_tasks"].engine.dispose()
