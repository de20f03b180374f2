import os
import subprocess
import sys

SCRIPT = """
import sys
from pathlib import Path

sys.modules["fcntl"] = sys.modules["pwd"] = None
from vision_tasks.embedded import EmbeddedError, EmbeddedPostgres

try:
    EmbeddedPostgres(Path("unused")).acquire()
except EmbeddedError as error:
    print(error)
"""


def test_a_platform_without_file_locks_is_told_what_to_do():
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", SCRIPT]
    answer = subprocess.check_output(command, env=environment, text=True)
    assert "Use WSL, or set POSTGRES_SERVER or DATABASE_URL" in answer
