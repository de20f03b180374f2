"""Answers, of a provider or of somebody who plays one, that sign nobody in."""

import logging
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.dashboard.forms import read_page
from tests.dashboard.people import add_person
from tests.dashboard.single_sign_on.conftest import START, Journey, refused, sign_in
from tests.dashboard.single_sign_on.provider import CLIENT_SECRET

pytestmark = pytest.mark.usefixtures("ana")

CALLBACK = f"{START}/callback"


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email_verified": 1},
        {"email": ["ana@example.org"]},
        {"email": ""},
    ],
)
def test_an_address_that_is_not_verified_signs_nobody_in(browser, provider, claims):
    provider.claims.update(claims)
    refused(browser, sign_in(browser), "does not confirm your email")


@pytest.mark.parametrize(
    "userinfo",
    [
        {"sub": "2", "email": "ana@example.org", "email_verified": True},
        {"email": "ana@example.org", "email_verified": True},
        {"sub": "1", "email": "ana@example.org"},
        {"sub": "1"},
    ],
)
def test_an_address_of_somebody_else_is_not_taken(browser, provider, userinfo):
    provider.claims, provider.userinfo = {}, userinfo
    answer = sign_in(browser)
    assert answer.status_code == 400
    assert browser.get("/admin/").status_code == 303


@pytest.mark.parametrize(
    "email",
    [
        "eva@example.org",
        "\uff41na@example.org",
        "ana@example.org\x00",
        "<b>ana</b>@example.org",
        " ana@example.org, boss@example.org",
        "a" * 10_000,
    ],
)
def test_whoever_is_not_on_the_staff_is_told_so_and_gets_no_account(
    browser, provider, cursor, email
):
    provider.claims["email"] = email
    answer = sign_in(browser)
    refused(browser, answer, "no active account of this desk has that address")
    assert answer.status_code == 403
    assert "<b>" not in answer.get_data(as_text=True)
    cursor.execute("SELECT count(*) FROM staff")
    assert cursor.fetchone() == (1,)


def test_whoever_is_disabled_is_not_signed_in(browser, cursor):
    cursor.execute("UPDATE staff SET is_active = false")
    refused(browser, sign_in(browser), "no active account of this desk has that address")


@pytest.mark.parametrize("change", ["forged", "missing", "empty", "not ascii"])
def test_an_answer_without_the_state_of_this_try_is_refused(browser, provider, change):
    journey = Journey(browser)
    query = {name: one for name, (one,) in parse_qs(urlsplit(journey.go_there()).query).items()}
    query["state"] = {"forged": "x" * 43, "empty": "", "not ascii": "é\x00"}.get(change, "")
    if change == "missing":
        del query["state"]
    before = len(provider.asked)
    answer = journey.come_back(f"{CALLBACK}?{urlencode(query)}")
    refused(browser, answer, "was not begun in this browser")
    assert len(provider.asked) == before


def test_an_answer_is_good_for_one_browser_only(app, browser):
    address = Journey(browser).go_there()
    other = app.test_client()
    refused(other, Journey(other).come_back(address), "was not begun in this browser")


def test_an_answer_is_good_once(browser):
    journey = Journey(browser)
    address = journey.go_there()
    assert journey.come_back(address).status_code == 303
    browser.delete_cookie("vision_tasks")
    refused(browser, journey.come_back(address), "was not begun in this browser")


def test_a_try_that_was_refused_cannot_be_finished(browser):
    journey = Journey(browser)
    address = journey.go_there()
    refused(browser, journey.come_back(f"{address}&error=access_denied"), "did not sign you in")
    refused(browser, journey.come_back(address), "was not begun in this browser")


def test_a_copy_of_the_cookie_makes_no_answer_good_again(app, browser):
    journey = Journey(browser)
    copied = browser.get_cookie("vision_tasks").value
    address = journey.go_there()
    assert journey.come_back(address).status_code == 303
    thief = app.test_client()
    thief.set_cookie("vision_tasks", copied)
    parts = urlsplit(address)
    refused(thief, thief.get(f"{parts.path}?{parts.query}"))


def test_an_answer_that_took_too_long_is_refused(browser):
    journey = Journey(browser)
    with browser.session_transaction() as session:
        attempt = session["single_sign_on_attempt"]
        session["single_sign_on_attempt"] = {**attempt, "began_at": attempt["began_at"] - 601}
    refused(browser, journey.come_back(journey.go_there()), "too long ago")


def test_a_code_of_another_try_is_refused(app, browser):
    mine, other = Journey(browser), Journey(app.test_client())
    code = parse_qs(urlsplit(other.go_there()).query)["code"][0]
    state = parse_qs(urlsplit(mine.go_there()).query)["state"][0]
    refused(browser, mine.come_back(f"{CALLBACK}?{urlencode({'code': code, 'state': state})}"))


@pytest.mark.parametrize("error", ["access_denied", "<script>alert(1)</script>", "login_required"])
def test_whom_the_provider_did_not_sign_in_reads_a_sentence_of_ours(browser, provider, error):
    provider.error = error
    answer = sign_in(browser)
    refused(browser, answer, "did not sign you in")
    for text in ("evil.example", "<script>alert", "access_denied"):
        assert text not in answer.get_data(as_text=True)


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x", "?error=x", "?state=x&code=x"])
def test_whoever_comes_by_themselves_reads_a_sentence(browser, query):
    refused(browser, browser.get(f"{CALLBACK}{query}"), "was not begun in this browser")


def test_the_page_leads_back_to_where_somebody_wanted_to_go(browser, provider):
    provider.error = "access_denied"
    journey = Journey(browser, "/admin/tasks/")
    page = journey.come_back(journey.go_there())
    links = [
        values["href"]
        for tag, values in read_page(page).tags
        if tag == "a" and "btn" in values.get("class", "")
    ]
    assert links == [f"{START}?next=/admin/tasks/", "/admin/login?next=/admin/tasks/"]


def test_an_account_with_a_password_is_not_opened_by_another_address(browser, provider, cursor):
    add_person(cursor, email="boss@example.org", password="seven quiet herons")
    provider.claims.update({"email": "boss@example.org", "email_verified": False})
    refused(browser, sign_in(browser), "does not confirm your email")


def test_the_log_says_why_and_holds_no_secret(browser, provider, caplog):
    caplog.set_level(logging.DEBUG)
    provider.claims["nonce"] = "another"
    journey = Journey(browser)
    address = journey.go_there()
    caplog.clear()
    journey.come_back(address)
    assert "nonce" in caplog.text
    query = parse_qs(urlsplit(address).query)
    for secret in (CLIENT_SECRET, query["code"][0], query["state"][0], "opaque", "eyJ"):
        assert secret not in caplog.text


def test_a_wrong_secret_of_the_desk_is_for_its_operator_to_read(browser, provider, caplog):
    provider.replies["/token"] = (401, b'{"error": "invalid_client"}')
    refused(browser, sign_in(browser))
    assert "invalid_client" in caplog.text
