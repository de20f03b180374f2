"""A form that is sent after the session has ended is shown again, whole, and can be sent again."""

from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import PASSWORD, add_person, add_session, use_session
from tests.dashboard.signing_in.forms import EMAIL, LOGIN, move, send_sign_in
from tests.factories import add_task, read_task

TYPED = '{"a": "Straße\\n漢字 </textarea><b>"}'


def open_and_expire(client, cursor, path):
    form = read_form(client.get(path))
    move(cursor, "staff_sessions", "last_seen_at", "31 minutes")
    return form


def test_an_edit_is_kept_and_saved_once_its_author_is_back(anonymous, cursor):
    add_person(cursor, "editor", email=EMAIL, password=PASSWORD)
    send_sign_in(anonymous)
    task_id = add_task(cursor, result="[1]")
    form = open_and_expire(anonymous, cursor, f"/admin/tasks/{task_id}/edit")
    kept = form.send(anonymous, filename="typed.jpg", result=TYPED)
    assert kept.status_code == 403
    text = read_text(kept)
    assert "Nothing was saved, and nothing is lost" in text
    assert "typed.jpg" in text
    assert read_task(cursor, task_id)["version"] == 1
    again = read_form(kept)
    assert [v["href"] for tag, v in read_page(kept).tags if v.get("target") == "_blank"] == [LOGIN]

    assert send_sign_in(anonymous).status_code == 303
    # The token is one of before; the form comes back filled in, as after any long wait.
    page = again.send(anonymous)
    assert "Please send this again" in read_text(page)
    assert read_form(page).send(anonymous).status_code == 303
    task = read_task(cursor, task_id)
    assert (task["filename"], task["version"]) == ("typed.jpg", 2)
    assert task["result"] == '{"a": "Straße\\n漢字 </textarea><b>"}'


def test_what_was_ticked_is_kept_too(client, cursor):
    for number in range(3):
        add_task(cursor, f"{number}.jpg")
    form = open_and_expire(client, cursor, "/admin/tasks/")
    ticked = form.options["ticked"]
    assert read_form(form.send(client, ticked=ticked)).fields["ticked"] == ticked


def test_a_form_is_kept_when_its_sender_was_disabled_or_the_role_changed_hands(client, cursor):
    form = read_form(client.get("/admin/tasks/new"))
    cursor.execute("UPDATE staff SET is_active = false")
    page = form.send(client, filename="typed.jpg")
    assert page.status_code == 403
    assert "typed.jpg" in read_text(page)


def test_a_long_form_is_kept_whole(client, cursor):
    task_id = add_task(cursor)
    form = open_and_expire(client, cursor, f"/admin/tasks/{task_id}/edit")
    long = f'"{"x" * 900_000}"'
    kept = read_form(form.send(client, result=long))
    assert kept.fields["result"] == long


def test_a_form_of_another_site_is_not_shown(client, cursor):
    move(cursor, "staff_sessions", "last_seen_at", "31 minutes")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        page = client.post("/admin/tasks/new", data={"filename": "planted.jpg"}, headers=headers)
        assert (page.status_code, page.location) == (303, LOGIN)


def test_whoever_never_was_signed_in_gets_nothing_back(anonymous):
    page = anonymous.post("/admin/tasks/new", data={"filename": "planted.jpg"})
    assert (page.status_code, page.location) == (303, LOGIN)
    assert "planted" not in page.text


def test_no_password_is_shown_again(client, cursor):
    move(cursor, "staff_sessions", "last_seen_at", "31 minutes")
    secrets = {"password": "old secret", "new_password": "new secret", "code": "123456"}
    page = client.post("/admin/account/password", data=secrets)
    assert (page.status_code, page.location) == (303, LOGIN)
    page = client.post("/admin/tasks/new", data=secrets | {"filename": "typed.jpg"})
    assert page.status_code == 403
    assert "secret" not in page.text
    assert "123456" not in page.text


def test_a_page_after_the_session_has_ended_asks_to_sign_in_and_says_so(client, cursor):
    move(cursor, "staff_sessions", "last_seen_at", "31 minutes")
    answer = client.get("/admin/tasks/")
    assert answer.location == f"{LOGIN}?next=/admin/tasks/"
    assert "Your session has ended" in read_text(client.get(answer.location))


def test_a_role_that_lost_a_right_meanwhile_is_told_so_and_not_asked_to_sign_in(app, cursor):
    viewer = use_session(app, add_session(cursor, add_person(cursor, "viewer")))
    page = viewer.post("/admin/tasks/new", data={"filename": "typed.jpg"})
    assert page.status_code == 403
    assert "may not create tasks" in read_text(page)
