"""What benchmarks share: a durable PostgreSQL of their own, and a table at the end of the run."""

import os
import platform
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from vision_tasks.embedded import EmbeddedPostgres

TITLE, ROW = "benchmark title", "benchmark row"


@pytest.fixture(scope="session")
def durable(run_directory: Path) -> Iterator[Databases]:
    """Databases as `serve` has them: fsync and synchronous_commit on."""
    home = run_directory / "durable"
    postgres = EmbeddedPostgres(home)
    address = postgres.acquire()
    yield Databases(address, postgres.superuser_address(), home)
    postgres.release()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured; each row came with the report of its test."""
    rows = [
        (name, str(value))
        for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
        for name, value in report.user_properties
        if name in (TITLE, ROW)
    ]
    if rows:
        terminalreporter.section("measured")
        machine = (
            f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}"
        )
        terminalreporter.write_line(machine)
    for name, line in rows:
        terminalreporter.write_line(line if name == ROW else f"\n{line}")
