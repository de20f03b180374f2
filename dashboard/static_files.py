"""Our scripts and styles: kept by browsers for as long as they are what they are."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Blueprint, request

KEPT_SECONDS = 365 * 86_400
VERSION = "v"


def keep_static_files(blueprint: Blueprint) -> None:
    """Let the addresses of the files of `blueprint` say which edition they are of.

    Under such an address they are kept without asking again; under any other they are asked for.
    """
    assert blueprint.static_folder is not None  # noqa: S101
    edition = _digest(Path(blueprint.static_folder))
    endpoint = f"{blueprint.name}.static"

    @blueprint.url_defaults
    def add_edition(built: str, values: dict[str, Any]) -> None:
        if built == endpoint:
            values.setdefault(VERSION, edition)

    def get_send_file_max_age(filename: str | None) -> int | None:  # noqa: ARG001
        return KEPT_SECONDS if request.args.get(VERSION) == edition else None

    blueprint.get_send_file_max_age = get_send_file_max_age  # type: ignore[method-assign]


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]
