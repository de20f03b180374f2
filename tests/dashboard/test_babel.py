"""Flask-Babel, which Flask-Admin uses wherever it is installed: there, set up or not."""

import subprocess
import sys

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Bootstrap4Theme
from flask_babel import Babel
from jinja2 import DictLoader

from dashboard import EveryoneAllowed, TaskDashboard
from tests.dashboard.forms import read_text
from tests.servers import format_environment

WITHOUT_BABEL = """
import sys
sys.modules["flask_babel"] = None
from flask import Flask
from flask_admin import Admin
from dashboard import EveryoneAllowed, TaskDashboard, create_app
from tests.dashboard.people import sign_in
from vision_tasks.config import load_settings
app = create_app(load_settings())
client = sign_in(app)
print([client.get(f"/admin/{path}").status_code for path in ("", "tasks/", "tasks/new")])
app.extensions["vision_tasks"].engine.dispose()

host = Flask("host")
host.config["SECRET_KEY"] = "of the host"
TaskDashboard(access=EveryoneAllowed(), settings=load_settings()).init_app(host, Admin(host))
for language in ("es-MX", "en"):
    headers = {"Accept-Language": language}
    page = host.test_client().get("/admin/tasks/new", headers=headers).text
    print(language, "Tarea nueva" in page, "New task" in page, "hreflang" in page)
host.extensions["vision_tasks"].engine.dispose()
"""


def test_our_own_app_works_where_it_is_installed(client):
    for path in ("", "tasks/", "tasks/new"):
        assert client.get(f"/admin/{path}").status_code == 200


def test_pages_work_and_follow_the_browser_where_it_is_not_installed(settings):
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_BABEL],
        env=format_environment(settings),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.splitlines() == [
        "[200, 200, 200]",
        "es-MX True False True",
        "en False True True",
    ]


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


FRAME = """
{% extends "admin/base.html" %}
{% block page_body %}
  {{ super() }} {{ _("Made by %(who)s", who="<Ana>") }} {{ ngettext("one cat", "%(num)s cats", 3) }}
{% endblock %}"""


def test_the_frame_of_a_host_says_its_own_texts_around_our_pages(settings, tmp_path):
    catalog = Catalog(locale="es")
    catalog.add("Made by %(who)s", "Hecho por %(who)s")
    catalog.add(("one cat", "%(num)s cats"), ("un gato", "%(num)s gatos"))
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    app = Flask("host")
    app.config.update(
        SECRET_KEY="of the host",
        BABEL_DEFAULT_LOCALE="es",
        BABEL_TRANSLATION_DIRECTORIES=str(tmp_path),
    )
    app.jinja_loader = DictLoader({"frame.html": FRAME})
    Babel(app)
    admin = Admin(app, theme=Bootstrap4Theme(base_template="frame.html"))
    TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(app, admin)
    page = app.test_client().get("/admin/tasks/new")
    assert "Tarea nueva" in read_text(page)
    assert "Hecho por &lt;Ana&gt; 3 gatos" in page.text
    app.extensions["vision_tasks"].engine.dispose()
