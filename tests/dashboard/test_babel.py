"""Flask-Babel, which Flask-Admin uses wherever it is installed: there, set up or not."""

import subprocess
import sys

from flask import Flask
from flask_admin import Admin

from dashboard import EveryoneAllowed, TaskDashboard
from tests.dashboard.forms import read_text
from tests.servers import format_environment

WITHOUT_BABEL = """
import sys
sys.modules["flask_babel"] = None
from dashboard import create_app
from tests.dashboard.people import sign_in
from vision_tasks.config import load_settings
app = create_app(load_settings())
client = sign_in(app)
print([client.get(f"/admin/{path}").status_code for path in ("", "tasks/", "tasks/new")])
app.extensions["vision_tasks"].engine.dispose()
"""


def test_our_own_app_works_where_it_is_installed(client):
    for path in ("", "tasks/", "tasks/new"):
        assert client.get(f"/admin/{path}").status_code == 200


def test_our_own_app_works_where_it_is_not_installed(settings):
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_BABEL],
        env=format_environment(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout == "[200, 200, 200]\n"


def test_in_a_host_that_has_not_set_it_up_the_log_says_what_to_do(settings, caplog):
    app = Flask("host")
    app.config["SECRET_KEY"] = "of the host"
    TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(app, Admin(app))
    assert "babel" not in app.extensions
    page = app.test_client().get("/admin/tasks/")
    assert page.status_code == 500
    assert "Babel" not in read_text(page)
    assert "call flask_babel.Babel(app), or uninstall Flask-Babel" in caplog.text
    app.extensions["vision_tasks"].engine.dispose()
