"""The standalone app: its error pages, its hosts, its commands."""

import subprocess
import sys

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_text
from tests.servers import format_environment


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
def test_our_own_names_are_served(client, host):
    assert client.get("/admin/", headers={"Host": host}).status_code == 200


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


def test_plain_flask_db_upgrade_from_the_root_makes_the_schema(empty_settings):
    command = [sys.executable, "-m", "flask", "db", "upgrade"]
    subprocess.run(command, env=format_environment(empty_settings), check=True, capture_output=True)
    app = create_app(empty_settings)
    assert "There are no tasks yet" in read_text(app.test_client().get("/admin/tasks/"))
    app.extensions["vision_tasks"].engine.dispose()
