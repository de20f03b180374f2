"""What a run is called, and the ids that its tasks get."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from vision_tasks.errors import ConfigurationError

NAME_MAX_CHARACTERS = 100
DIGEST_BYTES = 32

_RANDOM_BYTES = 8
_CHECK_CHARACTERS = 4
_MADE = re.compile(rf"([0-9]{{8}}-[0-9a-f]{{16}})([0-9a-f]{{{_CHECK_CHARACTERS}}})")
_GIVEN = re.compile(rf"[!-~]{{1,{NAME_MAX_CHARACTERS}}}")
_VARIANT = "89ab"


@dataclass(frozen=True)
class Run:
    """One sending; `may_repeat` tells whether lines of it may be stored already."""

    name: str
    may_repeat: bool
    advice: str
    """Completes "To resume after a cut, run the same command over the same input …"."""


def choose_run(resumed: str | None, given: str | None) -> Run:
    """Make the run for `--resume` and `--name`, of which one at most is there.

    Raises ConfigurationError where a name cannot be one.
    """
    if given is not None:
        if _GIVEN.fullmatch(given) is None:
            raise ConfigurationError(
                f"--name must be 1 to {NAME_MAX_CHARACTERS} visible ASCII characters."
            )
        return Run(given, may_repeat=True, advice="once more as it stands")
    if resumed is not None and not _is_made(resumed):
        # A name with a slip in it would be a new run and double everything.
        raise ConfigurationError(
            "--resume must be a name that this command has printed; copy the whole of it."
        )
    name = resumed or _make_name()
    return Run(name, may_repeat=resumed is not None, advice=f"with --resume {name}")


class Identities:
    """The ids of one run, as UUIDs of version 4 (RFC 9562, section 5.4)."""

    def __init__(self, run: Run) -> None:
        self._start = hashlib.sha256(b"vision-tasks send\0" + run.name.encode() + b"\0")

    def digest(self, name: bytes) -> bytes:
        """Return what stands for a file name in this run, DIGEST_BYTES long."""
        state = self._start.copy()
        state.update(name)
        return state.digest()

    @staticmethod
    def format_id(digest: bytes, occurrence: int) -> str:
        """Return the id of the `occurrence`th line, from 1, with this file name."""
        if occurrence > 1:
            digest = hashlib.sha256(digest + str(occurrence).encode()).digest()
        text = digest.hex()
        variant = _VARIANT[digest[8] & 3]
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:32]}"


def _make_name() -> str:
    name = f"{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(_RANDOM_BYTES)}"
    return name + _check_characters(name)


def _is_made(name: str) -> bool:
    match = _MADE.fullmatch(name)
    return match is not None and match[2] == _check_characters(match[1])


def _check_characters(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:_CHECK_CHARACTERS]
