"""What the command says when it cannot do what it is asked."""

from typing import Any

import pytest

from tests.databases import Databases
from tests.servers import find_free_port, format_environment
from vision_tasks.cli import main


def _serve(*options: str) -> int:
    ports = ["--api-port", str(find_free_port()), "--dashboard-port", str(find_free_port())]
    return main(["serve", *ports, *options])


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"POSTGRES_PASSWORD": "s3cret-word"}, "POSTGRES_PASSWORD"),
        ({"POSTGRES_SERVER": "127.0.0.1", "POSTGRES_PORT": 1}, "127.0.0.1:1"),
        ({"database": "nowhere"}, "nowhere"),
    ],
)
def test_a_database_that_refuses_is_one_line(
    databases: Databases,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    wrong: dict[str, Any],
    word: str,
) -> None:
    settings = databases.settings_of(**{"database": "postgres", **wrong})
    for name, value in format_environment(settings).items():
        monkeypatch.setenv(name, value)
    assert _serve() == 1
    printed = capsys.readouterr()
    assert (printed.err + printed.out).count("\n") == 1
    assert word in printed.err
    assert "s3cret-word" not in printed.err


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--host", "0.0.0.0"], "TRUSTED_HOSTS"),
        (["--host", "example.org"], "--host"),
        (["--data-dir", "/dev/null/home"], "/dev/null"),
    ],
)
def test_a_host_or_directory_that_will_not_do_is_one_line(
    capsys: pytest.CaptureFixture[str], options: list[str], word: str
) -> None:
    assert _serve(*options) == 1
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert word in printed


@pytest.mark.parametrize(
    ("option", "value"),
    [("--workers", "0"), ("--workers", "two"), ("--api-port", "70000"), ("--dashboard-port", "-1")],
)
def test_a_number_out_of_range_is_refused_by_its_option(
    capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", f"{option}={value}"])
    assert ended.value.code == 2
    assert option in capsys.readouterr().err


def test_a_wrong_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://u:s3cret-word@db/d")
    assert _serve() == 1
    printed = capsys.readouterr().err
    assert "DATABASE_URL" in printed
    assert "s3cret-word" not in printed


def test_one_port_for_both_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--api-port", "8123", "--dashboard-port", "8123"]) == 1
    assert "cannot share port 8123" in capsys.readouterr().err


def test_without_a_command_the_help_is_pointed_to(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([])
    assert "usage: vision-tasks" in capsys.readouterr().err
