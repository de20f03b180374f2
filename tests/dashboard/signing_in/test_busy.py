"""While passwords are being checked, no more threads than a few wait for that."""

from contextlib import ExitStack

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.dashboard.people import PASSWORD, add_person
from tests.dashboard.signing_in.apps import URL, CodeApp
from tests.dashboard.signing_in.failures import count_failures
from tests.dashboard.signing_in.forms import EMAIL, is_signed_in, send_sign_in
from vision_tasks.passwords import AT_ONCE, TURNS, WAITING

THREADS = 10
"""Of the desk, unless DATABASE_POOL_SIZE says otherwise."""


@pytest.fixture(autouse=True)
def _ana(cursor):
    add_person(cursor, email=EMAIL, password=PASSWORD)


@pytest.fixture
def hashing(monkeypatch):
    """Others, who take all turns until this is closed, and for whom nobody waits long."""
    monkeypatch.setattr(TURNS, "longest_seconds", 0.01)
    with ExitStack() as others:
        for _ in range(AT_ONCE):
            others.enter_context(TURNS.take())
        yield others


def is_told_to_come_back(page):
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    assert "was not looked at; try again shortly" in read_text(page)
    return read_form(page).fields


@pytest.mark.usefixtures("hashing")
def test_whoever_waits_in_vain_is_told_so_be_they_known_or_not(app):
    pages = []
    for email in (EMAIL, "nobody@example.org"):
        page = send_sign_in(app.test_client(), email)
        assert is_told_to_come_back(page)["email"] == email
        pages.append(read_text(page))
    assert pages[0] == pages[1]


def test_a_try_that_was_not_looked_at_has_not_failed(anonymous, cursor, hashing):
    for _ in range(5):
        assert send_sign_in(anonymous).status_code == 503
    assert {failures for _, failures in count_failures(cursor)} == {0}
    hashing.close()
    assert send_sign_in(anonymous).status_code == 303
    assert count_failures(cursor) == []


def test_so_it_is_where_a_password_confirms_what_its_owner_does(anonymous, cursor, hashing):
    hashing.close()
    assert send_sign_in(anonymous).status_code == 303
    page = anonymous.get(URL)
    code = CodeApp(page).make_code()
    with ExitStack() as others:
        for _ in range(AT_ONCE):
            others.enter_context(TURNS.take())
        again = read_form(page).send(anonymous, password=PASSWORD, code=code)
        assert is_told_to_come_back(again)
        assert {failures for _, failures in count_failures(cursor)} <= {0}
    assert read_form(again).send(anonymous, password=PASSWORD, code=code).status_code == 303
    assert is_signed_in(anonymous)


def test_most_threads_of_the_desk_are_never_at_passwords():
    assert AT_ONCE + WAITING < THREADS / 2
