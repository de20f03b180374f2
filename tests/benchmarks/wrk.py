"""wrk, the load generator: Debian has it as a package of that name."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.keys import make_headers

_SCRIPT = """
wrk.method = "POST"
wrk.body = '{"filename":"street-0417.jpg"}'
wrk.headers["Content-Type"] = "application/json"
"""
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


class Load(NamedTuple):
    """What came of it; latencies in milliseconds."""

    per_second: float
    median: float
    p99: float
    refused: int


def require_wrk() -> None:
    if shutil.which("wrk") is None:
        pytest.skip("this benchmark needs wrk (apt-get install wrk)")


def post_tasks(url: str, directory: Path, *, connections: int, seconds: int) -> Load:
    """Send new tasks as fast as `connections` of them are answered."""
    script = directory / "post.lua"
    script.write_text(_SCRIPT)
    headers = [f"{name}: {value}" for name, value in make_headers().items()]
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(script)]
    command += [part for header in headers for part in ("-H", header)]
    ran = subprocess.run([*command, url], capture_output=True, text=True, check=True)
    return _read(ran.stdout)


def _read(text: str) -> Load:
    per_second = re.search(r"Requests/sec:\s+([\d.]+)", text)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    assert per_second is not None, text
    return Load(
        float(per_second[1]),
        _read_latency(text, 50),
        _read_latency(text, 99),
        int(refused[1]) if refused else 0,
    )


def _read_latency(text: str, percent: int) -> float:
    found = re.search(rf"{percent}%\s+([\d.]+)(us|ms|s)", text)
    assert found is not None, text
    return float(found[1]) * _UNITS[found[2]]
