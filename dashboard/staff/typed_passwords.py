"""A password from whoever runs a command: never in its arguments, never on the screen."""

import sys

import click

from vision_tasks.errors import InvalidFieldError
from vision_tasks.passwords import check_password_rules

MAX_BYTES = 65_536


def read_password(email: str, *, from_stdin: bool) -> str:
    """Read the password of whoever has this address, from standard input or asked for twice.

    Raises InvalidFieldError where it will not do, or nobody is there to be asked.
    """
    password = _read_stdin() if from_stdin else _ask(email)
    check_password_rules(password, email=email)
    return password


def _read_stdin() -> str:
    try:
        text = sys.stdin.buffer.read(MAX_BYTES).decode()
    except UnicodeDecodeError:
        raise InvalidFieldError("password", "must be text in UTF-8.") from None
    # The one line end that `echo` adds; a second line is no part of a password.
    return text.removesuffix("\n").removesuffix("\r")


def _ask(email: str) -> str:
    if not sys.stdin.isatty():
        raise InvalidFieldError(
            "password",
            "cannot be asked for, as this is no terminal; pass --password-stdin and write it to"
            " standard input.",
        )
    question = f"Password for {email}"
    answer: str = click.prompt(question, hide_input=True, confirmation_prompt=True)
    return answer
