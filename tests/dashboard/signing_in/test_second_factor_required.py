"""Where a second factor is required, nobody sees a page before they have one."""

import pytest

from dashboard import create_app
from dashboard.signing_in import Proof, begin_session
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import PASSWORD, add_person, add_session, use_session
from tests.dashboard.signing_in.apps import URL, CodeApp, set_up
from tests.dashboard.signing_in.forms import EMAIL, send_sign_in, send_sign_out


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"TWO_FACTOR_REQUIRED": True})


@pytest.fixture
def ana(cursor):
    return add_person(cursor, "editor", email=EMAIL, password=PASSWORD)


@pytest.mark.usefixtures("ana")
def test_it_is_set_up_right_after_the_password(anonymous):
    assert send_sign_in(anonymous, query="?next=/admin/tasks/").status_code == 303
    answer = anonymous.get("/admin/tasks/?status=FAILED")
    assert answer.status_code == 303
    page = anonymous.get(answer.location)
    assert "Set it up to go on" in read_text(page)
    code = CodeApp(page).make_code()
    answer = read_form(page).send(anonymous, password=PASSWORD, code=code)
    assert (answer.status_code, answer.location) == (303, "/admin/tasks/?status=FAILED")
    assert anonymous.get(answer.location).status_code == 200


def test_before_that_no_page_opens_and_no_menu_shows_one(app, ana, cursor):
    client = use_session(app, add_session(cursor, ana))
    for path in ("", "tasks/", "tasks/new", "account/", "account/password"):
        assert client.get(f"/admin/{path}").location.startswith(URL), path
    assert client.post("/admin/tasks/new", data={"filename": "x.jpg"}).status_code == 303
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (0,)
    links = [v.get("href") for _, v in read_page(client.get(URL)).tags]
    assert "/admin/tasks/" not in links
    assert send_sign_out(client).status_code == 303


def test_whoever_has_one_is_asked_for_it_and_may_not_switch_it_off(app, ana, anonymous, cursor):
    phone = set_up(use_session(app, add_session(cursor, ana)))
    answer = send_sign_in(anonymous)
    form = read_form(anonymous.get(answer.location))
    assert form.send(anonymous, code=phone.make_code(1)).location == "/admin/"
    page = anonymous.get(URL)
    assert "cannot be switched off" in read_text(page)
    data = {"csrf_token": read_form(anonymous.get("/admin/logout")).fields["csrf_token"]}
    anonymous.post(URL, data=data | {"code": phone.make_code(1)})
    cursor.execute("SELECT two_factor_method FROM staff")
    assert cursor.fetchone() == ("totp",)


def test_after_single_sign_on_none_is_asked_for(settings, ana):
    app = create_app(settings)
    app.testing = True
    app.add_url_rule("/back", "back", lambda: str(begin_session(ana, proof=Proof.SINGLE_SIGN_ON)))
    client = app.test_client()
    assert client.get("/back").text == "True"
    assert client.get("/admin/tasks/").status_code == 200
    app.extensions["vision_tasks"].engine.dispose()


def test_single_sign_on_lets_nobody_in_who_is_disabled_or_gone(settings, ana, cursor):
    app = create_app(settings)
    app.testing = True
    app.add_url_rule("/back", "back", lambda: str(begin_session(ana, proof=Proof.SINGLE_SIGN_ON)))
    client = app.test_client()
    for statement in ("UPDATE staff SET is_active = false", "DELETE FROM staff"):
        cursor.execute(statement)
        assert client.get("/back").text == "False"
        assert client.get("/admin/tasks/").status_code == 303
    app.extensions["vision_tasks"].engine.dispose()
