import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vision_tasks.embedded.users import fetch_value, moved
from vision_tasks.embedded import EmbeddedError, EmbeddedPostgres
from vision_tasks.embedded.account import get_server_account


@pytest.fixture
def deep(home: Path) -> Iterator[Path]:
    """A data directory whose path is too long for a socket."""
    with moved(home, "n" * 100) as path:
        yield path


def test_a_path_too_long_for_a_socket_gets_a_short_private_one(deep: Path):
    with EmbeddedPostgres(deep) as address:
        assert fetch_value(address, "SELECT 1") == 1
        found = Path(address.host).stat()
        assert len(os.fsencode(address.host)) < 90
        assert stat.S_IMODE(found.st_mode) == 0o700
        assert found.st_uid == get_server_account().uid
    assert not Path(address.host).exists()


def test_a_short_directory_left_by_a_crash_is_used_again(deep: Path):
    with EmbeddedPostgres(deep) as before:
        pass
    left = Path(before.host)
    left.mkdir(mode=0o700)
    (left / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n")
    get_server_account().own(left)
    with EmbeddedPostgres(deep) as after:
        assert after == before


def test_a_short_directory_that_is_not_ours_is_refused(deep: Path, place: Path):
    with EmbeddedPostgres(deep) as address:
        pass
    trap = Path(address.host)
    elsewhere = place.with_name("elsewhere")
    elsewhere.mkdir(mode=0o700)
    get_server_account().own(elsewhere)
    trap.symlink_to(elsewhere)
    try:
        with pytest.raises(EmbeddedError, match="is not private"):
            EmbeddedPostgres(deep).acquire()
    finally:
        trap.unlink()


def test_a_short_directory_open_to_others_is_refused(deep: Path):
    with EmbeddedPostgres(deep) as address:
        pass
    trap = Path(address.host)
    trap.mkdir()
    trap.chmod(0o777)
    try:
        with pytest.raises(EmbeddedError, match="is not private"):
            EmbeddedPostgres(deep).acquire()
    finally:
        trap.rmdir()
