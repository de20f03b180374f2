"""What signing in adds to an app, and what of Flask-Security it leaves out; no host gets any."""

import logging
import subprocess
import sys

from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD, add_person
from tests.dashboard.signing_in.apps import set_up
from tests.dashboard.signing_in.forms import EMAIL, LOGIN, send_sign_in
from tests.servers import format_environment

OURS = {
    "/admin/login",
    "/admin/login/",
    "/admin/login/code",
    "/admin/logout",
    "/admin/logout/",
    "/admin/account/",
    "/admin/account/password",
    "/admin/account/second-factor",
}
HOST = """
import sys
from flask import Flask
from flask_admin import Admin
from flask_babel import Babel
from dashboard import TaskDashboard
from vision_tasks.config import load_settings
app = Flask("host")
app.secret_key = "of the host"
Babel(app)
class Everyone:
    def allows(self, action):
        return True
TaskDashboard(access=Everyone(), settings=load_settings()).init_app(app, Admin(app))
page = app.test_client().get("/admin/tasks/")
assert page.status_code == 200
assert "account" not in page.text and "Sign out" not in page.text
assert not hasattr(app, "login_manager") and "security" not in app.extensions
assert not [name for name in sys.modules if name.startswith(("flask_security", "flask_login"))]
assert not [rule for rule in app.url_map.iter_rules() if "login" in rule.rule]
app.extensions["vision_tasks"].engine.dispose()
"""


def test_only_our_own_addresses_are_there(app):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    words = ("login", "logout", "account", "security", "verify", "reset", "register", "fs-", "tf-")
    assert {rule for rule in rules if any(word in rule for word in words)} == OURS


def test_the_commands_of_flask_security_are_not_there(app):
    assert not {"users", "roles"} & set(app.cli.commands)


def test_nobody_is_answered_in_json(anonymous, cursor):
    add_person(cursor, email=EMAIL, password=PASSWORD)
    headers = {"Accept": "application/json"}
    data = {"email": EMAIL, "password": PASSWORD}
    for answer in (
        anonymous.get(LOGIN, headers=headers),
        anonymous.post(LOGIN, json=data, headers=headers),
        anonymous.get("/admin/tasks/", headers=headers),
    ):
        assert answer.mimetype == "text/html"
    cursor.execute("SELECT count(*) FROM staff_sessions")
    assert cursor.fetchone() == (0,)


def test_nothing_but_the_cookie_lets_anybody_in(app, cursor):
    add_person(cursor, email=EMAIL, password=PASSWORD)
    client = app.test_client(use_cookies=False)
    for headers in (
        {"Authentication-Token": "x"},
        {"Authorization": "Bearer x"},
        {"Cookie": "remember_token=1|x"},
        {"Cookie": "remember_token=1|\xe9"},
        {"Cookie": "=1|\xe9; ;=1|\xe9"},
    ):
        assert client.get("/admin/tasks/", headers=headers).status_code == 303
    basic = client.get("/admin/tasks/", auth=(EMAIL, PASSWORD))
    assert basic.status_code == 303
    assert "WWW-Authenticate" not in basic.headers
    assert client.get("/admin/tasks/?auth_token=x").status_code == 303


def test_a_host_gets_none_of_it(settings):
    subprocess.run(
        [sys.executable, "-c", HOST],
        env=format_environment(settings),
        check=True,
        capture_output=True,
    )


def test_no_secret_is_in_a_log_or_an_address(anonymous, cursor, caplog):
    caplog.set_level(logging.DEBUG)
    # At DEBUG it writes whole rows, whatever they hold.
    logging.getLogger("sqlalchemy.engine").setLevel(logging.INFO)
    add_person(cursor, email=EMAIL, password=PASSWORD)
    try:
        page = send_sign_in(anonymous, password="mistyped secret")
        answers = [page, send_sign_in(anonymous)]
        phone = set_up(anonymous)
        read_form(anonymous.get("/admin/logout")).send(anonymous)
        answers.append(send_sign_in(anonymous))
        code = phone.make_code(1)
        answers.append(read_form(anonymous.get(answers[-1].location)).send(anonymous, code=code))
    finally:
        logging.getLogger("sqlalchemy.engine").setLevel(logging.NOTSET)
    assert answers[-1].location == "/admin/"
    cursor.execute("SELECT password_hash, totp_secret, uniquifier FROM staff")
    cookie = anonymous.get_cookie("vision_tasks").value
    device = anonymous.get_cookie("vision_tasks_device").value
    secrets = (PASSWORD, "mistyped secret", phone.key, phone.key.replace("-", ""), cookie, device)
    for secret in (*secrets, *cursor.fetchone()):
        assert secret not in caplog.text
        assert not [one for one in answers if secret in str(one.location)]
    assert code not in [word for record in caplog.records for word in record.getMessage().split()]
    assert "secret" not in page.text


def test_a_fault_on_the_way_shows_no_password(app, anonymous, cursor, caplog):
    app.testing = False
    add_person(cursor, email=EMAIL, password=PASSWORD)
    form = read_form(anonymous.get(LOGIN))
    cursor.execute("ALTER TABLE sign_in_delays RENAME TO elsewhere")
    try:
        page = form.send(anonymous, email=EMAIL, password=PASSWORD)
    finally:
        cursor.execute("ALTER TABLE elsewhere RENAME TO sign_in_delays")
    assert page.status_code == 503
    assert PASSWORD not in page.text
    assert PASSWORD not in caplog.text
