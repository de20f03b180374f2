"""However many passwords are checked at once, the memory that it takes has an end."""

import subprocess
import sys
from pathlib import Path

import pytest

HASH_MEBIBYTES = 64
# In a process of its own, for the most memory that this one ever took is no measure.
SCRIPT = """
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from vision_tasks.passwords import hash_password, is_password

def measure():
    text = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+([0-9]+) kB", text)[1]) // 1024

before = measure()
with ThreadPoolExecutor(8) as pool:
    made = [pool.submit(hash_password, "seven quiet herons") for _ in range(4)]
    checked = [pool.submit(is_password, "seven quiet herons", None) for _ in range(8)]
    assert all(one.result() for one in made) and not any(one.result() for one in checked)
print(measure() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells it")
def test_two_are_hashed_at_a_time_and_all_in_the_end() -> None:
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    )
    assert HASH_MEBIBYTES < int(result.stdout) < 3 * HASH_MEBIBYTES
