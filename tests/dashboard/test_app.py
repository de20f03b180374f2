"""The standalone app: its error pages, its hosts, its commands."""

import subprocess
import sys

import pytest

from dashboard import create_app
from tests.commands import run_command
from tests.dashboard.forms import read_text
from tests.dashboard.people import sign_in
from tests.servers import format_environment
from vision_tasks.config import Settings


def test_the_root_leads_to_the_overview(client):
    assert client.get("/").location == "/admin/"


def test_making_the_app_opens_no_connection(databases, tmp_path):
    settings = databases.settings_of("no_such_database", DATA_DIRECTORY=tmp_path)
    app = create_app(settings)
    assert app.extensions["vision_tasks"].engine.pool.checkedin() == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:5000", "[::1]", "[::1]:5000", "LOCALHOST"]
)
def test_our_own_names_are_served(anonymous, host):
    assert anonymous.get("/admin/login", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "[::2]:80", "a b", "localhost:x", "[::1", ""]
)
def test_strange_hosts_get_a_friendly_refusal(client, host):
    for url in ("/", "/admin/", "/admin/tasks", "/nowhere"):
        page = client.get(url, headers={"Host": host})
        assert page.status_code == 400
        assert "Location" not in page.headers
        assert "cannot be accepted" in read_text(page)


def test_errors_of_http_have_the_same_look(client):
    for method, url, status in (
        ("get", "/nowhere", 404),
        ("post", "/admin/tasks/", 405),
        ("delete", "/admin/tasks/new", 405),
    ):
        page = getattr(client, method)(url)
        assert page.status_code == status
        assert "Overview" in read_text(page)
    assert "GET" in client.post("/admin/tasks/").headers["Allow"]


def test_a_fault_of_ours_is_a_friendly_500(app):
    app.testing = False
    app.add_url_rule("/broken", "broken", lambda: 1 / 0)
    page = app.test_client().get("/broken")
    assert page.status_code == 500
    assert "Something went wrong" in read_text(page)
    assert "ZeroDivision" not in read_text(page)


def test_the_key_is_made_at_the_first_request_and_not_before(databases, tmp_path):
    settings = databases.settings_of("no_such_database", DATA_DIRECTORY=tmp_path, SECRET_KEY=None)
    app = create_app(settings)
    assert list(tmp_path.iterdir()) == []
    assert app.test_client().get("/admin/login").status_code == 200
    assert app.secret_key == (tmp_path / "secret_key").read_text()


def test_without_a_place_for_the_key_no_page_is_served_and_the_log_says_why(tmp_path, caplog):
    (tmp_path / "file").touch()
    app = create_app(Settings(_env_file=None, DATA_DIRECTORY=tmp_path / "file" / "data"))
    page = app.test_client().get("/admin/login")
    assert page.status_code == 503
    assert page.mimetype == "text/plain"
    assert str(tmp_path) not in page.get_data(as_text=True)
    assert "Set SECRET_KEY" in caplog.text
    (tmp_path / "file").unlink()
    assert app.test_client().get("/admin/login").status_code == 200


def test_flask_db_needs_no_key_and_makes_none(settings, tmp_path):
    (tmp_path / "file").touch()
    for directory in (tmp_path / "file" / "data", tmp_path / "new"):
        keyless = settings.model_copy(update={"DATA_DIRECTORY": directory, "SECRET_KEY": None})
        assert run_command(keyless, "flask", "db", "current").returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_plain_flask_db_upgrade_from_the_root_makes_the_schema(empty_settings):
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    subprocess.run(command, env=format_environment(empty_settings), check=True, capture_output=True)
    app = create_app(empty_settings)
    assert "There are no tasks yet" in read_text(sign_in(app).get("/admin/tasks/"))
    app.extensions["vision_tasks"].engine.dispose()
