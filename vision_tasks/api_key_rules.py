"""What a key of an API client may look like: its secret, its name, its scopes, its times."""

import hashlib
import re
import secrets
import string
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from pydantic import SecretStr

from vision_tasks.errors import InvalidFieldError
from vision_tasks.models import KEY_NAME_MAX_CHARACTERS
from vision_tasks.sentences import Amount, Sentence, listed, sentence

PREFIX = "vt_"
SECRET_CHARACTERS = 43
"""So many of 62 come to 256 bits."""
MAX_EXPIRES_DAYS = 3_650
MAX_GRACE_HOURS = 720

_ALPHABET = string.ascii_letters + string.digits
_NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{KEY_NAME_MAX_CHARACTERS - 1}}}")


class Scope(StrEnum):
    """What a key allows, each by itself: to read tasks, to add and change them, to delete them."""

    READ = "tasks:read"
    WRITE = "tasks:write"
    DELETE = "tasks:delete"


def make_secret() -> SecretStr:
    """Make a key that nobody can guess; a double click selects all of it."""
    return SecretStr(PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(SECRET_CHARACTERS)))


def hash_secret(secret: str) -> bytes:
    """Return the SHA-256 of a key, all of it that is stored.

    A slow hash makes up for secrets that people choose, of which few are likely. Here all of 2^256
    are equally likely, so there is nothing to try out, and each request would pay for slowness.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def check_key_name(name: str) -> str:
    """Return `name`; raises InvalidFieldError unless it is short and plain."""
    if _NAME.fullmatch(name) is None:
        raise InvalidFieldError(
            "name",
            sentence(
                "must have 1 to %(most)s of the characters a-z, 0-9, '.', '_' and '-', and begin"
                " with a letter or a digit.",
                most=KEY_NAME_MAX_CHARACTERS,
            ),
        )
    return name


def check_scopes(given: Iterable[str]) -> tuple[Scope, ...]:
    """Return each of the scopes once, in their order; raises InvalidFieldError."""
    wanted = set(given)
    if not wanted or not wanted <= set(Scope):
        raise InvalidFieldError(
            "scopes", sentence("must be one or more of %(choices)s.", choices=listed(Scope))
        )
    return tuple(scope for scope in Scope if scope in wanted)


def check_expiry(days: int | None) -> timedelta | None:
    """Return how long a key is to hold, None for ever; raises InvalidFieldError."""
    if days is None:
        return None
    if not 1 <= days <= MAX_EXPIRES_DAYS:
        raise InvalidFieldError(
            "days",
            _ask_for_whole_number(1, MAX_EXPIRES_DAYS),
        )
    return timedelta(days=days)


def check_grace(hours: int) -> timedelta:
    """Return how long a secret is to go on after its rotation; raises InvalidFieldError."""
    if not 0 <= hours <= MAX_GRACE_HOURS:
        raise InvalidFieldError("hours", _ask_for_whole_number(0, MAX_GRACE_HOURS))
    return timedelta(hours=hours)


def _ask_for_whole_number(least: int, most: int) -> Sentence:
    return sentence(
        "must be a whole number from %(least)s to %(most)s.", least=least, most=Amount(most)
    )
