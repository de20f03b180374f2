"""The system user that root's server runs under."""

import os
import secrets
import subprocess
import sys

import pytest

PROGRAM = """
import sys
from vision_tasks.embedded import account

account.SYSTEM_USER, old = sys.argv[1], account.SYSTEM_USER
account._CREATIONS = tuple(
    [command.replace(old, sys.argv[1]) for command in commands] for commands in account._CREATIONS
)
sys.stdin.readline()
print(account.get_server_account().uid)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a system user")
def test_processes_that_make_the_user_at_once_get_the_same_one() -> None:
    name = f"vt-{secrets.token_hex(4)}"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    try:
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        found = {process.communicate(timeout=50)[0].strip() for process in processes}
        now = subprocess.run(["id", "-u", name], capture_output=True, text=True, check=True)
        assert found == {now.stdout.strip()}
    finally:
        subprocess.run(["userdel", name], check=False, capture_output=True)
