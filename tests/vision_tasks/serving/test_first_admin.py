"""The first admin: made once, on the embedded database only, with a password that is shown once."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.people import PASSWORD, add_person
from tests.databases import Databases, connect, psql
from tests.desk import run_desk
from tests.histories import read_history
from tests.staff import Staff
from vision_tasks.config import Settings
from vision_tasks.embedded import EmbeddedPostgres
from vision_tasks.passwords import is_password
from vision_tasks.serving.first_admin import EMAIL, Admission, admit_somebody
from vision_tasks.upgrade import upgrade_to_head


@pytest.fixture(scope="module")
def embedded(quick_directory: Path) -> Iterator[tuple[Settings, Any]]:
    """Settings of an embedded database of its own, and a third party with SQL."""
    settings = Settings(_env_file=None, DATA_DIRECTORY=quick_directory / "first-admin")
    with EmbeddedPostgres(settings.DATA_DIRECTORY) as address:
        upgrade_to_head(settings)
        connection = connect(address)
        with connection.cursor() as cursor:
            yield settings, cursor
        connection.close()


def test_of_several_starts_at_once_one_makes_the_admin(embedded: tuple[Settings, Any]) -> None:
    settings, cursor = embedded
    cursor.execute("DELETE FROM staff")
    before = {entry.id for entry in read_history(cursor)}
    # No more than may hash a password at once, or wait for it.
    with ThreadPoolExecutor(4) as pool:
        admissions = list(pool.map(admit_somebody, [settings] * 4))
    (password,) = [one.password for one in admissions if one.password is not None]
    assert all(one.advice is None for one in admissions)
    entries = [one for one in read_history(cursor) if one.id not in before]
    told = [(one.actor, one.action, json.loads(one.after)) for one in entries]
    # As `flask staff add` writes it.
    assert told == [("cli:serve", "staff added", {"staff": EMAIL, "role": "admin"})]
    cursor.execute("SELECT email, role, is_active, password_hash FROM staff")
    ((email, role, is_active, password_hash),) = cursor.fetchall()
    assert (email, role, is_active) == (EMAIL, "admin", True)
    assert is_password(password.get_secret_value(), password_hash)
    assert password.get_secret_value() not in repr(admissions)


def test_where_there_is_staff_nobody_is_made(embedded: tuple[Settings, Any]) -> None:
    settings, cursor = embedded
    cursor.execute("DELETE FROM staff")
    add_person(cursor, "viewer", email="ana@example.org", password=PASSWORD)
    assert admit_somebody(settings) == Admission()
    cursor.execute("SELECT count(*) FROM staff")
    assert cursor.fetchone() == (1,)


def test_where_passwords_sign_nobody_in_nobody_is_made(embedded: tuple[Settings, Any]) -> None:
    settings, cursor = embedded
    cursor.execute("DELETE FROM staff")
    before = len(read_history(cursor))
    admission = admit_somebody(settings.model_copy(update={"PASSWORD_SIGN_IN": False}))
    assert admission.password is None
    (line,) = admission.describe().splitlines()
    assert line.startswith("nobody can yet; let the first admin in by single sign-on: ")
    assert "VISION_TASKS_DATA_DIR=" in line
    assert line.endswith(" uv run flask staff add EMAIL --role admin --no-password")
    cursor.execute("SELECT count(*) FROM staff")
    assert cursor.fetchone() == (0,)
    assert len(read_history(cursor)) == before


def test_on_any_other_database_nobody_is_made_and_the_screen_says_how(
    databases: Databases, template: str
) -> None:
    with databases.create(template=template) as settings, psql(settings) as cursor:
        admission = admit_somebody(settings)
        assert "uv run flask staff add EMAIL --role admin" in admission.describe()
        assert "DATA_DIR" not in admission.describe()
        cursor.execute("SELECT count(*) FROM staff")
        assert cursor.fetchone() == (0,)
        add_person(cursor)
        assert "flask staff add" not in admit_somebody(settings).describe()


def test_the_screen_shows_the_password_once_and_it_opens_the_desk(quick_directory: Path) -> None:
    home = quick_directory / "screen"
    with run_desk(home) as desk:
        email, password = desk.find_admin()
        assert email == EMAIL
        assert desk.printed.count(password) == 1
        staff = Staff(desk)
        assert staff.open("/admin/tasks/").status_code == 200
        staff.close()
    with run_desk(home) as desk:
        assert "password" not in desk.printed
        staff = Staff(desk, email, password)
        assert staff.open("/admin/tasks/").status_code == 200
        staff.close()
