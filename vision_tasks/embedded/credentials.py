"""The passwords of an embedded cluster."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from vision_tasks.embedded.durable import write_private_file
from vision_tasks.embedded.errors import EmbeddedError

_BYTES = 24


@dataclass(frozen=True)
class Credentials:
    """One password for the superuser, one for the application."""

    superuser: SecretStr
    application: SecretStr


def create_credentials(path: Path) -> Credentials:
    """Store new random passwords in `path`, readable by its owner only."""
    made = Credentials(*(SecretStr(secrets.token_urlsafe(_BYTES)) for _ in range(2)))
    content = {
        "superuser": made.superuser.get_secret_value(),
        "application": made.application.get_secret_value(),
    }
    write_private_file(path, json.dumps(content))
    return made


def load_credentials(path: Path) -> Credentials:
    """Return the stored passwords; raise EmbeddedError if they are lost."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Credentials(SecretStr(content["superuser"]), SecretStr(content["application"]))
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        # Without `from`: the parser's error would carry the file's content.
        raise EmbeddedError(
            f"The passwords of the embedded database in {path} are missing or damaged.",
            "Put that file back from a backup, or set VISION_TASKS_DATA_DIR to a new directory.",
        ) from None
