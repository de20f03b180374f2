"""Whoever is signed out everywhere has nothing left of what they had begun."""

import pytest

from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD, add_person, add_session, use_session
from tests.dashboard.signing_in.apps import set_up
from tests.dashboard.signing_in.failures import WRONG, count_failures
from tests.dashboard.signing_in.forms import is_signed_in, send_sign_in, send_sign_out
from tests.dashboard.staff.pages import do

EMAIL = "eva@example.org"


@pytest.fixture
def eva(cursor):
    return add_person(cursor, "viewer", email=EMAIL, password=PASSWORD)


@pytest.fixture
def phone(app, cursor, eva):
    return set_up(use_session(app, add_session(cursor, eva)))


def sign_out_everywhere(client, staff_id, deed):
    assert do(client, staff_id, deed).status_code == 303
    if deed == "disable":
        assert do(client, staff_id, "enable").status_code == 303


@pytest.mark.parametrize("deed", ["sessions", "disable"])
def test_a_sign_in_that_waits_for_its_code_is_over(client, anonymous, phone, eva, deed):
    form = read_form(anonymous.get(send_sign_in(anonymous, EMAIL).location))
    sign_out_everywhere(client, eva, deed)
    answer = form.send(anonymous, code=phone.make_code(1))
    assert answer.location.startswith("/admin/login")
    assert not is_signed_in(anonymous)


@pytest.mark.parametrize("deed", ["sessions", "disable"])
def test_a_browser_that_was_known_is_a_stranger(client, anonymous, cursor, eva, deed):
    assert send_sign_in(anonymous, EMAIL).status_code == 303
    send_sign_out(anonymous)
    sign_out_everywhere(client, eva, deed)
    assert send_sign_in(anonymous, EMAIL, WRONG).status_code == 400
    assert "device" not in dict(count_failures(cursor))
    assert send_sign_in(anonymous, EMAIL).status_code == 303
