"""Sessions end: by time, by their owner, by whoever runs the desk; the cookie is then worthless."""

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_form, read_text
from tests.dashboard.people import PASSWORD, add_person, add_session, sign_in, use_session
from tests.dashboard.signing_in.forms import (
    EMAIL,
    LOGIN,
    is_signed_in,
    move,
    send_sign_in,
    send_sign_out,
)
from tests.factories import add_task

PAGES = ("/admin/", "/admin/tasks/", "/admin/account/")


def copy_cookie(app, client):
    copy = app.test_client()
    cookie = client.get_cookie("vision_tasks")
    copy.set_cookie(cookie.key, cookie.value)
    return copy


def is_sent_away(client):
    answers = [client.get(url) for url in PAGES]
    return {(one.status_code, one.location.partition("?")[0]) for one in answers} == {(303, LOGIN)}


@pytest.mark.parametrize("interval", ["31 minutes", "12 hours", "1 year"])
def test_a_session_that_nobody_uses_ends(client, cursor, interval):
    move(cursor, "staff_sessions", "last_seen_at", interval)
    assert is_sent_away(client)


def test_a_session_in_use_lives_on(client, cursor):
    for _ in range(3):
        move(cursor, "staff_sessions", "last_seen_at", "29 minutes")
        assert client.get("/admin/tasks/").status_code == 200


def test_a_session_ends_after_twelve_hours_however_busy(client, cursor):
    move(cursor, "staff_sessions", "began_at", "11 hours 59 minutes")
    assert client.get("/admin/tasks/").status_code == 200
    move(cursor, "staff_sessions", "began_at", "2 minutes")
    assert is_sent_away(client)


def test_signing_out_ends_the_copies_of_the_cookie_too(app, anonymous, cursor):
    add_person(cursor, email=EMAIL, password=PASSWORD)
    send_sign_in(anonymous)
    copy = copy_cookie(app, anonymous)
    assert is_signed_in(copy)
    page = send_sign_out(anonymous)
    assert (page.status_code, page.location) == (303, LOGIN)
    assert "You are signed out" in read_text(anonymous.get(LOGIN))
    assert is_sent_away(copy)
    assert not is_signed_in(anonymous)


def test_signing_out_needs_a_form_and_its_token(client):
    page = client.get("/admin/logout")
    assert page.status_code == 200
    assert is_signed_in(client)
    form = read_form(page)
    for token in ("", "forged"):
        assert form.send(client, csrf_token=token).status_code == 400
        assert is_signed_in(client)
    assert form.send(client).status_code == 303
    assert not is_signed_in(client)


def test_every_page_has_the_button(app, client, cursor):
    task_id = add_task(cursor)
    for path in ("", "tasks/", f"tasks/{task_id}/edit", "account/", "nowhere"):
        page = client.get(f"/admin/{path}")
        assert 'action="/admin/logout"' in page.text, path
        assert "admin@example.org" in read_text(page), path
    assert "Sign out" not in app.test_client().get(LOGIN).text


def test_other_sessions_of_the_same_person_live_on(app, client, cursor):
    other = use_session(app, add_session(cursor, add_person(cursor, "admin")))
    send_sign_out(client)
    assert is_signed_in(other)


def test_whoever_is_disabled_is_out_at_once(client, cursor):
    cursor.execute("UPDATE staff SET is_active = false")
    assert is_sent_away(client)


def test_whoever_is_deleted_is_out_at_once(client, cursor):
    cursor.execute("DELETE FROM staff")
    assert is_sent_away(client)


def test_a_role_that_was_taken_away_is_gone_at_once(client, cursor):
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/delete"))
    cursor.execute("UPDATE staff SET role = 'editor'")
    page = form.send(client)
    assert page.status_code == 403
    assert "may not delete tasks" in read_text(page)
    assert client.get(f"/admin/tasks/{task_id}/edit").status_code == 200
    cursor.execute("UPDATE staff SET role = 'viewer'")
    assert client.get(f"/admin/tasks/{task_id}/edit").status_code == 403
    assert client.get(f"/admin/tasks/{task_id}/").status_code == 200


def test_a_role_that_only_a_newer_version_knows_may_do_nothing(client, cursor):
    cursor.execute("ALTER TABLE staff DROP CONSTRAINT staff_role_check")
    try:
        cursor.execute("UPDATE staff SET role = 'owner'")
        assert client.get("/admin/tasks/").status_code == 403
        assert client.get("/admin/account/").status_code == 200
    finally:
        cursor.execute("DELETE FROM staff")
        cursor.execute(
            "ALTER TABLE staff ADD CONSTRAINT staff_role_check"
            " CHECK (role IN ('viewer', 'editor', 'admin'))"
        )


@pytest.mark.parametrize("name", ["", "x", "1", "None", "' OR true --", "\x00"])
def test_a_cookie_that_names_no_session_is_nobody(anonymous, name):
    anonymous.get(LOGIN)
    with anonymous.session_transaction() as session:
        session["_user_id"] = name
    assert is_sent_away(anonymous)


def test_a_cookie_that_is_not_ours_is_nobody(app, client):
    forged = app.test_client()
    cookie = client.get_cookie("vision_tasks").value
    forged.set_cookie("vision_tasks", cookie[:-4] + ("AAAA" if cookie[-4:] != "AAAA" else "BBBB"))
    assert is_sent_away(forged)


def test_one_query_says_who_it_is(client, statements):
    client.get("/admin/account/")
    assert len([one for one in statements if "staff" in one]) == 1


def test_a_style_sheet_is_no_look_into_the_database(client, statements):
    with client.get("/admin/tasks/static/desk.css") as answer:
        assert answer.status_code == 200
    assert statements == []


def test_the_last_moment_is_written_once_a_minute(client, cursor, statements):
    for _ in range(3):
        client.get("/admin/tasks/")
    assert not [one for one in statements if one.startswith("UPDATE")]
    move(cursor, "staff_sessions", "last_seen_at", "61 seconds")
    for _ in range(3):
        client.get("/admin/tasks/")
    assert len([one for one in statements if one.startswith("UPDATE")]) == 1
    cursor.execute("SELECT last_seen_at > now() - interval '10 seconds' FROM staff_sessions")
    assert cursor.fetchone() == (True,)


@pytest.mark.parametrize(("idle_minutes", "first", "second"), [(1, 30, 45), (30, 61, 29 * 60)])
def test_whoever_opens_a_page_within_the_idle_time_stays_signed_in(
    settings, cursor, idle_minutes, first, second
):
    app = create_app(settings.model_copy(update={"SESSION_IDLE_MINUTES": idle_minutes}))
    client = sign_in(app)
    for seconds in (first, second):
        move(cursor, "staff_sessions", "last_seen_at", f"{seconds} seconds")
        assert is_signed_in(client)
    app.extensions["vision_tasks"].engine.dispose()


def test_old_sessions_are_forgotten_when_somebody_signs_in(anonymous, client, cursor):
    add_person(cursor, email=EMAIL, password=PASSWORD)
    move(cursor, "staff_sessions", "began_at", "31 days")
    send_sign_in(anonymous)
    cursor.execute("SELECT count(*) FROM staff_sessions")
    assert cursor.fetchone() == (1,)
    assert is_sent_away(client)
