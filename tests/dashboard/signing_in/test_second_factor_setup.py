"""Setting a second factor up, and switching it off: by its owner, with a code, in the history."""

import re

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import PASSWORD, add_person, add_session, use_session
from tests.dashboard.signing_in.apps import URL, CodeApp, set_up
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
    assert CodeApp(ana.get(URL)).key == CodeApp(page).key


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
