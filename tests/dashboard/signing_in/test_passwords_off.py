"""A desk that takes no passwords any more finishes no sign-in that began with one."""

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD, add_person, add_session, use_session
from tests.dashboard.signing_in.apps import set_up
from tests.dashboard.signing_in.cookies import copy_cookies
from tests.dashboard.signing_in.forms import EMAIL, LOGIN, is_signed_in, send_sign_in
from vision_tasks.secret_key import get_secret_key


@pytest.fixture
def later(settings):
    """The desk as it starts again, with the same key and without passwords."""
    app = create_app(settings.model_copy(update={"PASSWORD_SIGN_IN": False}))
    app.secret_key = get_secret_key(settings)
    app.testing = True
    yield app
    app.extensions["vision_tasks"].engine.dispose()


def test_a_code_signs_nobody_in(app, later, anonymous, cursor):
    owner = use_session(
        app, add_session(cursor, add_person(cursor, email=EMAIL, password=PASSWORD))
    )
    phone = set_up(owner)
    form = read_form(anonymous.get(send_sign_in(anonymous).location))
    browser = copy_cookies(later, anonymous)
    assert form.send(browser, code=phone.make_code(1)).location.startswith(LOGIN)
    assert not is_signed_in(browser)
