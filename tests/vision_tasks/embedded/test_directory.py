import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vision_tasks.embedded.users import fetch_value, moved
from vision_tasks.embedded import EmbeddedError, EmbeddedPostgres, default_data_directory
from vision_tasks.embedded.account import get_server_account
from vision_tasks.embedded.directory import Directory
from vision_tasks.embedded.mounts import get_network_file_system

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
NOBODY = 65_534


@pytest.fixture
def ordinary_place(place: Path) -> Iterator[Path]:
    """The path of a directory that an ordinary user, whom root becomes for a while, may make."""
    if os.geteuid() != 0:
        yield place
        return
    os.chown(place.parent, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield place
    finally:
        os.setresuid(0, 0, 0)


def test_root_has_a_system_wide_place_and_others_their_own():
    if os.geteuid() == 0:
        assert default_data_directory() == Path("/var/lib/vision-tasks")
    else:
        assert default_data_directory().name == "vision-tasks"
        assert default_data_directory().parts[1] != "var"


@pytest.mark.parametrize(
    "name", ["with space", "it's", 'a "quote"', "$HOME", "día é 日本", "a,b", "a\\b"]
)
def test_any_name_of_a_directory_works(home: Path, name: str):
    with moved(home, name) as path, EmbeddedPostgres(path) as address:
        assert fetch_value(address, "SELECT 1") == 1


def test_a_symbolic_link_leads_to_the_same_server(home: Path, place: Path):
    place.symlink_to(home)
    with EmbeddedPostgres(home) as direct, EmbeddedPostgres(place) as linked:
        assert direct == linked


def test_missing_parents_are_made_whatever_the_umask(place: Path):
    account = get_server_account()
    before = os.umask(0o077)
    try:
        Directory(place / "a" / "b").prepare(account)
    finally:
        os.umask(before)
    assert account.reaches(place / "a" / "b")


def test_a_file_is_no_data_directory(place: Path):
    place.write_text("")
    with pytest.raises(EmbeddedError, match="is not a directory"):
        EmbeddedPostgres(place).acquire()


def test_a_directory_below_a_file_is_refused(place: Path):
    place.write_text("")
    with pytest.raises(EmbeddedError, match="Not a directory"):
        EmbeddedPostgres(place / "below").acquire()


def test_a_directory_that_cannot_be_written_is_refused(ordinary_place: Path):
    ordinary_place.mkdir(mode=0o500)
    with pytest.raises(EmbeddedError, match="cannot be written"):
        EmbeddedPostgres(ordinary_place).acquire()


def test_a_directory_that_cannot_be_made_is_refused(ordinary_place: Path):
    ordinary_place.mkdir(mode=0o500)
    with pytest.raises(EmbeddedError, match="Permission denied"):
        EmbeddedPostgres(ordinary_place / "below").acquire()


@needs_root
def test_a_closed_parent_is_named_and_stays_closed(place: Path):
    place.mkdir(mode=0o700)
    with pytest.raises(EmbeddedError, match=f"pass through {place}\\. Set VISION_TASKS_DATA_DIR"):
        EmbeddedPostgres(place / "below").acquire()
    assert place.stat().st_mode & 0o777 == 0o700


@needs_root
def test_data_of_another_user_are_refused(place: Path):
    (place / "data").mkdir(parents=True, mode=0o700)
    os.chown(place / "data", 1, 1)
    with pytest.raises(EmbeddedError, match="belongs to another user"):
        EmbeddedPostgres(place).acquire()


@pytest.mark.parametrize("name", ["//server/share", r"\\server\share"])
def test_a_share_on_the_network_is_refused(name: str):
    with pytest.raises(EmbeddedError, match="lies on a network"):
        EmbeddedPostgres(Path(name)).acquire()


def test_the_innermost_mount_tells_the_file_system(place: Path):
    place.write_text(
        "/dev/sda / ext4 rw 0 0\n"
        "server:/home /home nfs4 rw 0 0\n"
        "/dev/sdb /home/ana/fast ext4 rw 0 0\n"
        "//nas/x /mnt/the\\040nas cifs rw 0 0\n"
    )
    assert get_network_file_system(Path("/var/lib"), place) is None
    assert get_network_file_system(Path("/home/ana"), place) == "nfs4"
    assert get_network_file_system(Path("/home/ana/fast/data"), place) is None
    assert get_network_file_system(Path("/mnt/the nas/data"), place) == "cifs"
    assert get_network_file_system(Path("/mnt/the nas"), Path("/does/not/exist")) is None
