"""Where to send to, and the key that opens it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from vision_tasks.errors import ConfigurationError
from vision_tasks.web_addresses import is_safe_to_call

KEY_VARIABLE = "VISION_TASKS_KEY"

_KEY = re.compile(r"[!-~]+")
_PATH = re.compile(r"[A-Za-z0-9._~/-]*")
_KEY_FILE_BYTES = 4096


@dataclass(frozen=True)
class Target:
    """The address of the call; `port` is None for the usual one."""

    is_encrypted: bool
    host: str
    port: int | None
    path: str
    is_near: bool
    """Whether the server is on this machine, so that nobody gains by compression."""


def parse_target(url: str, api_path: str, *, allow_http: bool) -> Target:
    """Read `--url` and `--api-path`; raises ConfigurationError, without repeating the URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ConfigurationError("--url is no URL, such as https://desk.example.org.") from None
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            "--url must hold no user name and no password; the key goes into"
            f" {KEY_VARIABLE} or --key-file."
        )
    path = parts.path.rstrip("/") + "/" + api_path.strip("/")
    if (
        parts.scheme not in ("http", "https")
        or not host
        or not url.isascii()
        or any(character <= " " for character in url)
        or parts.query
        or parts.fragment
        or _PATH.fullmatch(path) is None
    ):
        raise ConfigurationError(
            "--url must be http:// or https://, a host, perhaps a port and a path, and nothing"
            " else, such as https://desk.example.org."
        )
    if not allow_http and not is_safe_to_call(url):
        raise ConfigurationError(
            "--url is http:// to another machine, so whoever is on the way could read the key."
            " Use https://, or say --insecure if that does not matter."
        )
    return Target(
        is_encrypted=parts.scheme == "https",
        host=host,
        port=port,
        path=f"{path.rstrip('/')}/tasks/bulk",
        is_near=is_safe_to_call(f"http://{parts.netloc}"),
    )


def read_key(given: str | None, file: Path | None) -> SecretStr:
    """Take the key from `--key`, `--key-file` or the environment, in this order.

    Raises ConfigurationError, which holds nothing of it.
    """
    if given is not None:
        text, source = given, "--key"
    elif file is not None:
        text, source = _read_file(file), "--key-file"
    else:
        text, source = os.environ.get(KEY_VARIABLE, ""), KEY_VARIABLE
    key = text.strip()
    if not key and source == KEY_VARIABLE:
        raise ConfigurationError(
            f"A key is needed: set {KEY_VARIABLE}, or use --key-file or --key. Whoever runs the"
            " desk makes one with `flask api-key add`."
        )
    if _KEY.fullmatch(key) is None:
        raise ConfigurationError(f"{source} holds no key, such as vt_…, all on one line.")
    return SecretStr(key)


def _read_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_KEY_FILE_BYTES).decode()
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigurationError(f"--key-file cannot be read ({type(exc).__name__}).") from None
