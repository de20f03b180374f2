"""`flask api-key`: the key alone on standard output, one line where something will not do."""

import re

import pytest

from dashboard import EveryoneAllowed, create_app
from dashboard.terminal import get_user_name
from tests.commands import run_command
from tests.dashboard.host import host_with
from tests.databases import psql
from tests.histories import read_history
from vision_tasks.api_key_rules import hash_secret

ADD = ("add", "ingest-1", "--scope", "tasks:read", "--scope", "tasks:write")


@pytest.fixture
def api_key(settings, tmp_path):
    """Run `flask api-key`; without a secret key, and without a place to make one."""
    keyless = settings.model_copy(
        update={"SECRET_KEY": None, "DATA_DIRECTORY": tmp_path / "no such place"}
    )
    app = create_app(keyless)

    def run(*arguments):
        result = app.test_cli_runner().invoke(args=["api-key", *arguments])
        assert "Traceback" not in result.output
        return result

    yield run
    assert not keyless.DATA_DIRECTORY.exists()


def read_keys(cursor):
    cursor.execute("SELECT name, secret_hash, previous_hash, revoked_at FROM api_keys")
    return [
        (name, bytes(secret), previous and bytes(previous), revoked)
        for name, secret, previous, revoked in cursor.fetchall()
    ]


def read_secret(result):
    assert result.exit_code == 0
    assert re.fullmatch(r"vt_[A-Za-z0-9]{43}\n", result.stdout)
    assert result.stdout.strip() not in result.stderr
    return result.stdout.strip()


def refused(result, *words):
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    for word in words:
        assert word in line


def test_add_prints_the_key_and_nothing_beside_it(api_key, cursor):
    result = api_key(*ADD)
    secret = read_secret(result)
    assert "shown this once" in result.stderr
    assert read_keys(cursor) == [("ingest-1", hash_secret(secret), None, None)]


def test_a_key_can_be_piped_on_and_is_seen_by_the_next_process(settings):
    made = run_command(settings, "flask", "api-key", *ADD)
    assert re.fullmatch(r"vt_\w{43}\n", made.stdout)
    listed = run_command(settings, "flask", "api-key", "list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert listed.stdout.startswith("ingest-1  in force  tasks:read,tasks:write  made ")
    assert made.stdout.strip() not in listed.stdout


def test_list_shows_every_key_and_no_secret(api_key, cursor):
    assert api_key("list").output == ""
    secrets = [
        read_secret(api_key(*ADD)),
        read_secret(api_key("add", "b", "--scope", "tasks:delete", "--expires-days", "9")),
        read_secret(api_key("rotate", "b", "--grace-hours", "1")),
    ]
    api_key("revoke", "ingest-1")
    listed = api_key("list").output
    first, second = listed.splitlines()
    assert re.match(r"b +in force  tasks:delete  made .* ends 20.* last used never  secret", first)
    assert re.match(r"ingest-1  revoked   .* ends never  last used never$", second)
    cursor.execute("SELECT encode(secret_hash, 'hex') FROM api_keys")
    for text in (*secrets, *(row[0] for row in cursor.fetchall())):
        assert text not in listed


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("add", "In Gest", "--scope", "tasks:read"), "name must have 1 to 64"),
        (("add", "a", "--scope", "tasks:all"), "tasks:read, tasks:write, tasks:delete"),
        (("add", "a", "--scope", "tasks:read", "--expires-days", "0"), "days must be"),
        (("rotate", "nobody"), "There is no key 'nobody'"),
        (("revoke", "nobody"), "There is no key 'nobody'"),
        (("rotate", "a\x00"), "name must have 1 to 64"),
        (("revoke", "a\x00"), "name must have 1 to 64"),
        (("rotate", "a", "--grace-hours", "-1"), "hours must be"),
    ],
    ids=str,
)
def test_what_will_not_do_is_one_line(api_key, cursor, arguments, word):
    refused(api_key(*arguments), word)
    assert read_keys(cursor) == []


@pytest.mark.parametrize("arguments", [("add", "a"), ("add",), ("add", "--scope", "tasks:read")])
def test_what_is_missing_is_named(api_key, arguments):
    result = api_key(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Missing" in result.stderr


def test_a_name_that_is_taken_is_refused_and_keeps_its_key(api_key, cursor):
    secret = read_secret(api_key(*ADD))
    refused(api_key(*ADD), "There is a key ingest-1 already")
    assert read_keys(cursor)[0][1] == hash_secret(secret)


def test_rotate_prints_another_key_and_says_what_becomes_of_the_one_before(api_key, cursor):
    first = read_secret(api_key(*ADD))
    result = api_key("rotate", "ingest-1", "--grace-hours", "3")
    second = read_secret(result)
    assert "goes on until" in result.stderr
    assert read_keys(cursor) == [("ingest-1", hash_secret(second), hash_secret(first), None)]
    result = api_key("rotate", "ingest-1")
    assert read_secret(result) not in (first, second)
    assert "refused from now on" in result.stderr
    assert read_keys(cursor)[0][2] is None


def test_revoke_ends_a_key_and_says_where_it_had_ended(api_key, cursor):
    api_key(*ADD)
    done = api_key("revoke", "ingest-1")
    assert done.output == "The key ingest-1 is revoked; its next request is refused.\n"
    assert read_keys(cursor)[0][3] is not None
    again = api_key("revoke", "ingest-1")
    assert (again.exit_code, again.output) == (
        0,
        "The key ingest-1 is revoked already; nothing was done.\n",
    )
    refused(api_key("rotate", "ingest-1"), "revoked already")


def test_the_history_names_whoever_ran_the_command(api_key, cursor):
    for arguments in (ADD, ("rotate", "ingest-1"), ("revoke", "ingest-1")):
        api_key(*arguments)
    assert {entry.actor for entry in read_history(cursor)} == {f"cli:{get_user_name()}"}
    cursor.execute("SELECT created_by FROM api_keys")
    assert cursor.fetchone() == (f"cli:{get_user_name()}",)


def test_a_host_has_the_commands_below_the_desks_own(settings):
    with host_with(settings, access=EveryoneAllowed()) as client:
        runner = client.application.test_cli_runner()
        read_secret(runner.invoke(args=["vision-tasks", "api-key", *ADD]))
        assert "api-key" not in client.application.cli.commands
    with psql(settings) as cursor:
        assert len(read_keys(cursor)) == 1


def test_a_database_that_was_never_upgraded_is_one_line(empty_settings):
    app = create_app(empty_settings)
    result = app.test_cli_runner().invoke(args=["api-key", *ADD])
    refused(result, "flask db upgrade", empty_settings.database_place)
