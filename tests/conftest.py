"""One PostgreSQL a run, and a fresh database for each test that asks for one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from vision_tasks.config import Settings
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.upgrade import upgrade_to_head

CONFIGURATION = (*Settings.model_fields, "VISION_TASKS_DATA_DIR")


@pytest.fixture(scope="session", autouse=True)
def _no_configuration_from_outside() -> None:
    for name in CONFIGURATION:
        os.environ.pop(name, None)


@pytest.fixture(scope="session")
def run_directory() -> Iterator[Path]:
    """A directory that the system user of the embedded PostgreSQL can pass through."""
    directory = Path(tempfile.mkdtemp(prefix="vision-tasks-tests-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def databases(run_directory: Path) -> Iterator[Databases]:
    postgres = EmbeddedPostgres(run_directory / "home")
    address = postgres.acquire()
    yield Databases(address, postgres.superuser_address(), run_directory / "home")
    postgres.release()


@pytest.fixture
def empty_settings(databases: Databases) -> Iterator[Settings]:
    """Settings of a new database without a schema."""
    with databases.create() as settings:
        yield settings


@pytest.fixture(scope="session")
def template(databases: Databases) -> Iterator[str]:
    with databases.create() as settings:
        upgrade_to_head(settings)
        yield settings.POSTGRES_DB


@pytest.fixture
def settings(databases: Databases, template: str) -> Iterator[Settings]:
    """Settings of a new database at the newest revision, connected as the application's role."""
    with databases.create(template=template) as settings:
        yield settings
