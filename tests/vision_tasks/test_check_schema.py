"""`vision-tasks check-schema`: what it prints and how it ends."""

from typing import Any

import pytest

from tests.databases import Databases, psql
from tests.schema_states import HEAD
from tests.servers import find_free_port, format_environment
from vision_tasks.cli import main
from vision_tasks.config import Settings

SECRET = "s3cret-word"


def _check(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> int:
    for name, value in format_environment(settings).items():
        monkeypatch.setenv(name, value)
    return main(["check-schema"])


def test_without_a_difference_the_revision_is_named(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _check(own_settings, monkeypatch) == 0
    printed = capsys.readouterr()
    assert printed.out.count("\n") == 1
    assert HEAD in printed.out
    assert printed.err == ""


def test_each_difference_is_one_line(
    own_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(
            "DROP TRIGGER tasks_guard_moves ON tasks; DROP FUNCTION tasks_guard_moves;"
            "ALTER TABLE tasks ADD CONSTRAINT many_lines CHECK (\n\n filename <> E'\\n'\n)"
        )
    assert _check(own_settings, monkeypatch) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0] == "function tasks_guard_moves is missing"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"POSTGRES_PASSWORD": SECRET}, "the password is wrong"),
        ({"POSTGRES_SERVER": "127.0.0.1", "POSTGRES_PORT": find_free_port()}, "127.0.0.1"),
        ({"database": "nowhere"}, "nowhere"),
    ],
)
def test_a_database_that_refuses_is_one_line_without_a_password(
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: dict[str, Any],
    word: str,
) -> None:
    settings = databases.settings_of(**{"database": "postgres", **wrong})
    assert _check(settings, monkeypatch) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert word in printed.err
    assert SECRET not in printed.err


def test_a_wrong_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"mysql://u:{SECRET}@db/d")
    assert main(["check-schema"]) == 1
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert SECRET not in printed


def test_the_directory_of_the_command_line_is_used(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check-schema", "--data-dir", "/dev/null/home"]) == 1
    assert "/dev/null" in capsys.readouterr().err
