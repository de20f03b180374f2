"""The key that signs sessions, form tokens and cursors."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from vision_tasks.config import Settings
from vision_tasks.errors import ConfigurationError

FILE_NAME = "secret_key"
KEY_BYTES = 32


def get_secret_key(settings: Settings) -> str:
    """Return `SECRET_KEY`, or the key that is made once and kept in the data directory.

    Eight processes asking at once get the same key. Raises ConfigurationError where no key is
    configured and none can be kept.
    """
    if settings.SECRET_KEY is not None:
        return settings.SECRET_KEY.get_secret_value()
    path = settings.DATA_DIRECTORY / FILE_NAME
    try:
        key = _read(path) or _make(path)
    except OSError as exc:
        raise ConfigurationError(
            f"SECRET_KEY is not set and none can be kept in {settings.DATA_DIRECTORY}"
            f" ({exc.strerror}). Set SECRET_KEY, or VISION_TASKS_DATA_DIR to a writable directory."
        ) from exc
    if len(key) < KEY_BYTES:
        raise ConfigurationError(f"{path} holds no usable key. Delete it, or set SECRET_KEY.")
    return key


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return None


def _make(path: Path) -> str:
    # Written aside and linked into place: whoever links first decides, and nobody reads half a key.
    if not path.parent.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii")
