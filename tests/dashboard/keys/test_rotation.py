"""Rotating a key from its page: asked first, done once, and the secret is shown once."""

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.dashboard.keys.shown import ROTATE, find_secret, read_key
from vision_tasks.api_key_rules import hash_secret


def test_a_rotation_is_asked_about_and_shows_the_new_secret(client, cursor, key):
    form = read_form(client.get(ROTATE))
    page = form.send(client, hours="2")
    secret = find_secret(page)
    assert "The secret before goes on until" in read_text(page)
    assert page.headers["Cache-Control"] == "no-store"
    secret_hash, _, _, previous_hash, _ = read_key(cursor, key)
    assert (secret_hash, previous_hash) == (hash_secret(secret), hash_secret("vt_before"))


def test_a_rotation_without_grace_ends_the_secret_before(client, cursor, key):
    page = read_form(client.get(ROTATE)).send(client)
    assert "The secret before is refused from now on" in read_text(page)
    assert read_key(cursor, key)[3] is None


def test_a_rotation_that_is_sent_twice_is_done_once_and_said(client, cursor, key):
    form = read_form(client.get(ROTATE))
    secret = find_secret(form.send(client))
    again = form.send(client)
    assert again.status_code == 409
    assert "was rotated meanwhile" in read_text(again)
    assert read_key(cursor, key)[0] == hash_secret(secret)
    once_more = read_form(again).send(client)
    assert read_key(cursor, key)[0] == hash_secret(find_secret(once_more))


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("hours", ["", "-1", "721", "x", "1e3"])
def test_a_grace_that_is_none_rotates_nothing(client, cursor, hours):
    page = read_form(client.get(ROTATE)).send(client, hours=hours)
    assert page.status_code == 400
    assert "hours must be a whole number" in read_text(page)
    assert read_form(page).fields["hours"] == hours
    assert read_key(cursor)[0] == hash_secret("vt_before")


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("seen", ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00", "\x00"])
def test_a_form_that_does_not_say_what_was_seen_rotates_nothing(client, cursor, seen):
    page = read_form(client.get(ROTATE)).send(client, rotated_at=seen)
    assert page.status_code == 400
    assert read_key(cursor)[0] == hash_secret("vt_before")
