"""Setting a second factor up, and switching it off: by its owner, with a code, in the history."""

import json
import re

import pytest
from itsdangerous import URLSafeSerializer

from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import PASSWORD, add_person, add_session, use_session
from tests.dashboard.signing_in.apps import URL, CodeApp, set_up
from tests.dashboard.signing_in.cookies import copy_cookies
from tests.dashboard.signing_in.forms import EMAIL, send_sign_in, send_sign_out


@pytest.fixture
def ana(app, cursor):
    """A client of somebody who is signed in, and has a password."""
    return use_session(
        app, add_session(cursor, add_person(cursor, "editor", email=EMAIL, password=PASSWORD))
    )


@pytest.fixture
def phone(ana):
    return set_up(ana)


def read_row(cursor):
    cursor.execute(
        "SELECT two_factor_method, totp_secret, totp_counter FROM staff WHERE email = %s", (EMAIL,)
    )
    return cursor.fetchone()


def test_the_page_shows_the_key_as_picture_and_as_text_and_loads_nothing(ana):
    page = ana.get(URL)
    tags = [tag for tag, _ in read_page(page).tags]
    assert tags.count("svg") == 1
    assert "img" not in tags
    assert "style=" not in page.text
    assert re.fullmatch(r"([A-Z2-7]{4}-){7}[A-Z2-7]{4}", CodeApp(page).key)


def test_a_code_of_the_app_switches_it_on(ana, phone, cursor):
    method, secret, counter = read_row(cursor)
    assert (method, counter is None) == ("totp", False)
    assert phone.key.replace("-", "") not in secret
    assert "On." in read_text(ana.get("/admin/account/"))


def test_setting_up_asks_for_the_password(ana, cursor):
    page = ana.get(URL)
    phone = CodeApp(page)
    answer = read_form(page).send(ana, password="not the password", code=phone.make_code(1))
    assert answer.status_code == 400
    assert "not your current password" in read_text(answer)
    assert CodeApp(answer).key == phone.key
    assert read_row(cursor) == (None, None, None)


def test_a_copy_of_the_cookie_shows_nobody_the_key(app, ana):
    page = ana.get(URL)
    copy = copy_cookies(app, ana)
    assert CodeApp(copy.get(URL)).key != CodeApp(page).key
    # Nor does one that is taken later, or a form without the field that holds it.
    read_form(page).send(ana, password="not the password", code="000000")
    copy = copy_cookies(app, ana)
    again = copy.get(URL)
    keys = {CodeApp(again).key}
    for token in ("forged", read_form(again).fields["csrf_token"]):
        answer = copy.post(URL, data={"csrf_token": token, "password": "x", "code": "000000"})
        keys.add(CodeApp(answer).key)
    assert len(keys) == 3
    assert CodeApp(page).key not in keys


def test_the_field_that_holds_the_key_does_not_tell_it(ana):
    page = ana.get(URL)
    key = CodeApp(page).key.replace("-", "")
    _, (_, _, held) = URLSafeSerializer("any").loads_unsafe(read_form(page).fields["code_key"])
    assert set(json.loads(held)) == {"v", "type", "enckey"}
    encrypted = json.loads(held)["enckey"]
    assert key != encrypted["k"]
    assert key not in held
    assert len(encrypted["s"]) > 10


@pytest.mark.parametrize("whose", ["another person", "another session", "nobody"])
def test_a_key_of_another_session_cannot_be_switched_on(app, ana, cursor, whose):
    owner = add_person(
        cursor, "viewer", email="jo@example.org" if whose == "another person" else EMAIL
    )
    page = use_session(app, add_session(cursor, owner)).get(URL)
    planted = "forged" if whose == "nobody" else read_form(page).fields["code_key"]
    form = read_form(ana.get(URL))
    answer = form.send(ana, password=PASSWORD, code=CodeApp(page).make_code(), code_key=planted)
    assert answer.status_code == 400
    assert "The key is another one now" in read_text(answer)
    assert CodeApp(answer).key != CodeApp(page).key
    assert read_row(cursor) == (None, None, None)
    code = CodeApp(answer).make_code()
    assert read_form(answer).send(ana, password=PASSWORD, code=code).status_code == 303


def test_a_form_that_was_open_for_too_long_keeps_its_key(ana):
    page = ana.get(URL)
    again = read_form(page).send(ana, code="000000", csrf_token="forged")
    assert again.status_code == 400
    assert CodeApp(again).key == CodeApp(page).key


def test_setting_up_with_a_wrong_code_changes_nothing(ana, cursor):
    page = ana.get(URL)
    answer = read_form(page).send(ana, password=PASSWORD, code="000000")
    assert answer.status_code == 400
    assert read_row(cursor) == (None, None, None)


def test_whoever_has_no_password_sets_it_up_with_a_code(client, cursor):
    page = client.get(URL)
    assert "password" not in read_form(page).fields
    assert read_form(page).send(client, code=CodeApp(page).make_code()).status_code == 303
    cursor.execute("SELECT two_factor_method FROM staff")
    assert cursor.fetchone() == ("totp",)


def test_a_code_switches_it_off(ana, phone, cursor):
    form = read_form(ana.get(URL))
    assert form.send(ana, code=phone.make_code(5)).status_code == 400
    assert form.send(ana, code=phone.make_code(1)).status_code == 303
    assert read_row(cursor) == (None, None, None)
    cursor.execute("SELECT actor, action, after FROM task_changes ORDER BY id")
    assert cursor.fetchall() == [
        (f"staff:{EMAIL}", f"second factor {deed}", {"staff": EMAIL})
        for deed in ("set up", "removed")
    ]
    send_sign_out(ana)
    assert send_sign_in(ana).location == "/admin/"
