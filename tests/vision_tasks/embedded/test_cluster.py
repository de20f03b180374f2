import os
import stat
from pathlib import Path

import pytest

from tests.vision_tasks.embedded.users import connected, fetch_value
from vision_tasks.embedded import EmbeddedError, EmbeddedPostgres
from vision_tasks.embedded.account import get_server_account


def list_with_times(directory: Path) -> list[tuple[Path, int, bytes]]:
    return [
        (path, path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in sorted((directory, *directory.rglob("*")))
    ]


@pytest.mark.parametrize("major", ["9.6", "17", "19"])
def test_data_of_another_major_are_refused_and_left_as_they_are(place: Path, major: str):
    (place / "data" / "base").mkdir(parents=True)
    (place / "data" / "PG_VERSION").write_text(f"{major}\n")
    before = list_with_times(place)
    with pytest.raises(EmbeddedError) as caught:
        EmbeddedPostgres(place).acquire()
    assert f"PostgreSQL {major}, the installed one is 18" in str(caught.value)
    assert "pg_dumpall" in caught.value.remedy
    assert "VISION_TASKS_DATA_DIR" in caught.value.remedy
    assert "POSTGRES_SERVER" in caught.value.remedy
    assert list_with_times(place) == before


def test_files_that_are_no_cluster_are_refused_and_left_as_they_are(place: Path):
    (place / "data").mkdir(parents=True)
    (place / "data" / "holiday.jpg").write_bytes(b"beach")
    before = list_with_times(place)
    with pytest.raises(EmbeddedError, match="no PostgreSQL cluster"):
        EmbeddedPostgres(place).acquire()
    assert list_with_times(place) == before


def test_the_cluster_is_the_same_whatever_the_environment(place: Path, monkeypatch):
    postgres = EmbeddedPostgres(place)
    with monkeypatch.context() as environment:
        for name, value in {
            "LC_ALL": "tr_TR.ISO-8859-9",
            "LANG": "xx",
            "TZ": "Asia/Tokyo",
            "PGDATA": "/nowhere",
            "PGHOSTADDR": "192.0.2.1",
            "PGPORT": "1",
            "PGOPTIONS": "-c default_transaction_read_only=on",
            "PGSSLMODE": "require",
        }.items():
            environment.setenv(name, value)
        postgres.acquire()
    try:
        with connected(postgres.superuser_address()) as cursor:
            cursor.execute(
                "SELECT datlocprovider, datlocale, datcollate, pg_encoding_to_char(encoding)"
                " FROM pg_database WHERE datname = 'vision_tasks'"
            )
            assert cursor.fetchone() == ("b", "C.UTF-8", "C", "UTF8")
            for setting, value in {
                "fsync": "on",
                "full_page_writes": "on",
                "synchronous_commit": "on",
                "data_checksums": "on",
                "listen_addresses": "",
                "unix_socket_permissions": "0700",
                "lc_messages": "C",
                "log_timezone": "UTC",
            }.items():
                cursor.execute("SELECT current_setting(%s)", (setting,))
                assert cursor.fetchone() == (value,)
            cursor.execute("SELECT reset_val FROM pg_settings WHERE name = 'TimeZone'")
            assert cursor.fetchone() == ("UTC",)
    finally:
        postgres.release()


def test_only_the_owner_reads_what_is_private(postgres: EmbeddedPostgres, home: Path):
    address = postgres.acquire()
    for name, mode, owner in (
        ("credentials.json", 0o600, os.geteuid()),
        ("server.log", 0o600, os.geteuid()),
        ("data", 0o700, get_server_account().uid),
        ("run", 0o700, get_server_account().uid),
    ):
        found = (home / name).stat()
        assert (name, stat.S_IMODE(found.st_mode), found.st_uid) == (name, mode, owner)
    socket = Path(address.host, f".s.PGSQL.{address.port}")
    assert stat.S_IMODE(socket.stat().st_mode) == 0o700


def test_a_wrong_password_is_refused(postgres: EmbeddedPostgres):
    address = postgres.acquire()
    query = "SELECT rolpassword ^@ 'SCRAM-SHA-256$' FROM pg_authid WHERE rolname = 'vision_tasks'"
    assert fetch_value(postgres.superuser_address(), query) is True
    with pytest.raises(Exception, match="password authentication failed"):
        fetch_value(
            type(address)(address.host, address.port, "postgres", address.password, "postgres"),
            "SELECT 1",
        )
