"""What two admins do at once: nobody overwrites the other unseen, and one of them is left."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import SecretStr

from dashboard import create_app
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.people import PASSWORD, add_person, add_session, sign_in, use_session
from tests.dashboard.signing_in.apps import set_up
from tests.dashboard.staff.pages import do, form_of, read_row, url_of
from tests.databases import psql
from tests.histories import read_history
from tests.waiting import wait_for


def count_waiting(cursor):
    cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                   " AND datname = current_database()")  # fmt: skip
    return cursor.fetchone()[0]


def give_passwords(cursor):
    cursor.execute("UPDATE staff SET password_hash = 'one that nobody types'")


def test_a_role_sent_twice_is_changed_once_and_is_no_conflict(client, cursor, ana):
    form = form_of(client, ana, "role")
    form.send(client, role="editor")
    again = form.send(client, role="editor")
    assert again.status_code == 303
    assert "is editor already" in read_text(client.get(again.location))
    assert [row.action for row in read_history(cursor)] == ["staff role changed"]


@pytest.mark.parametrize("deed", ["role", "disable"])
def test_what_another_admin_has_changed_meanwhile_is_not_overwritten(client, cursor, ana, deed):
    give_passwords(cursor)
    form = form_of(client, ana, deed)
    do(client, ana, "role", role="admin")
    page = form.send(client, **({"role": "editor"} if deed == "role" else {}))
    assert page.status_code == 409
    assert "ana@example.org is active now, with the role admin" in read_text(page)
    assert read_row(cursor, ana)[:2] == ("admin", True)
    # The page is that of now, so whoever still wants it sends that.
    (fresh,) = [form for form in read_page(page).forms if form.action == url_of(ana, "role")]
    assert fresh.fields["role"] == "admin"
    assert fresh.send(client, role="editor").status_code == 303


def test_a_role_is_not_changed_of_whom_another_admin_has_disabled_meanwhile(client, cursor, ana):
    form = form_of(client, ana, "role")
    do(client, ana, "disable")
    page = form.send(client, role="editor")
    assert page.status_code == 409
    assert "ana@example.org is disabled now, with the role viewer" in read_text(page)
    assert read_row(cursor, ana)[0] == "viewer"


@pytest.mark.parametrize("value", ["", "\x00", "root", "x" * 100_000])
def test_what_a_form_says_was_seen_is_believed_only_if_it_is_so(client, cursor, ana, value):
    form = form_of(client, ana, "role")
    seen = {"seen_role": value, "seen_active": value, "seen_password": value}
    assert form.send(client, role="editor", **seen).status_code == 409
    assert form_of(client, ana, "password").send(client, **seen).status_code == 409
    assert read_row(cursor, ana)[0] == "viewer"


def test_a_second_factor_that_was_set_up_meanwhile_is_not_removed(app, client, cursor):
    eva = add_person(cursor, "viewer", email="eva@example.org", password=PASSWORD)
    set_up(use_session(app, add_session(cursor, eva)))
    form = form_of(client, eva, "second-factor")
    assert form.send(client).status_code == 303
    assert "has no second factor already" in read_text(client.get(form.send(client).location))
    set_up(use_session(app, add_session(cursor, eva)))
    for seen in (form.fields["seen_second_factor"], "", "x"):
        page = form.send(client, seen_second_factor=seen)
        assert page.status_code == 409
        assert "has set up another second factor meanwhile" in read_text(page)
        assert read_row(cursor, eva)[3] == "totp"
    # The page is that of now, so whoever still wants it sends that.
    (fresh,) = [one for one in read_page(page).forms if one.action == form.action]
    assert fresh.send(client).status_code == 303
    assert read_row(cursor, eva)[3:] == (None, None)


def test_two_admins_who_disable_each_other_at_once_leave_one(app, client, cursor):
    oneself = add_person(cursor, "admin")
    other = add_person(cursor, "admin", email="ben@example.org")
    give_passwords(cursor)
    his = use_session(app, add_session(cursor, other))
    forms = [(client, form_of(client, other, "disable")), (his, form_of(his, oneself, "disable"))]
    with ThreadPoolExecutor() as pool:
        pages = list(pool.map(lambda pair: pair[1].send(pair[0]), forms))
    assert 303 in {page.status_code for page in pages}
    cursor.execute("SELECT count(*) FROM staff WHERE role = 'admin' AND is_active")
    assert cursor.fetchone() == (1,)


def test_who_would_leave_no_admin_is_told_so(app, client, cursor):
    oneself = add_person(cursor, "admin")
    other = add_person(cursor, "admin", email="ben@example.org")
    give_passwords(cursor)
    form = form_of(client, other, "disable")
    with psql(app.extensions["vision_tasks"].settings) as rival:
        # Her own role goes between the look whether she may and the deed.
        rival.connection.autocommit = False
        rival.execute("UPDATE staff SET role = 'viewer' WHERE id = %s", (str(oneself),))
        with ThreadPoolExecutor() as pool:
            sent = pool.submit(form.send, client)
            wait_for(lambda: count_waiting(cursor), "the statement that disables")
            rival.connection.commit()
            page = sent.result()
    assert page.status_code == 409
    assert "Without ben@example.org no active admin would be left" in read_text(page)
    assert read_row(cursor, other)[:2] == ("admin", True)


def test_an_admin_who_has_no_password_counts_where_single_sign_on_lets_them_in(
    client, settings, cursor
):
    ben = add_person(cursor, "admin", email="ben@example.org", password="the one before")
    # Of those at the desk, who have none.
    page = do(client, ben, "disable")
    assert page.status_code == 409
    assert "no active admin would be left who can sign in" in read_text(page)
    app = create_app(
        settings.model_copy(
            update={
                "OIDC_ISSUER": "https://login.example.org",
                "OIDC_CLIENT_ID": "desk",
                "OIDC_CLIENT_SECRET": SecretStr("s3cret"),
            }
        )
    )
    assert do(sign_in(app), ben, "disable").status_code == 303
    app.extensions["vision_tasks"].engine.dispose()


def test_somebody_who_is_gone_meanwhile_is_a_friendly_page(client, cursor, ana):
    form = form_of(client, ana, "disable")
    cursor.execute("DELETE FROM staff WHERE id = %s", (str(ana),))
    page = form.send(client)
    assert page.status_code == 404
    assert "There is nobody of that id" in read_text(page)


def test_an_admin_whose_role_was_taken_away_can_do_no_more(client, cursor, ana):
    form = form_of(client, ana, "role")
    cursor.execute("UPDATE staff SET role = 'editor' WHERE email = 'admin@example.org'")
    assert form.send(client, role="admin").status_code == 403
    assert read_row(cursor, ana)[0] == "viewer"
