"""Keys in real processes: ended for all of them at once, and written down by none."""

from collections.abc import Iterator

import httpx
import pytest

from tests import plain_http
from tests.api.problems import TASKS
from tests.databases import psql
from tests.keys import KEY, add_key, make_headers
from tests.servers import serve_api


@pytest.fixture(scope="module")
def served(databases, template) -> Iterator[tuple[str, str, object]]:
    """Two processes that serve the same database."""
    with (
        databases.create(template=template) as settings,
        serve_api(settings) as one,
        serve_api(settings) as other,
    ):
        yield one, other, settings


@pytest.fixture
def cursor(served):
    with psql(served[2]) as cursor:
        yield cursor


def ask(served, key):
    return [
        plain_http.get(f"{url}{TASKS}", headers=make_headers(key)).status_code for url in served[:2]
    ]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("revoked", "revoked_at = now()"),
        ("expired", "expires_at = now()"),
        ("rotated", "secret_hash = sha256('another')"),
    ],
)
def test_a_key_that_ends_is_refused_by_every_process_at_its_next_request(
    served, cursor, name, change
):
    key = f"vt_{name}"
    add_key(cursor, name, key=key)
    assert ask(served, key) == [200, 200]
    cursor.execute(f"UPDATE api_keys SET {change} WHERE name = %s", (name,))
    assert ask(served, key) == [401, 401]


def test_a_scope_that_is_taken_away_is_gone_at_once(served, cursor):
    add_key(cursor, "narrowed", key="vt_narrowed")
    assert ask(served, "vt_narrowed") == [200, 200]
    cursor.execute("UPDATE api_keys SET scopes = '{tasks:write}' WHERE name = 'narrowed'")
    assert ask(served, "vt_narrowed") == [403, 403]


@pytest.mark.parametrize(
    "value", [b"Bearer " + b"x" * 10_000, b"Bearer \xf1and\xfa", b"Bearer \xff\x80", b"\x01"]
)
def test_a_header_that_no_client_would_send_is_the_clients_fault(served, value):
    response = plain_http.get(f"{served[0]}{TASKS}", headers=[(b"authorization", value)])
    assert response.status_code in (400, 401)
    assert ask(served, KEY) == [200, 200]


def test_no_key_is_written_to_a_log_or_sent_back(databases, template, capfd):
    with databases.create(template=template) as settings, psql(settings) as cursor:
        with serve_api(settings) as url, httpx.Client(base_url=url) as client:
            answers = [
                client.get(f"{TASKS}?access_token={KEY}"),
                client.get(f"{TASKS}?limit={KEY}", headers=make_headers()),
                client.get(TASKS, headers=make_headers(f"{KEY}x")),
                client.get(TASKS, headers=[("authorization", f"Bearer {KEY}")] * 2),
                client.post(TASKS, json={"filename": "a.jpg"}, headers=make_headers()),
            ]
            # Now the look at the key fails, which is logged.
            cursor.execute("ALTER TABLE api_keys RENAME TO keys_of_old")
            answers.append(client.get(TASKS, headers=make_headers()))
        statuses = [answer.status_code for answer in answers]
        assert statuses == [401, 422, 401, 401, 201, 503]
    printed = "".join(capfd.readouterr())
    assert "database_refused" in printed
    for text in (printed, *(f"{answer.headers}{answer.text}" for answer in answers)):
        assert KEY not in text
        assert KEY[3:] not in text
