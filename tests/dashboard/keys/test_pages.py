"""The page of the keys: a secret is shown once, and nothing is done twice or unasked."""

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.keys.shown import KEYS, NEW, REVOKE, ROTATE, find_secret, read_key
from tests.histories import read_history
from vision_tasks.api_key_rules import hash_secret


def test_a_desk_without_keys_says_what_one_is_for(client):
    page = client.get(KEYS)
    assert page.status_code == 200
    assert "There are no keys yet" in read_text(page)


def test_a_key_is_made_and_shown_once(client, cursor):
    form = read_form(client.get(NEW))
    assert form.fields["scope"] == ["tasks:read", "tasks:write"]
    page = form.send(client, name="ingest-1", scope=["tasks:write"], days="30")
    assert page.status_code == 200
    secret = find_secret(page)
    assert "shown only now" in read_text(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert read_key(cursor) == (hash_secret(secret), ["tasks:write"], 30, None, False)
    for url in (KEYS, ROTATE, REVOKE, "/admin/history/"):
        assert secret not in client.get(url).get_data(as_text=True)
    (entry,) = read_history(cursor)
    assert (entry.actor, entry.action) == ("staff:admin@example.org", "key made")


def test_a_form_that_is_sent_twice_makes_one_key_and_says_so(client, cursor):
    form = read_form(client.get(NEW))
    secret = find_secret(form.send(client, name="ingest-1"))
    again = form.send(client, name="ingest-1")
    assert again.status_code == 400
    assert "There is a key ingest-1 already" in read_text(again)
    assert read_key(cursor)[0] == hash_secret(secret)
    assert len(read_history(cursor)) == 1


@pytest.mark.parametrize(
    ("changes", "field", "word"),
    [
        ({"name": ""}, "name", "name must have 1 to 64"),
        ({"name": "Ingest 1"}, "name", "name must have 1 to 64"),
        ({"name": "a\x00"}, "name", "name must have 1 to 64"),
        ({"name": "x" * 10_000}, "name", "name must have 1 to 64"),
        ({"scope": []}, "scopes", "scopes must be one or more"),
        ({"scope": ["tasks:all"]}, "scopes", "scopes must be one or more"),
        ({"days": "0"}, "days", "days must be a whole number"),
        ({"days": "-1"}, "days", "days must be a whole number"),
        ({"days": "1.5"}, "days", "days must be a whole number"),
        ({"days": "٣"}, "days", "days must be a whole number"),
        ({"days": "9" * 5_000}, "days", "days must be a whole number"),
    ],
    ids=str,
)
def test_a_form_that_cannot_be_accepted_comes_back_filled_in(client, cursor, changes, field, word):
    typed = {"name": "ingest-1", "scope": ["tasks:delete"], "days": "7", **changes}
    page = read_form(client.get(NEW)).send(client, **typed)
    assert page.status_code == 400
    assert word in read_text(page)
    assert f'id="{field}-error"' in page.get_data(as_text=True)
    back = read_form(page)
    for name in ("name", "days"):
        assert back.fields[name] == typed[name]
    cursor.execute("SELECT count(*) FROM api_keys")
    assert cursor.fetchone() == (0,)


def test_a_key_is_revoked_once_it_is_asked_about(client, cursor, key):
    form = read_form(client.get(REVOKE))
    assert not read_key(cursor, key)[4]
    done = form.send(client)
    assert (done.status_code, done.location) == (303, KEYS)
    assert read_key(cursor, key)[4]
    assert "The key ingest-1 is revoked" in read_text(client.get(KEYS))
    form.send(client)
    assert "revoked already; nothing was done" in read_text(client.get(KEYS))
    assert [entry.action for entry in read_history(cursor)] == ["key revoked"]


@pytest.mark.usefixtures("key")
def test_a_key_that_has_ended_offers_nothing_more(client, cursor):
    form = read_form(client.get(ROTATE))
    cursor.execute("UPDATE api_keys SET expires_at = now()")
    for page in (client.get(ROTATE), client.get(REVOKE), form.send(client)):
        assert page.status_code == 409
        assert "expired already" in read_text(page)
    listed = client.get(KEYS)
    assert "expired" in read_text(listed)
    assert ROTATE not in listed.get_data(as_text=True)


@pytest.mark.parametrize("name", ["nobody", "NO", "a%00b", "x" * 300, "%F0%9F%98%80"])
def test_a_key_that_never_was_is_not_found(client, name):
    for deed in ("rotate", "revoke"):
        assert client.get(f"{KEYS}{name}/{deed}").status_code == 404


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("url", [NEW, ROTATE, REVOKE])
def test_a_form_without_its_token_changes_nothing(client, cursor, url):
    cursor.execute("SELECT * FROM api_keys")
    before = cursor.fetchall()
    form = read_form(client.get(url))
    changes = {"name": "other"} if url == NEW else {}
    page = form.send(client, csrf_token="forged", **changes)
    assert page.status_code == 400
    assert "send this again" in read_text(page)
    if url == NEW:
        assert read_form(page).fields["name"] == "other"
    cursor.execute("SELECT * FROM api_keys")
    assert cursor.fetchall() == before


def test_the_list_tells_what_is_known_of_each_key(client, cursor, key):
    cursor.execute(
        "UPDATE api_keys SET last_used_at = '2026-11-02 03:04:05+00', created_by = '<b>x</b>'"
    )
    page = client.get(KEYS)
    text = read_text(page)
    for word in (key, "tasks:read", "in force", "2026-11-02 03:04:05", "<b>x</b>"):
        assert word in text
    links = [values.get("href") for _, values in read_page(page).tags]
    assert ROTATE in links
    assert REVOKE in links
