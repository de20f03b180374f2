"""Data directories of embedded servers."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.vision_tasks.embedded.users import User, is_served, kill_server
from vision_tasks.embedded import EmbeddedPostgres


@pytest.fixture(scope="session")
def places() -> Iterator[Path]:
    """A directory that the server's system user can pass; pytest's own, as root, it cannot."""
    directory = Path(tempfile.mkdtemp(prefix="vt-")).resolve()
    directory.chmod(0o711)
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def place(places: Path) -> Iterator[Path]:
    """A fresh path for a data directory; a server left there is ended."""
    directory = Path(tempfile.mkdtemp(dir=places))
    directory.chmod(0o711)
    yield directory / "home"
    for lock in directory.glob("*/server.lock"):
        if is_served(lock.parent):
            kill_server(lock.parent)


@pytest.fixture(scope="session")
def initialised(places: Path) -> Path:
    directory = places / "initialised"
    with EmbeddedPostgres(directory):
        pass
    return directory


@pytest.fixture
def home(initialised: Path) -> Iterator[Path]:
    """A data directory that nobody uses; it may be killed and moved, but has to stay sound."""
    yield initialised
    if is_served(initialised):
        kill_server(initialised)


@pytest.fixture
def copy(place: Path, initialised: Path) -> Path:
    """A data directory of one's own, to be spoilt."""
    subprocess.run(["cp", "-a", os.fspath(initialised), os.fspath(place)], check=True)
    return place


@pytest.fixture
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    """The server of `home`, not acquired yet, released at the end."""
    postgres = EmbeddedPostgres(home)
    yield postgres
    postgres.release()


@pytest.fixture
def start_user() -> Iterator[Callable[..., User]]:
    """Start processes that use a server; those still there at the end are killed."""
    users: list[User] = []

    def start(*arguments: object) -> User:
        users.append(User(*arguments))  # type: ignore[arg-type]
        return users[-1]

    yield start
    for user in users:
        user.kill()
