"""Standard input, cut into lines (or what `find -print0` writes) as it comes."""

import os
import select
from collections.abc import Iterator
from typing import NamedTuple

from vision_tasks.sending.errors import SendingStoppedError

LINE_MAX_BYTES = 16_384
"""More than the longest file name takes, however it is escaped."""
BLOCK_BYTES = 262_144
PAUSE_SECONDS = 1.0


class Line(NamedTuple):
    """The `number`th line, from 1, without its end; `source` is None beyond LINE_MAX_BYTES."""

    number: int
    source: bytes | None


def read_lines(descriptor: int, separator: bytes) -> Iterator[Line | None]:
    """Yield each line, and None whenever there is nothing more at hand for the moment.

    Raises SendingStoppedError where the input cannot be read.
    """
    number, rest, is_too_long = 0, b"", False
    while (block := _read_block(descriptor)) != b"":
        if block is None:
            yield None
            continue
        *whole, rest = (rest + block).split(separator)
        for source in whole:
            number += 1
            is_too_long = is_too_long or len(source) > LINE_MAX_BYTES
            yield Line(number, None if is_too_long else source)
            is_too_long = False
        if len(rest) > LINE_MAX_BYTES:
            rest, is_too_long = b"", True
        yield None
    if rest or is_too_long:
        yield Line(number + 1, None if is_too_long else rest)


def _read_block(descriptor: int) -> bytes | None:
    try:
        if not select.select([descriptor], [], [], PAUSE_SECONDS)[0]:
            return None
        return os.read(descriptor, BLOCK_BYTES)
    except OSError as exc:
        raise SendingStoppedError(f"Standard input cannot be read ({exc.strerror}).") from exc
