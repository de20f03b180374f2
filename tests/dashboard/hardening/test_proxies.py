"""Forwarded headers: believed from a proxy that is named, from nobody else."""

import pytest
from flask import Flask, jsonify, request

from dashboard import create_app

PROXY, INNER, SENDER, STRANGER = "10.1.2.3", "192.168.5.9", "203.0.113.7", "198.51.100.1"


@pytest.fixture
def app(settings, databases):
    app = create_app(
        databases.settings_of(
            settings.POSTGRES_DB,
            TRUSTED_HOSTS="localhost,desk.example",
            TRUSTED_PROXIES="10.0.0.0/8, 192.168.5.9,fd00::/8",
        )
    )
    app.testing = True
    app.add_url_rule("/seen", "seen", show)
    yield app
    app.extensions["vision_tasks"].engine.dispose()


def show():
    return jsonify([request.remote_addr, request.scheme, request.host])


def see(app: Flask, peer: str, **headers: str) -> list[str]:
    given = {f"X-Forwarded-{name}": value for name, value in headers.items()}
    answer = app.test_client().get("/seen", headers=given, environ_base={"REMOTE_ADDR": peer})
    return list(answer.get_json())


def test_a_proxy_that_is_named_is_believed(app):
    assert see(app, PROXY, For=SENDER, Proto="https", Host="desk.example") == [
        SENDER,
        "https",
        "desk.example",
    ]


@pytest.mark.parametrize("peer", [STRANGER, "11.0.0.1", "192.168.5.8", "::1", "fc00::1"])
def test_whoever_is_not_named_is_not_believed(app, peer):
    assert see(app, peer, For=SENDER, Proto="https", Host="desk.example") == [
        peer,
        "http",
        "localhost",
    ]


def test_nobody_is_named_by_default(settings):
    assert settings.TRUSTED_PROXIES == ()


@pytest.mark.parametrize("peer", ["::ffff:10.1.2.3", "10.255.255.255", "fd00::1", INNER])
def test_a_peer_is_recognised_however_it_is_written(app, peer):
    assert see(app, peer, For=SENDER)[0] == SENDER


def test_a_mapped_peer_is_called_by_its_own_address(app):
    assert see(app, f"::ffff:{STRANGER}", For=SENDER)[0] == STRANGER


@pytest.mark.parametrize(
    ("forwarded", "sender"),
    [
        (f"{STRANGER}, {SENDER}", SENDER),
        (f"{STRANGER}, {SENDER}, {INNER}", SENDER),
        (f"{SENDER}, {INNER}, {PROXY}", SENDER),
        (f"{INNER}, {PROXY}", INNER),
        (f"{SENDER}:4711", SENDER),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        (f"::ffff:{SENDER}", SENDER),
        (f"{SENDER}, unknown", PROXY),
        (f"{SENDER}, , ", SENDER),
        (f"evil\t, {'x' * 5000}, {INNER}", INNER),
        ("", PROXY),
    ],
)
def test_the_sender_is_the_right_most_address_that_nobody_vouches_for(app, forwarded, sender):
    assert see(app, PROXY, For=forwarded)[0] == sender


@pytest.mark.parametrize(
    ("forwarded", "scheme", "result"),
    [
        (SENDER, "https", "https"),
        (SENDER, "HTTPS", "https"),
        (SENDER, "http", "http"),
        (SENDER, "https, http", "http"),
        (f"{SENDER}, {INNER}", "https, http", "https"),
        (f"{SENDER}, {INNER}", "http, https, http", "https"),
        (f"{SENDER}, {INNER}", "https", "https"),
        (SENDER, "javascript", "http"),
        (SENDER, "", "http"),
    ],
)
def test_the_scheme_is_that_of_the_same_hop(app, forwarded, scheme, result):
    assert see(app, PROXY, For=forwarded, Proto=scheme)[1] == result


def test_a_forwarded_host_must_be_a_trusted_one(app):
    client = app.test_client()
    for host in ("evil.example", "desk.example.evil.example", "desk.example/x", "a@desk.example"):
        headers = {"X-Forwarded-Host": host}
        answer = client.get("/admin/tasks", headers=headers, environ_base={"REMOTE_ADDR": PROXY})
        assert answer.status_code == 400
        assert "Location" not in answer.headers


def test_a_redirect_keeps_the_scheme_and_name_that_the_person_sees(app):
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "desk.example"}
    answer = app.test_client().get(
        "/admin/tasks", headers=headers, environ_base={"REMOTE_ADDR": PROXY}
    )
    assert answer.location == "https://desk.example/admin/tasks/"
    assert "Strict-Transport-Security" in answer.headers


@pytest.mark.parametrize("peer", [PROXY, STRANGER])
def test_nothing_behind_us_can_read_a_forwarded_header(app, peer):
    app.add_url_rule("/headers", "headers", lambda: jsonify(list(request.headers.keys())))
    forwarded = {"For": SENDER, "Proto": "https", "Host": "localhost", "Port": "1", "Prefix": "/x"}
    headers = {f"X-Forwarded-{name}": value for name, value in forwarded.items()} | {
        "Forwarded": f"for={SENDER};proto=https",
        "X-Real-Ip": SENDER,
    }
    answer = app.test_client().get("/headers", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert [name for name in answer.get_json() if "orward" in name or "Real" in name] == []


def test_forged_headers_from_a_stranger_make_no_cookie_and_no_promise_of_tls(app):
    headers = {"X-Forwarded-Proto": "https"}
    environ = {"REMOTE_ADDR": STRANGER}
    answer = app.test_client().get("/admin/tasks/new", headers=headers, environ_base=environ)
    assert "Strict-Transport-Security" not in answer.headers
    assert "Secure" not in str(answer.headers.getlist("Set-Cookie"))
