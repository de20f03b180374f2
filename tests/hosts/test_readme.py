"""What the README says about adding the desk to a Flask-Admin, run as it stands there."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from flask_babel import Babel

from dashboard import Action
from tests.databases import psql
from tests.factories import add_task
from tests.hosts.host import format_url

ROOT = Path(__file__).parents[2]
SECTION = (
    (ROOT / "README.md")
    .read_text(encoding="utf-8")
    .split("## Add it to your Flask-Admin\n")[1]
    .split("\n## ")[0]
)


def read_example():
    (example,) = re.findall(r"```python\n(.*?)```", SECTION, re.DOTALL)
    return example


@pytest.fixture
def app(empty_settings, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", format_url(empty_settings))
    monkeypatch.setenv("POSTGRES_SCHEMA", "task_desk")
    names: dict[str, Any] = {"__name__": "acme"}
    exec(read_example(), names)
    app = names["app"]
    # As the README says of where Flask-Babel is installed, which it is for these tests.
    Babel(app)
    upgrade = app.test_cli_runner().invoke(args=["vision-tasks", "upgrade"])
    assert upgrade.exit_code == 0, upgrade.output
    yield app
    app.extensions["vision_tasks"].engine.dispose()


def test_the_example_has_ten_lines():
    assert len([line for line in read_example().splitlines() if line.strip()]) == 10


def test_the_example_shows_the_tasks_to_staff_and_to_nobody_else(app, empty_settings):
    with psql(empty_settings) as cursor:
        cursor.execute("SET search_path TO task_desk")
        add_task(cursor, "cat.jpg")
    client = app.test_client()
    closed = client.get("/admin/tasks/")
    assert closed.status_code == 403
    assert b"cat.jpg" not in closed.data
    assert b"/admin/tasks/" not in client.get("/admin/").data
    with client.session_transaction() as session:
        session["role"] = "staff"
    opened = client.get("/admin/tasks/")
    assert opened.status_code == 200
    assert b"cat.jpg" in opened.data
    assert b"/admin/tasks/" in client.get("/admin/").data


def test_each_command_that_is_named_exists(app):
    named = re.findall(r"^flask (\S+) (\S+)", SECTION, re.MULTILINE)
    assert {command for _, command in named} == set(app.cli.commands["vision-tasks"].commands)
    assert {group for group, _ in named} == {"vision-tasks"}


def test_each_action_of_the_contract_has_its_words():
    named = re.findall(r"`Action\.([A-Z_]+)`", SECTION)
    assert sorted(named) == sorted(action.name for action in Action)


def test_the_import_names_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    sentence = SECTION.split("**Names.**")[1].split(". If\n")[0]
    named = re.findall(r"`(\w+)`", sentence)
    assert sorted(named) == sorted(path.removesuffix(".py") for path in included)
