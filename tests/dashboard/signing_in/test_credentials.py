"""What somebody signs in with is changed: whoever came in by the old has nothing left of it."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD, add_person, add_session, use_session
from tests.dashboard.signing_in.apps import URL, CodeApp, set_up
from tests.dashboard.signing_in.cookies import copy_cookies
from tests.dashboard.signing_in.failures import WRONG, count_failures
from tests.dashboard.signing_in.forms import EMAIL, is_signed_in, move, send_sign_in, send_sign_out
from tests.databases import psql
from tests.waiting import wait_for

LIVE = "SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL"
WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
)
NEW = "three blue kettles sing"


@pytest.fixture
def ana(anonymous, cursor):
    """A browser that she has signed in with by her password."""
    add_person(cursor, "editor", email=EMAIL, password=PASSWORD)
    assert send_sign_in(anonymous).status_code == 303
    return anonymous


@pytest.fixture
def thief(app, ana):  # noqa: ARG001 (whose password it is)
    """A browser that somebody else has signed in with by her password."""
    client = app.test_client()
    assert send_sign_in(client).status_code == 303
    return client


def switch_off(client, phone):
    answer = read_form(client.get(URL)).send(client, code=phone.make_code(1))
    assert answer.status_code == 303


def change_password(client):
    form = read_form(client.get("/admin/account/password"))
    answer = form.send(client, password=PASSWORD, new_password=NEW, new_password_again=NEW)
    assert answer.status_code == 303


def count(cursor, question):
    cursor.execute(question)
    return cursor.fetchone()[0]


def test_setting_up_a_second_factor_leaves_whoever_stole_the_password_nothing(ana, thief, cursor):
    form = read_form(thief.get("/admin/account/password"))
    set_up(ana)
    assert is_signed_in(ana)
    assert not is_signed_in(thief)
    typed = {"password": PASSWORD, "new_password": NEW, "new_password_again": NEW}
    assert form.send(thief, **typed).location.startswith("/admin/login")
    assert send_sign_in(thief).location == "/admin/login/code"
    assert not is_signed_in(thief)
    assert count(cursor, LIVE) == 1


def test_after_that_the_browser_of_the_thief_is_unknown_and_that_of_the_owner_is_not(
    ana, thief, cursor
):
    phone = set_up(ana)
    form = read_form(thief.get(send_sign_in(thief).location))
    assert form.send(thief, code=phone.make_code(9)).status_code == 400
    assert ("address", 1) in count_failures(cursor)
    assert ("codes", 1) in count_failures(cursor)
    send_sign_out(ana)
    assert send_sign_in(ana, password=WRONG).status_code == 400
    assert ("device", 1) in count_failures(cursor)


@pytest.mark.parametrize("change", ["set up", "switch off", "password"])
def test_a_copied_cookie_is_worth_nothing_once_its_owner_changes_them(app, ana, change):
    phone = set_up(ana) if change == "switch off" else None
    copy = copy_cookies(app, ana)
    assert is_signed_in(copy)
    if change == "set up":
        set_up(ana)
    elif phone is None:
        change_password(ana)
    else:
        switch_off(ana, phone)
    assert is_signed_in(ana)
    assert not is_signed_in(copy)


def test_the_new_session_lasts_no_longer_than_the_old_one_would(ana, cursor):
    move(cursor, "staff_sessions", "began_at", "11 hours")
    change_password(ana)
    assert is_signed_in(ana)
    move(cursor, "staff_sessions", "began_at", "1 hour")
    assert not is_signed_in(ana)


def test_switching_it_off_ends_the_other_sessions(app, ana):
    phone = set_up(ana)
    other = app.test_client()
    form = read_form(other.get(send_sign_in(other).location))
    assert form.send(other, code=phone.make_code(1)).status_code == 303
    answer = read_form(ana.get(URL))
    # Of the other browser the code is used up, so the one after it.
    assert answer.send(ana, code=phone.make_code(1)).status_code == 400
    assert is_signed_in(other)
    with psql(app.extensions["vision_tasks"].settings) as cursor:
        cursor.execute("UPDATE staff SET totp_counter = NULL")
    switch_off(ana, phone)
    assert is_signed_in(ana)
    assert not is_signed_in(other)


def test_a_sign_in_that_began_before_is_worth_nothing_after(app, ana, cursor):
    phone = set_up(ana)
    halfway = app.test_client()
    form = read_form(halfway.get(send_sign_in(halfway).location))
    switch_off(ana, phone)
    again = set_up(ana)
    assert form.send(halfway, code=again.make_code(1)).location.startswith("/admin/login")
    assert not is_signed_in(halfway)
    assert count(cursor, LIVE) == 1


def test_whoever_is_signed_out_while_they_change_them_changes_nothing(ana, cursor, settings):
    page = ana.get(URL)
    code = CodeApp(page).make_code()
    form = read_form(page)
    with psql(settings) as admin, ThreadPoolExecutor() as pool:
        admin.execute("BEGIN")
        admin.execute("SELECT id FROM staff FOR UPDATE")
        sent = pool.submit(form.send, ana, password=PASSWORD, code=code)
        wait_for(lambda: count(cursor, WAITING), "the second factor")
        admin.execute("UPDATE staff_sessions SET ended_at = now()")
        admin.execute("COMMIT")
        sent.result()
    assert not is_signed_in(ana)
    assert count(cursor, LIVE) == 0
    assert count(cursor, "SELECT count(*) FROM staff WHERE two_factor_method IS NOT NULL") == 0


def test_a_form_that_is_sent_twice_at_once_leaves_its_sender_signed_in(app, ana, cursor, settings):
    clients = [copy_cookies(app, ana) for _ in range(2)]
    page = ana.get(URL)
    for client in clients:
        client.set_cookie("vision_tasks", ana.get_cookie("vision_tasks").value)
    code, form = CodeApp(page).make_code(), read_form(page)
    with psql(settings) as slow, ThreadPoolExecutor() as pool:
        slow.execute("BEGIN")
        slow.execute("SELECT id FROM staff FOR UPDATE")
        sent = [pool.submit(form.send, one, password=PASSWORD, code=code) for one in clients]
        wait_for(lambda: count(cursor, WAITING) == 2, "both")
        slow.execute("COMMIT")
        answers = [one.result() for one in sent]
    assert [one.status_code for one in answers] == [303, 303]
    # A browser takes the cookies of both, so the later one must bring none of before.
    assert sorted(len(one.headers.getlist("Set-Cookie")) for one in answers) == [0, 2]
    assert sorted(is_signed_in(client) for client in clients) == [False, True]


@pytest.mark.parametrize("is_required", [True, False])
def test_a_session_by_password_alone_opens_nothing_however_a_factor_came(
    settings, cursor, is_required
):
    app = create_app(settings.model_copy(update={"TWO_FACTOR_REQUIRED": is_required}))
    staff_id = add_person(cursor, email=EMAIL, password=PASSWORD)
    client = use_session(app, add_session(cursor, staff_id))
    cursor.execute("UPDATE staff SET two_factor_method = 'totp', totp_secret = 's'")
    for path in ("", "tasks/", "account/", "account/second-factor"):
        assert client.get(f"/admin/{path}").location.startswith("/admin/login"), path
    app.extensions["vision_tasks"].engine.dispose()
