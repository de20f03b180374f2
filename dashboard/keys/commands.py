"""`flask api-key`: the keys of API clients, from a terminal or a script."""

import click
from flask.cli import AppGroup

from dashboard.formats import format_moment
from dashboard.terminal import begin, one_line
from vision_tasks.api_key_changes import fetch_keys, make_key, revoke_key, rotate_key
from vision_tasks.api_key_errors import ApiKeyEndedError
from vision_tasks.api_key_queries import KeyRecord
from vision_tasks.api_key_rules import (
    MAX_EXPIRES_DAYS,
    MAX_GRACE_HOURS,
    Scope,
    check_expiry,
    check_grace,
    check_key_name,
    check_scopes,
)
from vision_tasks.config import Settings

_NAME = click.argument("name")
_SHOWN_ONCE = "It is shown this once; nobody can read it again."


def make_key_commands(settings: Settings) -> AppGroup:
    """Make the group; its commands need no secret key, and end with status 1 and one line.

    A key goes to standard output and nothing beside it, so that it can be piped on.
    """
    group = AppGroup("api-key", help="The keys of API clients.")
    _add_giving(group, settings)
    _add_others(group, settings)
    return group


def _add_giving(group: AppGroup, settings: Settings) -> None:
    @group.command("add")
    @_NAME
    @click.option(
        "--scope",
        "scopes",
        multiple=True,
        required=True,
        metavar="|".join(Scope),
        help="What the key allows; give it once for each.",
    )
    @click.option(
        "--expires-days", type=int, help=f"End after so many days, {MAX_EXPIRES_DAYS:,} at most."
    )
    def add(name: str, scopes: tuple[str, ...], expires_days: int | None) -> None:
        """Make a key and print it."""
        with one_line(settings):
            checked_name, checked_scopes = check_key_name(name), check_scopes(scopes)
            expires_in = check_expiry(expires_days)
            with begin() as connection:
                secret = make_key(connection, checked_name, checked_scopes, expires_in=expires_in)
        click.echo(f"The key {name} may {', '.join(checked_scopes)}. {_SHOWN_ONCE}", err=True)
        click.echo(secret.get_secret_value())

    @group.command("rotate")
    @_NAME
    @click.option(
        "--grace-hours",
        type=int,
        default=0,
        show_default=True,
        help=f"How long the secret before goes on, {MAX_GRACE_HOURS} at most.",
    )
    def rotate(name: str, grace_hours: int) -> None:
        """Give a key another secret and print it; an older one than the last ends now."""
        with one_line(settings):
            checked_name, grace = check_key_name(name), check_grace(grace_hours)
            with begin() as connection:
                key, secret = rotate_key(connection, checked_name, grace=grace)
        click.echo(f"The key {name} has another secret. {_SHOWN_ONCE}", err=True)
        if key.previous_expires_at is None:
            click.echo("The secret before is refused from now on.", err=True)
        else:
            until = format_moment(key.previous_expires_at)
            click.echo(f"The secret before goes on until {until}.", err=True)
        click.echo(secret.get_secret_value())


def _add_others(group: AppGroup, settings: Settings) -> None:
    @group.command("list")
    def list_keys() -> None:
        """List all keys: name, state, scopes, when made, when they end, when last used."""
        with one_line(settings), begin() as connection:
            keys = fetch_keys(connection)
        width = max((len(key.name) for key in keys), default=0)
        for key in keys:
            click.echo(_format_key(key, width))

    @group.command("revoke")
    @_NAME
    def revoke(name: str) -> None:
        """End a key for good: its next request is refused."""
        with one_line(settings):
            checked_name = check_key_name(name)
            try:
                with begin() as connection:
                    revoke_key(connection, checked_name)
            except ApiKeyEndedError as exc:
                click.echo(str(exc))
            else:
                click.echo(f"The key {name} is revoked; its next request is refused.")


def _format_key(key: KeyRecord, width: int) -> str:
    ends = "never" if key.expires_at is None else format_moment(key.expires_at)
    used = "never" if key.last_used_at is None else format_moment(key.last_used_at)
    line = (
        f"{key.name:{width}}  {key.state:8}  {','.join(key.scopes)}"
        f"  made {format_moment(key.created_at)}  ends {ends}  last used {used}"
    )
    if key.previous_expires_at is not None:
        line += f"  secret before goes on until {format_moment(key.previous_expires_at)}"
    return line
