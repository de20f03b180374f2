"""Passwords of staff: which will do, how one is made, and how they are kept."""

import unicodedata
from secrets import choice

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from vision_tasks.errors import InvalidFieldError, PasswordsBusyError
from vision_tasks.sentences import sentence
from vision_tasks.turns import Turns

MIN_CHARACTERS = 12
MAX_CHARACTERS = 128
MIN_DIFFERENT_CHARACTERS = 5
AT_ONCE, WAITING = 2, 2
"""How many are hashed or checked at once, and how many more may wait for that, per process."""
LONGEST_WAIT_SECONDS = 5.0

# Composing makes a text shorter at most this many times; what is longer is not even looked at.
_COMPOSED_FROM = 4
# Each takes 64 MiB and four lanes, so many at once would take the memory and be no faster. Nor may
# many wait: each does so in a thread of the desk, which has ten of them for everything.
TURNS = Turns(
    at_once=AT_ONCE,
    waiting=WAITING,
    longest_seconds=LONGEST_WAIT_SECONDS,
    refuse=PasswordsBusyError,
)
_HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_PARAMETERS = (
    f"m={RFC_9106_LOW_MEMORY.memory_cost},t={RFC_9106_LOW_MEMORY.time_cost}"
    f",p={RFC_9106_LOW_MEMORY.parallelism}"
)
# Sixteen and thirty-two zero bytes: checking it costs what checking a real one does.
_HASH_OF_NOBODY = f"$argon2id$v=19${_PARAMETERS}${'A' * 22}${'A' * 43}"
# Without the characters that are taken for others: 20 of these 31 come to 99 bits.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_CHARACTERS = 5, 4
# Long enough for the other rules, and still among the first that anybody tries.
_OBVIOUS = (
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123456789abc",
    "abcdefghijkl",
    "administrator",
    "adminadminadmin",
    "changemechangeme",
    "contraseña123",
    "iloveyou1234",
    "letmeinletmein",
    "password1234",
    "password12345",
    "passwordpassword",
    "qwerty123456",
    "qwertyuiop123",
    "visiontasks1",
    "visiontasks123",
    "welcome12345",
)


def check_password_rules(text: str, *, email: str) -> None:
    """Raise InvalidFieldError, which does not repeat `text`, where it will not do.

    Counted are characters after NFKC. `email` is the address of whoever is to use it.
    """
    password = _normalize(text)
    if password is None or len(password) > MAX_CHARACTERS:
        raise InvalidFieldError(
            "password", sentence("must have at most %(most)s characters.", most=MAX_CHARACTERS)
        )
    if len(password) < MIN_CHARACTERS:
        raise InvalidFieldError(
            "password", sentence("must have at least %(least)s characters.", least=MIN_CHARACTERS)
        )
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in password):
        raise InvalidFieldError(
            "password", sentence("must not hold a tab or another control character.")
        )
    if len(set(password)) < MIN_DIFFERENT_CHARACTERS:
        raise InvalidFieldError(
            "password",
            sentence(
                "must have at least %(least)s different characters.",
                least=MIN_DIFFERENT_CHARACTERS,
            ),
        )
    address = email.casefold()
    if password.casefold() in (address, address.partition("@")[0]):
        raise InvalidFieldError("password", sentence("must not be the email address."))
    if password.casefold() in _OBVIOUS:
        raise InvalidFieldError("password", sentence("is among the first that anybody would try."))


def make_password() -> str:
    """Make a random one of 99 bits that can be read out and typed."""
    groups = ("".join(choice(_READABLE) for _ in range(_GROUP_CHARACTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def hash_password(text: str) -> str:
    """Hash a password that follows the rules, however a keyboard composes its characters.

    With argon2id and the second recommended parameters of RFC 9106, section 4 (64 MiB of memory,
    three passes, four lanes), as a PHC string that names them. Waits while two are being hashed or
    checked in this process; raises PasswordsBusyError where others wait already, or it takes long.
    """
    with TURNS.take():
        return _HASHER.hash(unicodedata.normalize("NFKC", text))


def is_password(text: str, password_hash: str | None) -> bool:
    """Tell whether `text` is the password; takes as long where there is none to compare with.

    A text that is too long to be a password is not hashed, whoever it is for. Waits, and raises
    PasswordsBusyError, as `hash_password` does, whoever it is for.
    """
    password = _normalize(text)
    if password is None or len(password) > MAX_CHARACTERS:
        return False
    encoded = password.encode(errors="surrogatepass")
    try:
        with TURNS.take():
            _HASHER.verify(password_hash or _HASH_OF_NOBODY, encoded)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def _normalize(text: str) -> str | None:
    if len(text) > MAX_CHARACTERS * _COMPOSED_FROM:
        return None
    return unicodedata.normalize("NFKC", text)
