"""`flask staff`: who may get into the standalone desk, from a terminal or a script."""

from uuid import uuid4

import click
from flask.cli import AppGroup
from sqlalchemy import Connection

from dashboard.formats import format_moment
from dashboard.staff import changes
from dashboard.staff.typed_passwords import read_password
from dashboard.terminal import begin, one_line
from vision_tasks.config import Settings
from vision_tasks.passwords import hash_password
from vision_tasks.staff import StaffRecord, StaffRole, check_email, check_role

_EMAIL = click.argument("email")
_ROLES = "|".join(StaffRole)
_PASSWORD_STDIN = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


def make_staff_commands(settings: Settings) -> AppGroup:
    """Make the group; its commands need no secret key, and end with status 1 and one line."""
    group = AppGroup("staff", help="Who may sign in to the desk, and as what.")
    _add_lasting(group, settings)
    _add_changing(group, settings)
    return group


def _add_lasting(group: AppGroup, settings: Settings) -> None:
    @group.command("add")
    @_EMAIL
    @click.option("--role", required=True, metavar=_ROLES, help="What they may do.")
    @_PASSWORD_STDIN
    @click.option("--no-password", is_flag=True, help="Let them in by single sign-on only.")
    def add(email: str, role: str, password_stdin: bool, no_password: bool) -> None:  # noqa: FBT001
        """Add somebody; asks for their first password."""
        with one_line(settings):
            address, checked_role = check_email(email), check_role(role)
            password_hash = None
            if not no_password:
                password_hash = hash_password(read_password(address, from_stdin=password_stdin))
            with begin() as connection:
                changes.add_person(connection, uuid4(), address, checked_role, password_hash)
            click.echo(f"{address} is on the staff now, as {checked_role}.")

    @group.command("list")
    def list_staff() -> None:
        """List everybody: address, role, state, second factor, last sign-in."""
        with one_line(settings):
            with begin() as connection:
                people = changes.fetch_staff(connection)
            width = max((len(person.email) for person in people), default=0)
            for person in people:
                click.echo(_format_person(person, width))

    @group.command("reset-password")
    @_EMAIL
    @_PASSWORD_STDIN
    def reset_password(email: str, password_stdin: bool) -> None:  # noqa: FBT001
        """Give somebody a new password, and end their sessions."""
        with one_line(settings):
            with begin() as connection:
                person = _get_person(connection, email)
            password = read_password(person.email, from_stdin=password_stdin)
            password_hash = hash_password(password)
            with begin() as connection:
                changes.reset_password(connection, person, password_hash)
            click.echo(f"{person.email} has a new password and is signed out everywhere.")


def _add_changing(group: AppGroup, settings: Settings) -> None:
    @group.command("role")
    @_EMAIL
    @click.argument("role", metavar=_ROLES)
    def change_role(email: str, role: str) -> None:
        """Give somebody another role, from their next click on."""
        with one_line(settings), begin() as connection:
            person, checked_role = _get_person(connection, email), check_role(role)
            is_new = changes.change_role(connection, person, checked_role)
        click.echo(f"{person.email} is {checked_role} {'now' if is_new else 'already'}.")

    @group.command("disable")
    @_EMAIL
    def disable(email: str) -> None:
        """Let somebody in no more, and end their sessions; the history keeps their name."""
        with one_line(settings), begin() as connection:
            person = _get_person(connection, email)
            is_new = changes.change_activity(connection, person, is_active=False)
        click.echo(f"{person.email} is disabled {'now' if is_new else 'already'}.")

    @group.command("enable")
    @_EMAIL
    def enable(email: str) -> None:
        """Let somebody in again."""
        with one_line(settings), begin() as connection:
            person = _get_person(connection, email)
            is_new = changes.change_activity(connection, person, is_active=True)
        click.echo(f"{person.email} is active {'now' if is_new else 'already'}.")

    @group.command("remove-second-factor")
    @_EMAIL
    def remove_second_factor(email: str) -> None:
        """Ask somebody for their password only until they set one up again; end their sessions."""
        with one_line(settings), begin() as connection:
            person = _get_person(connection, email)
            is_new = changes.drop_second_factor(connection, person)
        done = "any more and is signed out everywhere" if is_new else "anyway"
        click.echo(f"{person.email} has no second factor {done}.")


def _get_person(connection: Connection, email: str) -> StaffRecord:
    return changes.get_person_by_email(connection, check_email(email))


def _format_person(person: StaffRecord, width: int) -> str:
    last = "never" if person.signed_in_at is None else format_moment(person.signed_in_at)
    return (
        f"{person.email:{width}}  {person.role:6}  {'active' if person.is_active else 'disabled':8}"
        f"  second factor {'on' if person.has_second_factor else 'off':3}  last sign-in {last}"
    )
