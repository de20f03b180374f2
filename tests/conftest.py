"""One PostgreSQL a run, and a fresh database for each test that asks for one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.databases import Databases, psql
from tests.keys import add_key
from tests.places import find_memory
from tests.templates import CompiledTemplates
from vision_tasks.config import Settings
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.schema_check import find_drift
from vision_tasks.upgrade import upgrade_to_head

# What starts whole servers takes longest, so that none of the workers ends up waiting for it.
SLOWEST = (
    "/serving/",
    "/tests/migrations/",
    "/tests/browser/",
    "/tests/test_desk.py",
    "/test_schemathesis.py",
    "/test_metrics_workers.py",
    "/sending/",
    "/embedded/",
    "/test_schema_check.py",
)
BENCHMARKS = Path(__file__).parent / "benchmarks"
CONFIGURATION = (*Settings.model_fields, "VISION_TASKS_DATA_DIR")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    # Measured only when asked for, by their place.
    is_asked_for = any(
        BENCHMARKS in (path := Path(arg).resolve(), *path.parents) for arg in config.args
    )
    return True if collection_path == BENCHMARKS and not is_asked_for else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(part in item.path.as_posix() for part in SLOWEST))


@pytest.fixture(scope="session", autouse=True)
def _no_configuration_from_outside() -> None:
    for name in CONFIGURATION:
        os.environ.pop(name, None)


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once() -> None:
    Flask.jinja_options["bytecode_cache"] = CompiledTemplates()


@pytest.fixture(scope="session")
def run_directory() -> Iterator[Path]:
    """A directory that the system user of the embedded PostgreSQL can pass through."""
    yield from _make_directory(None)


@pytest.fixture(scope="session")
def quick_directory() -> Iterator[Path]:
    """The same, for what is written most; in memory if there is room."""
    yield from _make_directory(find_memory())


def _make_directory(place: Path | None) -> Iterator[Path]:
    directory = Path(tempfile.mkdtemp(prefix="vision-tasks-tests-", dir=place))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture(scope="session")
def databases(quick_directory: Path) -> Iterator[Databases]:
    home = quick_directory / "home"
    postgres = EmbeddedPostgres(home)
    address = postgres.acquire()
    databases = Databases(address, postgres.superuser_address(), home)
    # This one server keeps nothing beyond the run, so it need not wait for the disk.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        databases.run_as_superuser(f"ALTER SYSTEM SET {setting} = off")
    # Nor need it be hard to guess a password of; each connection would take three times as long.
    databases.run_as_superuser("ALTER SYSTEM SET scram_iterations = 1")
    # Its log would take a gigabyte of what may be memory.
    databases.run_as_superuser("ALTER SYSTEM SET max_wal_size = '256MB'")
    databases.run_as_superuser("SELECT pg_reload_conf()")
    for one in (databases.superuser, databases.application):
        databases.set_password(one)
    yield databases
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
        with psql(settings) as cursor:
            add_key(cursor)
        yield settings.POSTGRES_DB


@pytest.fixture
def own_settings(databases: Databases, template: str) -> Iterator[Settings]:
    """Settings of a new database at the newest revision, for a test that alters more than rows."""
    with databases.create(template=template) as settings:
        yield settings


@pytest.fixture(scope="session")
def shared_settings(databases: Databases, template: str) -> Iterator[Settings]:
    with databases.create(template=template) as settings:
        yield settings
        # What a test alters here and leaves would meet others, in whatever order they come.
        assert find_drift(settings) == []


@pytest.fixture
def settings(databases: Databases, shared_settings: Settings) -> Settings:
    """Settings of a database at the newest revision without a row and without a visitor.

    Connected as the application's role, which is no superuser.
    """
    databases.clear(shared_settings.POSTGRES_DB)
    return shared_settings
