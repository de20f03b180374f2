"""`flask staff`: one line and no secret, whatever is asked of it."""

import pytest

from dashboard import create_app
from dashboard.terminal import get_user_name
from tests.dashboard.people import add_person, add_session
from tests.databases import psql
from tests.histories import read_history
from vision_tasks.passwords import is_password

PASSWORD = "seven quiet herons"


@pytest.fixture
def staff(settings, tmp_path):
    """Run `flask staff`; without a secret key, and without a place to make one."""
    keyless = settings.model_copy(
        update={"SECRET_KEY": None, "DATA_DIRECTORY": tmp_path / "no such place"}
    )
    app = create_app(keyless)

    def run(*arguments, stdin=""):
        result = app.test_cli_runner().invoke(args=["staff", *arguments], input=stdin)
        assert PASSWORD not in result.output
        assert "Traceback" not in result.output
        return result

    yield run
    assert not keyless.DATA_DIRECTORY.exists()


def add(staff, email="ana@example.org", role="editor"):
    result = staff("add", email, "--role", role, "--password-stdin", stdin=f"{PASSWORD}\n")
    assert result.exit_code == 0
    return result


def read_staff(cursor, email="ana@example.org"):
    cursor.execute(
        "SELECT role, is_active, password_hash, two_factor_method FROM staff WHERE email = %s",
        (email,),
    )
    return cursor.fetchone()


def refused(result, *words):
    assert result.exit_code == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("Error: ")
    for word in words:
        assert word in line


def test_add_makes_somebody_who_can_sign_in(staff, cursor):
    result = add(staff, email=" Ana@Example.org ")
    assert result.output == "ana@example.org is on the staff now, as editor.\n"
    role, is_active, password_hash, _ = read_staff(cursor)
    assert (role, is_active) == ("editor", True)
    assert is_password(PASSWORD, password_hash)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_line_end_is_no_part_of_a_password(staff, cursor, end):
    staff("add", "a@b", "--role", "viewer", "--password-stdin", stdin=f" {PASSWORD} {end}")
    assert is_password(f" {PASSWORD} ", read_staff(cursor, "a@b")[2])


def test_somebody_can_be_left_to_single_sign_on(staff, cursor):
    assert staff("add", "a@b", "--role", "viewer", "--no-password").exit_code == 0
    assert read_staff(cursor, "a@b") == ("viewer", True, None, None)


@pytest.mark.parametrize(
    ("person", "password", "word"),
    [
        (("nobody", "viewer"), PASSWORD, "email"),
        (("a@b", "root"), PASSWORD, "viewer, editor, admin"),
        (("a@b", "viewer"), "short", "at least 12"),
        (("a@b", "viewer"), "x" * 1_000_000, "at most 128"),
        (("a@b", "viewer"), f"{PASSWORD}\n{PASSWORD}", "control"),
        (("a@b", "viewer"), f"{PASSWORD}\x00", "control"),
        (("a@b", "viewer"), b"\xff" * 20, "UTF-8"),
        (("a@b", "viewer"), "", "at least 12"),
    ],
)
def test_what_will_not_do_is_one_line(staff, cursor, person, password, word):
    email, role = person
    refused(staff("add", email, "--role", role, "--password-stdin", stdin=password), word)
    cursor.execute("SELECT count(*) FROM staff")
    assert cursor.fetchone() == (0,)


def test_nobody_is_added_twice(staff, cursor):
    add(staff)
    again = staff("add", "ANA@example.org", "--role", "admin", "--password-stdin", stdin=PASSWORD)
    refused(again, "ana@example.org is on the staff already")
    assert read_staff(cursor)[0] == "editor"


@pytest.mark.parametrize("command", [("add", "ana@example.org", "--role", "viewer"),
                                     ("reset-password", "ana@example.org")])  # fmt: skip
def test_without_a_terminal_a_password_is_not_asked_for(staff, cursor, command):
    if command[0] != "add":
        add_person(cursor, email="ana@example.org")
    refused(staff(*command, stdin=PASSWORD), "--password-stdin", "terminal")


def test_a_password_is_no_argument(staff):
    result = staff("add", "a@b", "--role", "viewer", "--password", "x")
    assert result.exit_code == 2
    assert "No such option" in result.stderr


def test_list_shows_everybody_and_no_secret(staff, cursor):
    assert staff("list").output == ""
    add(staff)
    add_person(cursor, "admin", email="a-much-longer-address@example.org")
    first, second = staff("list").output.splitlines()
    assert " ".join(first.split()) == (
        "a-much-longer-address@example.org admin active second factor off last sign-in never"
    )
    assert second.startswith("ana@example.org ")
    assert first.index("admin") == second.index("editor")
    assert "argon2" not in first + second


def test_disable_ends_the_sessions_and_enable_lets_in_again(staff, cursor):
    add_session(cursor, add_person(cursor, "viewer", email="ana@example.org"))
    assert staff("disable", "ana@example.org").output == "ana@example.org is disabled now.\n"
    assert not read_staff(cursor)[1]
    cursor.execute("SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL")
    assert cursor.fetchone() == (0,)
    assert staff("disable", "ana@example.org").output == "ana@example.org is disabled already.\n"
    assert staff("enable", "ana@example.org").output == "ana@example.org is active now.\n"
    assert read_staff(cursor)[1]


def test_role_changes_a_role_and_says_where_it_was_that_already(staff, cursor):
    add(staff)
    for said in ("now", "already"):
        assert staff("role", "ana@example.org", "viewer").output == (
            f"ana@example.org is viewer {said}.\n"
        )
    assert read_staff(cursor)[0] == "viewer"


@pytest.mark.parametrize("command", [("disable", "a@b"), ("role", "a@b", "editor")])
def test_the_last_admin_is_kept(staff, cursor, command):
    add(staff, "a@b", "admin")
    refused(staff(*command), "no active admin would be left who can sign in")
    assert read_staff(cursor, "a@b")[:2] == ("admin", True)


def test_reset_password_replaces_it_and_ends_the_sessions(staff, cursor):
    add_session(cursor, add_person(cursor, email="ana@example.org", password="the one before"))
    result = staff("reset-password", "ana@example.org", "--password-stdin", stdin=PASSWORD)
    assert result.output == "ana@example.org has a new password and is signed out everywhere.\n"
    assert is_password(PASSWORD, read_staff(cursor)[2])
    cursor.execute("SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL")
    assert cursor.fetchone() == (0,)


def test_remove_second_factor_removes_it_and_ends_the_sessions(staff, cursor):
    add_session(cursor, add_person(cursor, email="ana@example.org"))
    cursor.execute("UPDATE staff SET two_factor_method = 'totp', totp_secret = 's'")
    assert staff("remove-second-factor", "ana@example.org").output == (
        "ana@example.org has no second factor any more and is signed out everywhere.\n"
    )
    assert read_staff(cursor)[3] is None
    cursor.execute("SELECT count(*) FROM staff_sessions WHERE ended_at IS NULL")
    assert cursor.fetchone() == (0,)
    assert "anyway" in staff("remove-second-factor", "ana@example.org").output


@pytest.mark.parametrize(
    "command",
    [
        ("disable",),
        ("enable",),
        ("role", "viewer"),
        ("reset-password",),
        ("remove-second-factor",),
    ],
)
def test_somebody_unknown_is_one_line(staff, settings, command):
    name, *more = command
    refused(staff(name, "eva@example.org", *more), "eva@example.org", settings.database_place)
    refused(staff(name, "a\x00b", *more), "email")


def test_every_change_stands_in_the_history_and_no_secret_does(staff, cursor):
    add(staff, "boss@example.org", "admin")
    add(staff)
    for command in (
        ("role", "ana@example.org", "viewer"),
        ("role", "ana@example.org", "viewer"),
        ("disable", "ana@example.org"),
        ("enable", "ana@example.org"),
        ("remove-second-factor", "ana@example.org"),
        ("reset-password", "ana@example.org", "--password-stdin"),
    ):
        cursor.execute("UPDATE staff SET two_factor_method = 'totp', totp_secret = 's3cret'")
        assert staff(*command, stdin="another good one").exit_code == 0
    rows = read_history(cursor)
    assert [row.action for row in rows] == [
        "staff added",
        "staff added",
        "staff role changed",
        "staff disabled",
        "staff enabled",
        "second factor removed",
        "password reset",
    ]
    assert {row.actor for row in rows} == {f"cli:{get_user_name()}"}
    assert '"staff": "ana@example.org"' in rows[-1].after
    assert rows[2].after == (
        '{"role": "viewer", "staff": "ana@example.org", "role_before": "editor"}'
    )
    for secret in (PASSWORD, "argon2", "s3cret", "another good one"):
        assert secret not in str(rows)


def test_a_database_without_the_tables_is_one_line(empty_settings):
    app = create_app(empty_settings)
    refused(app.test_cli_runner().invoke(args=["staff", "list"]), "flask db upgrade")


def test_a_rule_of_the_database_is_one_line(own_settings):
    with psql(own_settings) as cursor:
        cursor.execute("ALTER TABLE staff ADD CHECK (email LIKE '%@acme.example')")
    app = create_app(own_settings)
    result = app.test_cli_runner().invoke(
        args=["staff", "add", "a@b", "--role", "viewer", "--no-password"]
    )
    refused(result, "refused this by a rule of its own")
