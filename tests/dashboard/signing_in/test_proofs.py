"""What a session rests on is noted in the cookie, for that session and for no other."""

import pytest

from dashboard import create_app
from dashboard.signing_in import Proof, begin_session
from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD, SESSION_KEY, add_person, add_session, use_session
from tests.dashboard.signing_in.apps import URL, CodeApp
from tests.dashboard.signing_in.forms import EMAIL, is_signed_in


@pytest.fixture
def app(settings):
    app = create_app(settings.model_copy(update={"TWO_FACTOR_REQUIRED": True}))
    app.testing = True
    yield app
    app.extensions["vision_tasks"].engine.dispose()


@pytest.fixture
def staff_id(cursor):
    return add_person(cursor, "editor", email=EMAIL, password=PASSWORD)


@pytest.fixture
def ana(app, staff_id):
    """A client of somebody whom the provider has vouched for."""
    app.add_url_rule(
        "/back", "back", lambda: str(begin_session(staff_id, proof=Proof.SINGLE_SIGN_ON))
    )
    client = app.test_client()
    assert client.get("/back").text == "True"
    return client


def is_let_in(client):
    return client.get("/admin/tasks/").status_code == 200


def test_it_counts_for_no_other_session_that_the_cookie_names(ana, staff_id, cursor):
    assert is_let_in(ana)
    with ana.session_transaction() as session:
        session[SESSION_KEY] = str(add_session(cursor, staff_id))
    assert ana.get("/admin/tasks/").location.startswith(URL)


def test_a_session_that_says_nothing_of_it_rests_on_a_password(app, staff_id, cursor):
    client = use_session(app, add_session(cursor, staff_id))
    assert client.get("/admin/tasks/").location.startswith(URL)


def test_single_sign_on_stays_that_when_the_password_is_changed(ana):
    new = "three blue kettles sing"
    form = read_form(ana.get("/admin/account/password"))
    answer = form.send(ana, password=PASSWORD, new_password=new, new_password_again=new)
    assert answer.status_code == 303
    assert is_let_in(ana)


def test_single_sign_on_stays_that_when_a_second_factor_is_set_up(ana, cursor):
    page = ana.get(URL)
    answer = read_form(page).send(ana, password=PASSWORD, code=CodeApp(page).make_code())
    assert answer.status_code == 303
    cursor.execute(
        "UPDATE staff SET two_factor_method = NULL, totp_secret = NULL, totp_counter = NULL"
    )
    assert is_let_in(ana)


def test_single_sign_on_opens_the_desk_of_whoever_has_a_second_factor(ana, cursor):
    cursor.execute("UPDATE staff SET two_factor_method = 'totp', totp_secret = 's'")
    assert is_signed_in(ana)
    assert is_let_in(ana)
