"""The provider is called no more often than people sign in, and no hanging one holds the desk."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard.single_sign_on import provider as provider_module
from dashboard.single_sign_on.calls import AT_ONCE, TURNS, WAITING
from tests.dashboard.forms import read_text
from tests.dashboard.signing_in.cookies import copy_cookies
from tests.dashboard.signing_in.forms import move
from tests.dashboard.single_sign_on.conftest import START, Journey, sign_in
from tests.waiting import wait_for
from vision_tasks import passwords

pytestmark = pytest.mark.usefixtures("ana")

FREE = 12
THREADS = 10
"""Of the desk, unless DATABASE_POOL_SIZE says otherwise."""


@pytest.fixture
def others(monkeypatch) -> Iterator[ExitStack]:
    """Calls of others, which take all turns until this is closed; nobody waits long for one."""
    monkeypatch.setattr(TURNS, "longest_seconds", 0.01)
    with ExitStack() as stack:
        for _ in range(AT_ONCE):
            stack.enter_context(TURNS.take())
        yield stack


def replay(app, browser):
    """Send a copy of the cookie back with a code of one's own."""
    state = parse_qs(urlsplit(browser.get(START).location).query)["state"][0]
    copy = copy_cookies(app, browser)
    return copy.get(f"{START}/callback", query_string={"state": state, "code": "garbage"})


def test_copies_of_a_cookie_call_the_provider_no_more_often_than_is_free(
    app, browser, provider, cursor
):
    for _ in range(FREE):
        assert replay(app, browser).status_code == 400
    assert provider.asked.count("/token") == FREE
    page = replay(app, browser)
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "1"
    assert "Begin again" in read_text(page)
    assert provider.asked.count("/token") == FREE
    move(cursor, "sign_in_delays", "failed_at", "1 second")
    assert replay(app, browser).status_code == 400
    # Not of another site, and once its owner is in, not of this one either.
    assert sign_in_from(app, "203.0.113.9").status_code == 303
    move(cursor, "sign_in_delays", "failed_at", "2 seconds")
    assert sign_in(browser).status_code == 303
    cursor.execute("SELECT count(*) FROM sign_in_delays")
    assert cursor.fetchone() == (0,)


def sign_in_from(app, address):
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = address
    return sign_in(other)


def test_what_was_not_begun_here_is_not_counted(browser, cursor):
    for _ in range(FREE + 1):
        assert browser.get(f"{START}/callback?state=x&code=x").status_code == 400
    cursor.execute("SELECT count(*) FROM sign_in_delays")
    assert cursor.fetchone() == (0,)


def test_whoever_finds_too_many_calls_under_way_is_told_to_come_back(browser, others):
    page = browser.get(START)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "5"
    # It was never asked, so nobody takes it for away.
    others.close()
    assert sign_in(browser).status_code == 303


def test_so_is_whoever_comes_back_meanwhile(browser, provider, others):
    others.close()
    journey = Journey(browser)
    address = journey.go_there()
    with ExitStack() as more:
        for _ in range(AT_ONCE):
            more.enter_context(TURNS.take())
        assert journey.come_back(address).status_code == 503
    assert "/token" not in provider.asked
    assert sign_in(browser).status_code == 303


def test_a_provider_that_hangs_is_asked_about_itself_by_one_and_waited_for_by_none(
    app, browser, provider, monkeypatch
):
    monkeypatch.setattr(provider_module, "KNOWN_SECONDS", 0.0)
    assert browser.get(START).status_code == 303
    asked, answer = Event(), Event()
    describe = provider.describe

    def hang():
        asked.set()
        assert answer.wait(30)
        return describe()

    provider.describe = hang
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(app.test_client().get, START)
        wait_for(asked.is_set, "the one who asks")
        # What it said before will do.
        assert app.test_client().get(START).status_code == 303
        answer.set()
        assert first.result().status_code == 303


def test_signing_in_leaves_threads_to_those_who_are_in():
    # One more waits for what the provider says of itself.
    held = AT_ONCE + WAITING + provider_module.WAITING
    assert held + passwords.AT_ONCE + passwords.WAITING < THREADS
