from pathlib import Path

import pytest

from tests.vision_tasks.embedded.users import fetch_value, is_served
from vision_tasks.embedded import EmbeddedError, EmbeddedPostgres, readiness, server, session
from vision_tasks.embedded.locks import FileLock
from vision_tasks.embedded.log import MAX_LOG_BYTES


def test_without_unix_sockets_it_listens_on_this_machine_only(home: Path):
    postgres = EmbeddedPostgres(home, over_tcp=True)
    with postgres as address:
        assert address.host == "127.0.0.1"
        assert fetch_value(address, "SELECT current_user::text") == "vision_tasks"
        query = "SELECT current_setting('unix_socket_directories')"
        assert fetch_value(postgres.superuser_address(), query) == ""
        with EmbeddedPostgres(home) as joined:
            assert joined == address
    assert not is_served(home)


def test_a_failed_start_names_the_log_and_its_fatal_line(copy: Path):
    with (copy / "data" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    with pytest.raises(
        EmbeddedError, match=r"FATAL:  configuration file .* contains errors"
    ) as caught:
        EmbeddedPostgres(copy).acquire()
    assert str(copy / "server.log") in str(caught.value)
    assert not is_served(copy)


def test_an_overlong_log_is_set_aside_at_the_next_start(home: Path):
    with (home / "server.log").open("wb") as file:
        file.truncate(MAX_LOG_BYTES + 1)
    with EmbeddedPostgres(home):
        pass
    assert (home / "server.log.1").stat().st_size == MAX_LOG_BYTES + 1
    assert 0 < (home / "server.log").stat().st_size < MAX_LOG_BYTES


def test_a_server_that_does_not_stop_in_time_is_stopped_hard(home: Path, monkeypatch):
    postgres = EmbeddedPostgres(home)
    postgres.acquire()
    monkeypatch.setattr(server, "FAST_STOP_SECONDS", 0.0)
    postgres.release()
    assert not is_served(home)
    assert "immediate shutdown request" in (home / "server.log").read_text()
    with postgres as address:
        assert fetch_value(address, "SELECT 1") == 1


def test_a_long_start_is_reported(home: Path, monkeypatch, caplog):
    monkeypatch.setattr(readiness, "REPORT_SECONDS", 0.0)
    caplog.set_level("INFO", "vision_tasks.embedded")
    with EmbeddedPostgres(home):
        pass
    assert "The embedded database is starting" in caplog.text


def test_a_start_that_others_take_too_long_over_is_given_up(home: Path, monkeypatch):
    monkeypatch.setattr(session, "START_LOCK_SECONDS", 0.0)
    lock = FileLock(home / "start.lock")
    assert lock.try_exclusive()
    with pytest.raises(EmbeddedError, match="Another process has been starting or stopping"):
        EmbeddedPostgres(home).acquire()
    lock.free()


def test_processes_that_cannot_be_reached_are_given_up(home: Path, monkeypatch):
    monkeypatch.setattr(readiness, "MAX_OTHER_SECONDS", 0.0)
    monkeypatch.setattr(server, "IMMEDIATE_STOP_SECONDS", 0.0)
    lock = FileLock(home / "server.lock")
    assert lock.try_exclusive()
    with pytest.raises(EmbeddedError, match="cannot be reached"):
        EmbeddedPostgres(home).acquire()
    lock.free()
