"""`flask staff` as a person and a script run it: as a process, with a terminal and without."""

import os
import pty
import select
import subprocess
import sys

from tests.commands import ROOT, run_command
from tests.servers import format_environment
from vision_tasks.passwords import is_password

PASSWORD = "seven quiet herons"


def test_the_real_command_adds_somebody(settings, cursor):
    result = subprocess.run(
        [sys.executable, "-m", "flask", "staff", "add", "ana@example.org", "--role", "admin",
         "--password-stdin"],
        cwd=ROOT, env=format_environment(settings), input=PASSWORD, capture_output=True, text=True,
        timeout=50, check=False,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, "")
    assert is_password(PASSWORD, read_hash(cursor))


def test_the_real_command_fails_in_one_line(settings):
    result = run_command(settings, "flask", "staff", "disable", "eva@example.org")
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: There is nobody with the address eva@example.org")


def test_at_a_terminal_the_password_is_asked_for_twice_and_never_shown(settings, cursor):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "staff", "add", "ana@example.org", "--role", "viewer"],
        cwd=ROOT, env=format_environment(settings), stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown = _read_until(ours, "Password for ana@example.org:")
    os.write(ours, f"{PASSWORD}\n".encode())
    shown += _read_until(ours, "Repeat for confirmation:")
    os.write(ours, f"{PASSWORD}\n".encode())
    shown += _read_until(ours, "as viewer.")
    assert process.wait(30) == 0
    os.close(ours)
    assert PASSWORD not in shown
    assert is_password(PASSWORD, read_hash(cursor))


def _read_until(terminal, words):
    shown = ""
    while words not in shown:
        assert select.select([terminal], [], [], 30)[0], f"waited in vain for {words!r}: {shown}"
        shown += os.read(terminal, 4096).decode()
    return shown


def read_hash(cursor):
    cursor.execute("SELECT password_hash FROM staff WHERE email = 'ana@example.org'")
    return cursor.fetchone()[0]
