"""Signing in: who gets in, and what everybody else is told."""

import unicodedata

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import PASSWORD, add_person
from tests.dashboard.signing_in.forms import EMAIL, LOGIN, is_signed_in, send_sign_in

MEGABYTE = "correct horse battery" * 48_000


@pytest.fixture(autouse=True)
def _ana(cursor):
    add_person(cursor, "editor", email=EMAIL, password=PASSWORD)


def count_sessions(cursor):
    cursor.execute("SELECT count(*) FROM staff_sessions")
    return cursor.fetchone()[0]


def test_whoever_is_not_signed_in_is_asked_to_and_then_goes_on(anonymous):
    answer = anonymous.get("/admin/tasks/?status=FAILED")
    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    answer = read_form(anonymous.get(answer.location)).send(
        anonymous, email=EMAIL, password=PASSWORD
    )
    assert (answer.status_code, answer.location) == (303, "/admin/tasks/?status=FAILED")
    page = anonymous.get(answer.location)
    assert page.status_code == 200
    assert EMAIL in read_text(page)


def test_without_a_place_to_go_to_it_is_the_overview(anonymous):
    assert anonymous.get("/admin/").location == LOGIN
    assert send_sign_in(anonymous).location == "/admin/"


@pytest.mark.parametrize("email", ["Ana@Example.ORG", "  ana@example.org ", "\uff41na@example.org"])
def test_an_address_is_the_same_however_it_is_written(anonymous, email):
    assert send_sign_in(anonymous, email).status_code == 303


def test_a_password_is_the_same_however_a_keyboard_composes_it(anonymous, cursor):
    add_person(cursor, email="jo@example.org", password="corazón pequeño")
    decomposed = unicodedata.normalize("NFD", "corazón pequeño")
    assert send_sign_in(anonymous, "jo@example.org", decomposed).status_code == 303


def test_a_moment_is_noted(anonymous, cursor):
    send_sign_in(anonymous)
    cursor.execute("SELECT signed_in_at > now() - interval '1 minute' FROM staff")
    assert cursor.fetchone() == (True,)
    assert "Last signed in 20" in read_text(anonymous.get("/admin/account/"))


def test_wrong_unknown_disabled_and_without_a_password_are_told_the_same(app, cursor):
    add_person(cursor, email="sso@example.org")
    add_person(cursor, email="gone@example.org", password=PASSWORD)
    cursor.execute("UPDATE staff SET is_active = false WHERE email = 'gone@example.org'")
    pages = []
    for email, password in (
        (EMAIL, "not the password"),
        ("nobody@example.org", PASSWORD),
        ("gone@example.org", PASSWORD),
        ("sso@example.org", PASSWORD),
        ("sso@example.org", ""),
        ("nul\x00@example.org", PASSWORD),
        (EMAIL, f"{PASSWORD}\x00"),
    ):
        client = app.test_client()
        page = send_sign_in(client, email, password)
        assert page.status_code == 400
        assert password not in page.text or not password
        assert not is_signed_in(client)
        cursor.execute("DELETE FROM sign_in_delays")
        pages.append(read_text(page))
    assert len(set(pages)) == 1
    assert "wrong, or the account is disabled" in pages[0]
    assert count_sessions(cursor) == 0


def test_the_address_stays_in_the_form_and_the_password_does_not(anonymous):
    page = send_sign_in(anonymous, password="wrong password")
    assert read_form(page).fields["email"] == EMAIL
    assert read_form(page).fields["password"] == ""


def test_a_megabyte_of_password_is_refused_without_a_look(anonymous, cursor):
    page = send_sign_in(anonymous, password=MEGABYTE)
    assert page.status_code == 413
    page = send_sign_in(anonymous, password=MEGABYTE[:8_000])
    assert page.status_code == 400
    assert "at most 128" in read_text(page)
    cursor.execute("SELECT count(*) FROM sign_in_delays")
    assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("token", ["", "forged", "IjEi.x.y", "é\x00"])
def test_a_form_without_its_token_signs_nobody_in(anonymous, cursor, token):
    form = read_form(anonymous.get(LOGIN))
    page = form.send(anonymous, email=EMAIL, password=PASSWORD, csrf_token=token)
    assert page.status_code == 400
    assert "Please send this again" in read_text(page)
    assert read_form(page).fields["password"] == ""
    assert count_sessions(cursor) == 0


def test_a_token_of_another_visitor_signs_nobody_in(app, anonymous, cursor):
    form = read_form(anonymous.get(LOGIN))
    assert form.send(app.test_client(), email=EMAIL, password=PASSWORD).status_code == 400
    assert count_sessions(cursor) == 0


def test_a_form_of_another_site_is_not_filled_in(anonymous):
    data = {"email": "planted@example.org", "csrf_token": "x"}
    page = anonymous.post(LOGIN, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status_code == 403
    assert "planted" not in page.text


def test_an_address_of_the_page_signs_nobody_in(anonymous, cursor):
    anonymous.get(LOGIN, query_string={"email": EMAIL, "password": PASSWORD})
    assert count_sessions(cursor) == 0


def test_whoever_is_signed_in_already_goes_on(client):
    assert client.get(LOGIN).location == "/admin/"
    assert client.get(f"{LOGIN}?next=/admin/tasks/").location == "/admin/tasks/"


def test_signing_in_leaves_nothing_of_the_cookie_from_before(anonymous):
    form = read_form(anonymous.get(LOGIN))
    with anonymous.session_transaction() as session:
        session["planted"] = "by somebody who knows this cookie"
        before = session["csrf_token"]
    form.send(anonymous, email=EMAIL, password=PASSWORD)
    with anonymous.session_transaction() as session:
        assert "planted" not in session
        assert session["csrf_token"] != before
    assert form.send(anonymous, email=EMAIL, password=PASSWORD).status_code == 400


def test_signing_in_as_somebody_else_ends_the_session_from_before(anonymous, cursor):
    add_person(cursor, "viewer", email="jo@example.org", password=PASSWORD)
    form = read_form(anonymous.get(LOGIN))
    send_sign_in(anonymous)
    form.fields["csrf_token"] = read_form(anonymous.get("/admin/logout")).fields["csrf_token"]
    assert form.send(anonymous, email="jo@example.org", password=PASSWORD).status_code == 303
    assert "jo@example.org" in read_text(anonymous.get("/admin/tasks/"))
    cursor.execute("SELECT count(*) FILTER (WHERE ended_at IS NULL), count(*) FROM staff_sessions")
    assert cursor.fetchone() == (1, 2)


def test_the_form_lets_a_password_manager_do_its_work(anonymous):
    inputs = {v.get("name"): v for tag, v in read_page(anonymous.get(LOGIN)).tags if tag == "input"}
    assert inputs["email"]["autocomplete"] == "username"
    assert inputs["password"]["autocomplete"] == "current-password"
    assert inputs["password"]["type"] == "password"


def test_a_database_that_is_away_keeps_the_address(anonymous, cursor):
    form = read_form(anonymous.get(LOGIN))
    cursor.execute("ALTER TABLE staff RENAME TO staff_elsewhere")
    try:
        page = form.send(anonymous, email=EMAIL, password=PASSWORD)
    finally:
        cursor.execute("ALTER TABLE staff_elsewhere RENAME TO staff")
    assert page.status_code == 503
    assert read_form(page).fields["email"] == EMAIL
