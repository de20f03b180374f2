"""A browser that somebody has signed in with: nobody else's failures keep its owner waiting."""

import pytest

from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD, add_person
from tests.dashboard.signing_in.failures import WRONG, count_failures, fail, read_wait, send_from
from tests.dashboard.signing_in.forms import EMAIL, is_signed_in, move, send_sign_in


@pytest.fixture(autouse=True)
def _ana(cursor):
    add_person(cursor, email=EMAIL, password=PASSWORD)


def test_nobody_can_keep_the_owner_of_an_account_out_of_a_known_browser(app, anonymous, cursor):
    anonymous.environ_base["REMOTE_ADDR"] = "192.0.2.1"
    assert send_sign_in(anonymous).status_code == 303
    read_form(anonymous.get("/admin/logout")).send(anonymous)
    fail(app, cursor, 6, address="192.0.2.1")
    assert send_from(app, "192.0.2.1", password=PASSWORD).status_code == 429
    assert send_sign_in(anonymous).status_code == 303
    assert is_signed_in(anonymous)


def test_a_known_browser_has_a_wait_of_its_own(app, anonymous, cursor):
    send_sign_in(anonymous)
    read_form(anonymous.get("/admin/logout")).send(anonymous)
    for _ in range(3):
        assert send_sign_in(anonymous, password=WRONG).status_code == 400
    assert read_wait(send_sign_in(anonymous)) == 1
    assert count_failures(cursor) == [("device", 3)]
    assert send_from(app, "192.0.2.1", password=PASSWORD).status_code == 303
    move(cursor, "sign_in_delays", "failed_at", "1 second")
    assert send_sign_in(anonymous).status_code == 303
    assert count_failures(cursor) == []


def test_a_browser_is_known_to_its_owner_only(anonymous, cursor):
    add_person(cursor, email="jo@example.org", password=PASSWORD)
    send_sign_in(anonymous)
    read_form(anonymous.get("/admin/logout")).send(anonymous)
    send_sign_in(anonymous, "jo@example.org", WRONG)
    assert count_failures(cursor) == [("address", 1), ("pair", 1)]


@pytest.mark.parametrize("value", ["", "x", "WyJ4Il0.x", "é", "null"])
def test_a_cookie_that_is_no_proof_makes_no_browser_known(anonymous, cursor, value):
    anonymous.set_cookie("vision_tasks_device", value)
    send_sign_in(anonymous, password=WRONG)
    assert count_failures(cursor) == [("address", 1), ("pair", 1)]


def test_a_new_password_makes_strangers_of_all_browsers(anonymous, cursor):
    send_sign_in(anonymous)
    cursor.execute("UPDATE staff SET uniquifier = 'another'")
    read_form(anonymous.get("/admin/logout")).send(anonymous)
    send_sign_in(anonymous, password=WRONG)
    assert count_failures(cursor) == [("address", 1), ("pair", 1)]
