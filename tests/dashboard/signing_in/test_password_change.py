"""Changing one's own password: the old one first, and everybody else who used it is out."""

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import PASSWORD, add_person
from tests.dashboard.signing_in.forms import EMAIL, is_signed_in, send_sign_in, send_sign_out

URL = "/admin/account/password"
NEW = "three blue kettles sing"


@pytest.fixture
def ana(anonymous, cursor):
    add_person(cursor, "viewer", email=EMAIL, password=PASSWORD)
    assert send_sign_in(anonymous).status_code == 303
    return anonymous


def change(client, old=PASSWORD, new=NEW, again=None):
    form = read_form(client.get(URL))
    return form.send(client, password=old, new_password=new, new_password_again=again or new)


def test_the_new_password_holds_and_the_old_one_no_more(ana):
    answer = change(ana)
    assert (answer.status_code, answer.location) == (303, "/admin/account/")
    assert "Your password is changed" in read_text(ana.get(answer.location))
    send_sign_out(ana)
    assert send_sign_in(ana).status_code == 400
    assert send_sign_in(ana, password=NEW).status_code == 303


def test_the_history_tells_that_it_was_changed(ana, cursor):
    change(ana)
    cursor.execute("SELECT actor, action, after FROM task_changes")
    assert cursor.fetchall() == [(f"staff:{EMAIL}", "password changed", {"staff": EMAIL})]


def test_it_ends_all_other_sessions_and_not_this_one(app, ana):
    other = app.test_client()
    send_sign_in(other)
    assert is_signed_in(other)
    change(ana)
    assert not is_signed_in(other)
    assert is_signed_in(ana)


def test_this_browser_stays_known(ana, cursor):
    change(ana)
    send_sign_out(ana)
    send_sign_in(ana)
    cursor.execute("SELECT subject LIKE 'device:%' FROM sign_in_delays WHERE failures > 0")
    assert cursor.fetchall() == [(True,)]


@pytest.mark.parametrize(
    ("old", "new", "again", "said"),
    [
        ("not the password", NEW, NEW, ("password", "This is not your current password.")),
        (PASSWORD, "short", "short", ("new_password", "The new password must have at least 12")),
        (PASSWORD, EMAIL, EMAIL, ("new_password", "must not be the email address")),
        (PASSWORD, NEW, f"{NEW}!", ("new_password_again", "not the same")),
        (PASSWORD, "x" * 12_000, "x", ("new_password", "at most 128")),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_nothing_is_shown_again(ana, old, new, again, said):
    field, sentence = said
    page = change(ana, old, new, again)
    assert page.status_code == 400
    assert sentence in read_text(page)
    inputs = {v.get("name"): v for tag, v in read_page(page).tags if tag == "input"}
    assert inputs[field]["aria-invalid"] == "true"
    assert not any(inputs[name].get("value") for name in ("password", "new_password"))
    send_sign_out(ana)
    assert send_sign_in(ana).status_code == 303


def test_guessing_the_old_password_has_to_wait_too(ana):
    for _ in range(3):
        assert change(ana, "not the password").status_code == 400
    page = change(ana)
    assert page.status_code == 429
    assert is_signed_in(ana)


def test_a_form_without_its_token_changes_nothing(ana):
    form = read_form(ana.get(URL))
    page = form.send(
        ana, password=PASSWORD, new_password=NEW, new_password_again=NEW, csrf_token="forged"
    )
    assert page.status_code == 400
    send_sign_out(ana)
    assert send_sign_in(ana).status_code == 303


def test_whoever_has_no_password_is_told_why_there_is_none_to_change(client):
    page = client.get(URL)
    assert "single sign-on" in read_text(page)
    assert not [form for form in read_page(page).forms if form.method == "post"]


def test_of_two_changes_at_once_the_second_finds_its_old_password_gone(ana, cursor):
    form = read_form(ana.get(URL))
    cursor.execute("UPDATE staff SET password_hash = '$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAA'")
    page = form.send(ana, password=PASSWORD, new_password=NEW, new_password_again=NEW)
    assert page.status_code == 400
    assert "not your current password" in read_text(page)
