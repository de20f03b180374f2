"""Many upgrades at once: one applies, the others wait for it, and none waits for ever."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from tests.commands import COMMAND_SECONDS, ROOT, run_command
from tests.databases import Databases, connect, psql
from tests.deployed import deploy
from tests.schema import describe_schema
from tests.servers import format_environment
from tests.waiting import wait_for
from vision_tasks.config import Settings
from vision_tasks.migrating.errors import MigrationLockedError
from vision_tasks.migrating.turns import ADVISORY_LOCK_KEY
from vision_tasks.upgrade import upgrade_to_head

SESSIONS = """
SELECT pid, wait_event_type FROM pg_stat_activity
 WHERE datname = current_database() AND application_name LIKE 'vision-tasks-migrations%'"""
# Where the tests themselves run in the background, a shell has them ignore Ctrl-C.
AT_A_TERMINAL = """
import signal
from alembic.config import main
signal.signal(signal.SIGINT, signal.default_int_handler)
main(["upgrade", "head"])
"""
UPGRADES = [("alembic", "upgrade", "head"), ("flask", "db", "upgrade")] * 4


def _start(settings: Settings, *command: str) -> "subprocess.Popen[str]":
    return _start_program(settings, "-m", *command)


def _start_program(settings: Settings, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=format_environment(settings),
        stderr=subprocess.PIPE,
        text=True,
    )


def _find_sessions(cursor: Any) -> dict[int, str]:
    cursor.execute(SESSIONS)
    return dict(cursor.fetchall())


@pytest.mark.timeout(4 * COMMAND_SECONDS)
def test_eight_upgrades_at_once_all_succeed_and_one_applies(
    empty_settings: Settings, settings: Settings
) -> None:
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda command: run_command(empty_settings, *command), UPGRADES))
    assert [one.returncode for one in done] == [0] * 8, done
    assert sum("create task table" in one.stderr for one in done) == 1
    with psql(empty_settings) as cursor, psql(settings) as expected:
        assert describe_schema(cursor) == describe_schema(expected)


def test_when_the_one_at_work_is_killed_another_goes_on(
    databases: Databases, empty_settings: Settings, settings: Settings
) -> None:
    deploy(empty_settings)
    patient = databases.settings_of(empty_settings.POSTGRES_DB, MIGRATION_LOCK_SECONDS=600)
    with psql(empty_settings) as cursor, psql(empty_settings) as reader, psql(settings) as expected:
        reader.execute("BEGIN")
        reader.execute("SELECT FROM tasks")
        at_work = _start(patient, "alembic", "upgrade", "head")
        waiting: list[subprocess.Popen[str]] = []
        try:
            wait_for(lambda: "Lock" in _find_sessions(cursor).values(), "a lock")
            (blocked,) = [pid for pid, event in _find_sessions(cursor).items() if event == "Lock"]
            waiting.append(_start(patient, "flask", "db", "upgrade"))
            # The one at work, the one that watches over it, and the next.
            wait_for(lambda: len(_find_sessions(cursor)) == 3, "the next upgrade")
            at_work.kill()
            at_work.wait()
            # Its session ends though the statement in it would wait for longer.
            wait_for(lambda: blocked not in _find_sessions(cursor), "the end of the session")
            reader.execute("COMMIT")
            _, output = waiting[0].communicate(timeout=COMMAND_SECONDS)
            assert waiting[0].returncode == 0, output
            assert "give tasks a version" in output
        finally:
            for process in (at_work, *waiting):
                process.kill()
                with process:  # waits, and closes what it wrote to
                    pass
        assert describe_schema(cursor) == describe_schema(expected)


def test_ctrl_c_ends_a_command_at_once_with_a_word(
    databases: Databases, empty_settings: Settings
) -> None:
    deploy(empty_settings)
    patient = databases.settings_of(empty_settings.POSTGRES_DB, MIGRATION_LOCK_SECONDS=600)
    with psql(empty_settings) as cursor, psql(empty_settings) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT FROM tasks")
        with _start_program(patient, "-c", AT_A_TERMINAL) as process:
            wait_for(lambda: "Lock" in _find_sessions(cursor).values(), "a lock")
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=COMMAND_SECONDS)
        assert process.returncode != 0
        assert "was interrupted" in said
        assert "Traceback" not in said
        wait_for(lambda: not _find_sessions(cursor), "the end of the sessions")


def test_the_wait_for_another_migration_is_bounded_and_says_whose_it_is(
    databases: Databases, empty_settings: Settings
) -> None:
    impatient = empty_settings.model_copy(update={"MIGRATION_WAIT_SECONDS": 0.3})
    with closing(connect(databases.superuser, empty_settings.POSTGRES_DB)) as other:
        cursor = other.cursor()
        cursor.execute("SELECT pg_advisory_lock(%s), pg_backend_pid()", (ADVISORY_LOCK_KEY,))
        pid = cursor.fetchone()[1]
        with pytest.raises(MigrationLockedError, match=f"session {pid}.*MIGRATION_WAIT_SECONDS"):
            upgrade_to_head(impatient)
    upgrade_to_head(impatient)
