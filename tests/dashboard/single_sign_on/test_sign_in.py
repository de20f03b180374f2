"""Signing in by an OpenID Connect provider, as it should go."""

from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import add_person
from tests.dashboard.single_sign_on.conftest import START, Journey, sign_in
from tests.dashboard.single_sign_on.provider import CLIENT_SECRET
from vision_tasks.networks import parse_networks

PASSWORD = "seven quiet herons"

pytestmark = pytest.mark.usefixtures("ana")


def who_is(browser):
    return read_text(browser.get("/admin/account/"))


def test_somebody_on_the_staff_is_signed_in_with_their_role(browser):
    answer = sign_in(browser)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert browser.get("/admin/").status_code == 200
    assert "ana@example.org" in who_is(browser)
    assert browser.get("/admin/staff/").status_code == 403


def test_the_sign_in_is_noted(browser, cursor):
    sign_in(browser)
    cursor.execute("SELECT signed_in_at IS NOT NULL FROM staff")
    assert cursor.fetchone() == (True,)


def test_the_browser_is_sent_with_all_that_protects_the_answer(browser, provider):
    start = Journey(browser).start
    query = parse_qs(urlsplit(start.location).query)
    assert start.location.startswith(f"{provider.issuer}/authorize?")
    assert query["redirect_uri"] == ["http://localhost/admin/login/sso/callback"]
    assert len(query["state"][0]) >= 40
    assert len(query["nonce"][0]) >= 40
    assert query["code_challenge_method"] == ["S256"]
    assert CLIENT_SECRET not in start.location
    other = parse_qs(urlsplit(Journey(browser).start.location).query)
    for name in ("state", "nonce", "code_challenge"):
        assert query[name] != other[name]


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_the_secret_is_sent_as_the_provider_takes_it(browser, provider, method):
    provider.metadata = {"token_endpoint_auth_methods_supported": [method]}
    assert sign_in(browser).status_code == 303


def test_an_address_that_is_left_out_of_the_token_is_asked_for(browser, provider):
    provider.claims = {}
    provider.userinfo = {"sub": "1", "email": "ana@example.org", "email_verified": True}
    assert sign_in(browser).status_code == 303
    assert "ana@example.org" in who_is(browser)


@pytest.mark.parametrize("email", ["Ana@Example.org", "ANA@EXAMPLE.ORG"])
def test_the_case_of_an_address_does_not_matter(browser, provider, email):
    provider.claims["email"] = email
    assert sign_in(browser).status_code == 303


def test_a_key_that_the_provider_has_just_begun_to_use_is_known(browser, provider):
    assert sign_in(browser).status_code == 303
    provider.keys = [{"kty": "new kind", "kid": "third"}, *provider.keys]
    browser.delete_cookie("vision_tasks")
    assert sign_in(browser).status_code == 303


def test_a_slash_at_the_end_of_the_issuer_is_no_other_provider(browser, provider):
    provider.metadata = {"issuer": f"{provider.issuer}/"}
    provider.claims["iss"] = f"{provider.issuer}/"
    assert sign_in(browser).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/admin/tasks/?status=FAILED", "/admin/tasks/?status=FAILED"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example", "/admin/"),
        ("/\\evil.example", "/admin/"),
        ("/" + "x" * 5_000, "/admin/"),
    ],
)
def test_where_somebody_wanted_to_go_is_kept_if_it_is_here(browser, wanted, reached):
    journey = Journey(browser, wanted)
    assert journey.come_back(journey.go_there()).location == reached


def test_a_next_address_that_comes_back_from_outside_counts_for_nothing(browser):
    journey = Journey(browser)
    answer = journey.come_back(f"{journey.go_there()}&next=/admin/tasks/")
    assert answer.location == "/admin/"


def test_whoever_is_signed_in_already_goes_on(browser, provider):
    sign_in(browser)
    seen = len(provider.asked)
    answer = browser.get(START, query_string={"next": "/admin/tasks/"})
    assert answer.location == "/admin/tasks/"
    assert len(provider.asked) == seen


def test_nothing_of_the_cookie_from_before_stays(browser):
    browser.get("/admin/login")
    before = browser.get_cookie("vision_tasks").value
    sign_in(browser)
    with browser.session_transaction() as session:
        assert "single_sign_on_attempt" not in session
    assert browser.get_cookie("vision_tasks").value != before


def test_a_second_factor_is_the_providers_business(browser, cursor):
    cursor.execute("UPDATE staff SET two_factor_method = 'totp', totp_secret = 's'")
    assert sign_in(browser).location == "/admin/"
    assert browser.get("/admin/").status_code == 200


def test_the_sign_in_page_offers_it_by_its_name(browser):
    page = browser.get("/admin/login?next=/admin/tasks/")
    assert "Sign in with Acme's <login>" in read_text(page)
    links = [values.get("href", "") for _, values in read_page(page).tags]
    (link,) = [link for link in links if link.startswith(START)]
    journey = Journey(browser, parse_qs(urlsplit(link).query)["next"][0])
    assert journey.come_back(journey.go_there()).location == "/admin/tasks/"


def test_a_proxy_that_is_trusted_says_under_which_address_to_come_back(sso_settings):
    behind = sso_settings.model_copy(
        update={
            "TRUSTED_PROXIES": parse_networks("127.0.0.1"),
            "TRUSTED_HOSTS": ("desk.example",),
        }
    )
    app = create_app(behind)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "desk.example"}
    journey = Journey(app.test_client(), headers=headers, base_url="https://desk.example")
    (address,) = parse_qs(urlsplit(journey.start.location).query)["redirect_uri"]
    assert address == "https://desk.example/admin/login/sso/callback"
    app.extensions["vision_tasks"].engine.dispose()


def test_no_host_that_is_strange_gets_into_the_address(browser):
    answer = browser.get(START, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_without_its_settings_there_is_no_such_address(settings):
    app = create_app(settings)
    client = app.test_client()
    assert client.get(START).status_code == 404
    assert "Sign in with" not in read_text(client.get("/admin/login"))
    app.extensions["vision_tasks"].engine.dispose()


def test_admins_can_add_somebody_without_a_password(client, cursor):
    form = read_form(client.get("/admin/staff/new"))
    assert form.options["how"] == ["made", "typed", "none"]
    assert form.send(client, email="eva@example.org", how="none").status_code == 303
    cursor.execute("SELECT password_hash FROM staff WHERE email = 'eva@example.org'")
    assert cursor.fetchone() == (None,)


@pytest.fixture
def passwordless(sso_settings):
    app = create_app(sso_settings.model_copy(update={"PASSWORD_SIGN_IN": False}))
    yield app.test_client()
    app.extensions["vision_tasks"].engine.dispose()


def test_passwords_can_be_turned_off(browser, passwordless, cursor):
    add_person(cursor, email="boss@example.org", password=PASSWORD)
    # A form from before they were.
    form = read_form(browser.get("/admin/login"))
    passwordless.set_cookie("vision_tasks", browser.get_cookie("vision_tasks").value)
    answer = form.send(passwordless, email="boss@example.org", password=PASSWORD)
    assert answer.status_code == 400
    assert "takes no passwords" in read_text(answer)
    assert [form for form in read_page(answer).forms if form.method == "post"] == []
    assert passwordless.get("/admin/").status_code == 303
    assert sign_in(passwordless).location == "/admin/"
