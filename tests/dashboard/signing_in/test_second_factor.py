"""The second factor: set up by its owner, asked for at each sign-in, each code good once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.dashboard.people import PASSWORD, add_person, add_session, use_session
from tests.dashboard.signing_in.apps import find_step, set_up
from tests.dashboard.signing_in.forms import (
    EMAIL,
    LOGIN,
    is_signed_in,
    move,
    send_sign_in,
)

CODE = f"{LOGIN}/code"


@pytest.fixture
def ana(app, cursor):
    """A client of somebody who is signed in, and has a password."""
    return use_session(
        app, add_session(cursor, add_person(cursor, "editor", email=EMAIL, password=PASSWORD))
    )


@pytest.fixture
def phone(ana):
    return set_up(ana)


@pytest.fixture
def asked(phone, anonymous):  # noqa: ARG001 (from then on it is asked for)
    """The form for the code, after the password was right."""
    answer = send_sign_in(anonymous, query="?next=/admin/tasks/")
    assert (answer.status_code, answer.location) == (303, f"{CODE}?next=/admin/tasks/")
    return read_form(anonymous.get(answer.location))


@pytest.mark.usefixtures("asked")
def test_from_then_on_the_password_alone_opens_nothing(anonymous, cursor):
    assert not is_signed_in(anonymous)
    assert anonymous.get("/admin/tasks/").location.startswith(LOGIN)
    cursor.execute("SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL")
    assert cursor.fetchone() == (1,)


def test_the_code_opens_it_and_leads_on(asked, anonymous, phone):
    answer = asked.send(anonymous, code=phone.make_code(1))
    assert (answer.status_code, answer.location) == (303, "/admin/tasks/")
    assert is_signed_in(anonymous)


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_code_is_good_for_clocks_that_differ_by_half_a_minute(
    asked, anonymous, phone, cursor, steps
):
    cursor.execute("UPDATE staff SET totp_counter = NULL")
    now = find_step()
    page = asked.send(anonymous, code=phone.make_code(steps))
    assert page.status_code == 303 or find_step() != now


@pytest.mark.parametrize("steps", [-2, 3])
def test_a_code_of_another_time_is_refused(asked, anonymous, phone, steps):
    assert asked.send(anonymous, code=phone.make_code(steps)).status_code == 400
    assert not is_signed_in(anonymous)


def test_a_code_may_be_typed_in_two_groups(asked, anonymous, phone):
    code = phone.make_code(1)
    assert asked.send(anonymous, code=f" {code[:3]} {code[3:]} ").status_code == 303


def test_a_code_is_good_once(app, asked, anonymous, phone):
    code = phone.make_code(1)
    assert asked.send(anonymous, code=code).status_code == 303
    thief = app.test_client()
    answer = send_sign_in(thief)
    page = read_form(thief.get(answer.location)).send(thief, code=code)
    assert page.status_code == 400
    assert "was used before" in read_text(page)
    # Nor is one of before the last.
    assert read_form(page).send(thief, code=phone.make_code(0)).status_code == 400


def test_a_code_that_set_it_up_signs_nobody_in(ana, anonymous):
    phone = set_up(ana)
    answer = send_sign_in(anonymous)
    form = read_form(anonymous.get(answer.location))
    assert form.send(anonymous, code=phone.used).status_code == 400
    assert form.send(anonymous, code=phone.make_code(1)).status_code == 303


def test_of_several_who_bring_a_code_at_once_one_gets_in(app, phone, cursor):
    clients = [app.test_client() for _ in range(3)]
    forms = [read_form(client.get(send_sign_in(client).location)) for client in clients]
    code = phone.make_code(1)
    with ThreadPoolExecutor(3) as pool:
        pages = pool.map(
            lambda pair: pair[0].send(pair[1], code=code), zip(forms, clients, strict=True)
        )
    assert sorted(page.status_code for page in pages) == [303, 400, 400]
    cursor.execute("SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL")
    assert cursor.fetchone() == (2,)


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "٣٤٥٦٧٨", "\x00", "-1", "1e5", "9" * 10_000]
)
def test_what_is_no_code_is_refused(asked, anonymous, code):
    page = asked.send(anonymous, code=code)
    assert page.status_code == 400
    assert not is_signed_in(anonymous)


def test_a_code_without_a_password_is_sent_to_the_start(anonymous, phone):
    assert anonymous.get(CODE).location == LOGIN
    assert anonymous.post(CODE, data={"code": phone.make_code(1)}).location == LOGIN
    assert "begin anew" in read_text(anonymous.get(LOGIN))


def test_a_form_without_its_token_is_refused(asked, anonymous, phone):
    page = asked.send(anonymous, code=phone.make_code(1), csrf_token="forged")
    assert page.status_code == 400
    assert not is_signed_in(anonymous)
    assert read_form(page).send(anonymous, code=phone.make_code(1)).status_code == 303


@pytest.mark.usefixtures("phone")
def test_whoever_is_disabled_is_not_told_that_the_password_was_right(anonymous, cursor):
    cursor.execute("UPDATE staff SET is_active = false")
    page = send_sign_in(anonymous)
    assert page.status_code == 400
    assert "the account is disabled" in read_text(page)


def test_the_second_step_may_not_take_long(asked, anonymous, phone):
    with anonymous.session_transaction() as session:
        name, began_at = session["second_step"]
        session["second_step"] = [name, began_at - 601]
    assert asked.send(anonymous, code=phone.make_code(1)).location.startswith(LOGIN)
    assert not is_signed_in(anonymous)


@pytest.mark.parametrize(
    "change", ["is_active = false", "uniquifier = 'of a new password'", "totp_secret = NULL"]
)
def test_what_changes_between_the_steps_holds(asked, anonymous, phone, cursor, change):
    cursor.execute(f"UPDATE staff SET {change}")
    assert asked.send(anonymous, code=phone.make_code(1)).location.startswith(LOGIN)
    assert not is_signed_in(anonymous)


def test_wrong_codes_make_the_next_one_wait(app, asked, anonymous, phone, cursor):
    wrong = phone.make_code(9)
    for _ in range(3):
        assert asked.send(anonymous, code=wrong).status_code == 400
    page = asked.send(anonymous, code=phone.make_code(1))
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "1"
    assert not is_signed_in(anonymous)
    # The password once more, from wherever, makes it no shorter.
    move(cursor, "sign_in_delays", "failed_at", "1 second")
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    form = read_form(other.get(send_sign_in(other).location))
    assert form.send(other, code=wrong).status_code == 400
    assert form.send(other, code=phone.make_code(1)).status_code == 429
    move(cursor, "sign_in_delays", "failed_at", "2 seconds")
    assert form.send(other, code=phone.make_code(1)).status_code == 303
    cursor.execute("SELECT count(*) FROM sign_in_delays WHERE subject LIKE 'codes%'")
    assert cursor.fetchone() == (0,)


def test_wrong_codes_stand_in_the_log_without_the_code(asked, anonymous, phone, caplog):
    wrong = phone.make_code(9)
    asked.send(anonymous, code=wrong)
    asked.send(anonymous, code=phone.make_code(1))
    said = [one for one in caplog.records if one.name == "dashboard.signing_in.code_entry"]
    assert [(one.levelname, one.getMessage()) for one in said] == [
        ("WARNING", f"A wrong code of the second factor followed the password of '{EMAIL}'.")
    ]
    assert wrong not in caplog.text


def test_a_key_that_was_stored_under_another_secret_key_is_said_in_the_log(
    asked, anonymous, phone, cursor, caplog
):
    cursor.execute('UPDATE staff SET totp_secret = replace(totp_secret, \'"t":"\', \'"t":"0\')')
    page = asked.send(anonymous, code=phone.make_code(1))
    assert page.status_code == 503
    assert "SECRET_KEY is not the one" in caplog.text
    assert "log" in read_text(page)
