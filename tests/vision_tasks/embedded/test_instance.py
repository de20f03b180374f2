from pathlib import Path

import pytest

from tests.vision_tasks.embedded.users import connected, fetch_value, is_served
from vision_tasks.embedded import EmbeddedError, EmbeddedPostgres


def test_nothing_happens_before_acquire(place: Path):
    EmbeddedPostgres(place)
    assert not place.exists()


def test_an_empty_directory_becomes_a_database_that_the_application_owns(place: Path):
    with EmbeddedPostgres(place) as address, connected(address) as cursor:
        cursor.execute("CREATE EXTENSION pg_trgm")
        cursor.execute("CREATE TABLE proof (id int)")
        cursor.execute(
            "SELECT current_database(), datdba::regrole::text, pg_encoding_to_char(encoding)"
            " FROM pg_database WHERE datname = current_database()"
        )
        assert cursor.fetchone() == ("vision_tasks", "vision_tasks", "UTF8")


def test_the_application_may_do_nothing_but_log_in(postgres: EmbeddedPostgres):
    rights = "rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls, rolcanlogin"
    with connected(postgres.acquire()) as cursor:
        cursor.execute(f"SELECT {rights} FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False, False, False, False, True)


def test_the_data_outlive_the_server(postgres: EmbeddedPostgres):
    with connected(postgres.acquire()) as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    postgres.release()
    assert fetch_value(postgres.acquire(), "SELECT answer FROM kept") == 42


def test_acquiring_and_releasing_twice_is_as_once(postgres: EmbeddedPostgres, home: Path):
    assert postgres.acquire() == postgres.acquire()
    postgres.release()
    assert not is_served(home)
    postgres.release()


def test_the_superuser_is_reachable_only_while_acquired(postgres: EmbeddedPostgres):
    postgres.acquire()
    assert fetch_value(postgres.superuser_address(), "SELECT current_user::text") == "postgres"
    postgres.release()
    with pytest.raises(EmbeddedError, match="acquire"):
        postgres.superuser_address()


def test_no_password_is_shown_or_logged(postgres: EmbeddedPostgres, home: Path):
    address = postgres.acquire()
    shown = f"{address!r} {address} {(home / 'server.log').read_text()}"
    assert address.password.get_secret_value() not in shown
    assert postgres.superuser_address().password.get_secret_value() not in shown


def test_a_missing_role_or_database_is_made_again(postgres: EmbeddedPostgres):
    postgres.acquire()
    with connected(postgres.superuser_address()) as cursor:
        cursor.execute("DROP DATABASE vision_tasks")
        cursor.execute("DROP ROLE vision_tasks")
    postgres.release()
    assert fetch_value(postgres.acquire(), "SELECT current_user::text") == "vision_tasks"


def test_lost_passwords_are_reported_with_what_to_do(copy: Path):
    (copy / "credentials.json").write_text("{")
    with pytest.raises(EmbeddedError, match="from a backup"):
        EmbeddedPostgres(copy).acquire()
    assert not is_served(copy)


def test_a_directory_that_vanished_can_still_be_released(postgres: EmbeddedPostgres, home: Path):
    postgres.acquire()
    home.rename(home.with_name("moved"))
    postgres.release()
    home.with_name("moved").rename(home)
    postgres.acquire()
