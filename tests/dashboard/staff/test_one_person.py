"""What an admin does to others on the staff."""

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.people import add_person, add_session, sign_in, use_session
from tests.dashboard.staff.pages import count_live, deeds_on, do, form_of, read_row, url_of
from tests.databases import psql
from tests.histories import read_history
from vision_tasks.passwords import is_password

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_the_list_shows_everybody_and_leads_to_each(client, cursor, ana):
    cursor.execute("UPDATE staff SET is_active = false WHERE id = %s", (str(ana),))
    page = client.get("/admin/staff/")
    text = read_text(page)
    assert "ana@example.org viewer disabled Second factor off Last sign-in never" in text
    assert "admin@example.org admin active Second factor off" in text
    assert url_of(ana) in [values.get("href") for _, values in read_page(page).tags]
    assert "argon2" not in page.get_data(as_text=True)


def test_a_role_is_changed(client, cursor, ana):
    answer = do(client, ana, "role", role="editor")
    assert answer.status_code == 303
    assert "ana@example.org is editor now." in read_text(client.get(answer.location))
    assert read_row(cursor, ana)[0] == "editor"


def test_disabling_signs_out_and_enabling_lets_in_again(app, client, cursor, ana):
    hers = use_session(app, add_session(cursor, ana))
    assert hers.get("/admin/").status_code == 200
    assert do(client, ana, "disable").status_code == 303
    assert hers.get("/admin/").status_code == 303
    assert count_live(cursor, ana) == 0
    assert "disable" not in deeds_on(client.get(url_of(ana)))
    assert do(client, ana, "enable").status_code == 303
    assert read_row(cursor, ana)[1]
    assert hers.get("/admin/").status_code == 303


def test_a_reset_password_is_shown_once_and_signs_out(client, cursor, ana):
    add_session(cursor, ana)
    form = form_of(client, ana, "password")
    page = form.send(client)
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    password = page.get_data(as_text=True).split("<code>")[1].split("</code>")[0]
    assert is_password(password, read_row(cursor, ana)[2])
    assert count_live(cursor, ana) == 0
    again = form.send(client)
    assert again.status_code == 409
    assert "was changed a moment ago" in read_text(again)
    assert password not in again.get_data(as_text=True)
    assert is_password(password, read_row(cursor, ana)[2])


def test_somebody_without_a_password_can_be_given_one(client, cursor):
    eva = add_person(cursor, "viewer", email="eva@example.org")
    assert "none; single sign-on only" in read_text(client.get(url_of(eva)))
    assert do(client, eva, "password").status_code == 200
    assert read_row(cursor, eva)[2]


def test_a_second_factor_is_removed(client, cursor, ana):
    assert "second-factor" not in deeds_on(client.get(url_of(ana)))
    give_second_factor(cursor, ana)
    assert do(client, ana, "second-factor").status_code == 303
    assert read_row(cursor, ana)[3:] == (None, None)


def test_removing_a_second_factor_signs_out_and_makes_strangers_of_all_browsers(
    client, cursor, ana
):
    give_second_factor(cursor, ana)
    cursor.execute("UPDATE staff SET uniquifier = 'the one before' WHERE id = %s", (str(ana),))
    add_session(cursor, ana)
    answer = do(client, ana, "second-factor")
    assert "is signed out everywhere" in read_text(client.get(answer.location))
    assert count_live(cursor, ana) == 0
    cursor.execute("SELECT count(*) FROM staff WHERE uniquifier = 'the one before'")
    assert cursor.fetchone() == (0,)


def give_second_factor(cursor, staff_id):
    cursor.execute(
        "UPDATE staff SET two_factor_method = 'totp', totp_secret = 's3cret' WHERE id = %s",
        (str(staff_id),),
    )


def test_all_sessions_of_somebody_are_ended(app, client, cursor, ana):
    hers = use_session(app, add_session(cursor, ana))
    assert do(client, ana, "sessions").status_code == 303
    assert hers.get("/admin/").status_code == 303
    assert client.get("/admin/").status_code == 200


def test_a_role_that_is_none_is_refused(client, cursor, ana):
    page = do(client, ana, "role", role="root\x00")
    assert page.status_code == 400
    assert "role must be one of" in read_text(page)
    assert read_row(cursor, ana)[0] == "viewer"


def test_one_does_nothing_to_oneself(client, cursor):
    oneself = add_person(cursor, "admin")
    add_person(cursor, "admin", email="ben@example.org")
    page = client.get(url_of(oneself))
    assert deeds_on(page) == ["sessions"]
    assert "This is your own account" in read_text(page)
    before = read_row(cursor, oneself)
    fields = read_page(page).forms[0].fields
    for deed in ("role", "disable", "password", "second-factor"):
        answer = client.post(url_of(oneself, deed), data={**fields, "role": "viewer"})
        assert answer.status_code == 409
        assert "another admin" in read_text(answer)
    assert read_row(cursor, oneself) == before


def test_each_change_stands_in_the_history_with_who_did_it(client, cursor, ana):
    give_second_factor(cursor, ana)
    do(client, ana, "role", role="editor")
    for deed in ("disable", "enable", "password", "second-factor", "sessions"):
        do(client, ana, deed)
    rows = read_history(cursor)
    assert [row.action for row in rows] == [
        "staff role changed",
        "staff disabled",
        "staff enabled",
        "password reset",
        "second factor removed",
        "sessions ended",
    ]
    assert {row.actor for row in rows} == {"staff:admin@example.org"}
    assert all('"staff": "ana@example.org"' in row.after for row in rows)
    assert not any(secret in str(rows) for secret in ("argon2", "s3cret"))


@pytest.mark.parametrize(
    "deed", ["role", "disable", "enable", "password", "second-factor", "sessions"]
)
def test_nothing_is_done_without_a_token_or_by_a_link(client, cursor, ana, deed):
    before = read_row(cursor, ana)
    assert client.post(url_of(ana, deed), data={"csrf_token": "forged"}).status_code == 400
    assert client.get(url_of(ana, deed)).status_code == 405
    assert read_row(cursor, ana) == before
    assert read_history(cursor) == []


@pytest.mark.parametrize("who", [NOBODY, "x", "new/x", "%00", NOBODY.replace("-", "")])
def test_nobody_is_a_friendly_page(client, who):
    assert client.get(f"/admin/staff/{who}/").status_code == 404


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_only_admins_see_staff_and_the_item_of_the_menu(request, client, ana, role):
    other = request.getfixturevalue(role)
    links = [values.get("href") for _, values in read_page(client.get("/admin/")).tags]
    assert "/admin/staff/" in links
    links = [values.get("href") for _, values in read_page(other.get("/admin/")).tags]
    assert "/admin/staff/" not in links
    for url in ("/admin/staff/", "/admin/staff/new", url_of(ana)):
        page = other.get(url)
        assert page.status_code == 403
        assert "You may not manage staff" in read_text(page)


def test_a_role_of_a_newer_version_can_be_seen_and_changed(own_settings):
    app = create_app(own_settings)
    with psql(own_settings) as cursor:
        cursor.execute("ALTER TABLE staff DROP CONSTRAINT staff_role_check")
        eva = add_person(cursor, "auditor")
        client = sign_in(app)
        assert "auditor" in read_text(client.get(url_of(eva)))
        assert do(client, eva, "role", role="viewer").status_code == 303
        assert read_row(cursor, eva)[0] == "viewer"
    app.extensions["vision_tasks"].engine.dispose()
