"""However many passwords are checked at once, the memory that it takes has an end."""

import subprocess
import sys
from pathlib import Path

import pytest

from vision_tasks.passwords import AT_ONCE, WAITING

HASH_MEBIBYTES = 64
# In a process of its own, for the most memory that this one ever took is no measure.
SCRIPT = """
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from vision_tasks.errors import PasswordsBusyError
from vision_tasks.passwords import hash_password, is_password

def measure():
    text = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+([0-9]+) kB", text)[1]) // 1024

before, together = measure(), Barrier(8)

def work(does, *given):
    together.wait()
    try:
        return does("seven quiet herons", *given)
    except PasswordsBusyError:
        return None

with ThreadPoolExecutor(8) as pool:
    made = [pool.submit(work, hash_password) for _ in range(4)]
    checked = [pool.submit(work, is_password, None) for _ in range(4)]
    done = [one.result() for one in made + checked if one.result() is not None]
print(measure() - before, len(done))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells it")
def test_two_are_hashed_at_a_time_and_two_wait() -> None:
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    mebibytes, done = map(int, result.stdout.split())
    assert HASH_MEBIBYTES < mebibytes < 3 * HASH_MEBIBYTES
    # Whoever comes once the first are done finds a place again.
    assert done >= AT_ONCE + WAITING
