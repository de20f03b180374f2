"""`flask vision-tasks` upgrades and checks the desk's database, and fails in one line."""

import logging
import os
import subprocess

import pytest
from flask_admin import Admin

from dashboard import EveryoneAllowed, TaskDashboard, create_app
from tests import warm
from tests.commands import COMMAND_SECONDS
from tests.dashboard.host import make_host
from tests.databases import psql
from tests.hosts.host import format_url
from tests.servers import format_environment
from vision_tasks.config import Settings
from vision_tasks.revisions import get_code_revision

PASSWORD = "s3cret of the host"
HOST = """
from flask import Flask
from flask_admin import Admin
from flask_babel import Babel
from dashboard import EveryoneAllowed, TaskDashboard

app = Flask("acme")
app.secret_key = "the key of Acme"
Babel(app)
TaskDashboard(access=EveryoneAllowed()).init_app(app, Admin(app))
"""


def invoke(settings, command, *, own_app=False):
    if own_app:
        app = create_app(settings)
    else:
        app = make_host()
        TaskDashboard(access=EveryoneAllowed(), settings=settings).init_app(app, Admin(app))
    result = app.test_cli_runner().invoke(args=["vision-tasks", command])
    app.extensions["vision_tasks"].engine.dispose()
    return result


def run_flask(tmp_path, environment, command="upgrade", source=HOST):
    """Run the command of a host as a developer does; its settings are in the environment."""
    (tmp_path / "acme.py").write_text(source)
    return warm.run(
        "flask",
        "--app",
        "acme",
        "vision-tasks",
        command,
        directory=tmp_path,
        environment={**os.environ, **environment},
        seconds=COMMAND_SECONDS,
    )


def has_tasks(settings, schema="public"):
    with psql(settings) as cursor:
        cursor.execute("SELECT to_regclass(%s)", (f"{schema}.tasks",))
        return cursor.fetchone() != (None,)


def test_upgrade_makes_the_schema_and_says_where_it_stands(empty_settings):
    settings = empty_settings.model_copy(update={"POSTGRES_SCHEMA": "desk"})
    for _ in range(2):
        result = invoke(settings, "upgrade")
        assert result.exit_code == 0
        assert result.output == f"At revision {get_code_revision()}: {settings.database_place}.\n"
    assert has_tasks(settings, "desk")
    assert not has_tasks(settings)


def test_our_own_app_needs_no_schema_of_its_own(empty_settings):
    assert invoke(empty_settings, "upgrade", own_app=True).exit_code == 0
    assert has_tasks(empty_settings)


def test_a_host_is_asked_for_a_schema_before_its_own_is_used(empty_settings):
    result = invoke(empty_settings, "upgrade")
    assert result.exit_code == 1
    assert "POSTGRES_SCHEMA" in result.stderr
    assert not has_tasks(empty_settings)


def test_the_logging_of_the_app_is_left_alone(empty_settings, caplog):
    caplog.set_level(logging.INFO, "acme")
    root = logging.getLogger()
    before = (root.level, root.handlers[:], logging.getLogger("acme").disabled)
    invoke(empty_settings, "upgrade", own_app=True)
    assert (root.level, root.handlers[:], logging.getLogger("acme").disabled) == before


def test_check_schema_is_content_with_what_the_migrations_made(settings):
    result = invoke(settings, "check-schema")
    assert result.exit_code == 0, result.output
    assert settings.database_place in result.output


def test_check_schema_names_each_difference_and_fails(own_settings):
    with psql(own_settings) as cursor:
        cursor.execute("DROP TRIGGER tasks_guard_moves ON tasks")
    result = invoke(own_settings, "check-schema")
    assert result.exit_code == 1
    assert "tasks_guard_moves" in result.stdout
    assert "Error: The schema differs" in result.stderr


@pytest.mark.parametrize("command", ["upgrade", "check-schema"])
def test_a_database_that_does_not_exist_is_one_line(databases, tmp_path, command):
    settings = databases.settings_of("no_such_database", POSTGRES_SCHEMA="desk")
    one_line(run_flask(tmp_path, format_environment(settings), command), settings)


@pytest.fixture
def reader(databases, empty_settings):
    """A role that may connect and no more."""
    name, database = "reader_of_acme", empty_settings.POSTGRES_DB
    databases.run_as_superuser(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    yield databases.settings_of(
        database, POSTGRES_USER=name, POSTGRES_PASSWORD=PASSWORD, POSTGRES_SCHEMA="desk"
    )
    databases.run_as_superuser(f"DROP ROLE {name}")


def test_a_role_that_may_not_create_is_one_line(reader, tmp_path):
    one_line(run_flask(tmp_path, format_environment(reader)), reader)


def test_a_wrong_password_is_one_line(databases, empty_settings, tmp_path):
    settings = databases.settings_of(empty_settings.POSTGRES_DB, POSTGRES_PASSWORD=PASSWORD)
    one_line(run_flask(tmp_path, format_environment(settings)), settings)


@pytest.mark.parametrize(
    "url", ["no url", f"sqlite:///{PASSWORD}", f"postgresql://me:{PASSWORD}@x"]
)
def test_a_broken_url_is_one_line(tmp_path, url):
    said = one_line(run_flask(tmp_path, {"DATABASE_URL": f"{url}@@:"}), None)
    assert "DATABASE_URL" in said


def test_a_host_learns_of_its_mistake_in_one_line(tmp_path, settings):
    keyless = HOST.replace("app.secret_key", "app.config['OTHER_KEY']")
    result = run_flask(tmp_path, format_environment(settings), source=keyless)
    assert "SECRET_KEY" in one_line(result, settings)


def one_line(result: "subprocess.CompletedProcess[str]", settings: Settings | None) -> str:
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    for secret in (PASSWORD, "Traceback", "psycopg2", "sqlalchemy"):
        assert secret not in line
    if settings is not None:
        assert settings.POSTGRES_PASSWORD.get_secret_value() not in line
        assert format_url(settings) not in line
    return line
