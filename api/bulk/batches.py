"""Pieces of a body judged: what of them can be stored, and what is wrong with the rest."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from api.bodies import decode_body
from api.bulk.ids import NewIds
from api.bulk.payloads import BulkTask, CheckedBulkTask, LineProblem
from api.bulk.pieces import Piece, TooLong
from api.errors import MalformedBodyError
from vision_tasks.errors import InvalidFieldError
from vision_tasks.filenames import FILENAME_MAX_CHARACTERS

SLOW_LINES = 25
"""Most lines that are judged one by one before others get their turn."""

_QUOTES = 4
"""Around a field and its value."""
_IDS = re.compile(
    r"(?:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\n)*",
    re.IGNORECASE | re.ASCII,
)


class Batch(NamedTuple):
    """New tasks, as parallel sequences, and what is wrong with other lines around them.

    `ids` are texts; `has_given_ids` tells that the client gave at least one.
    """

    lines: Sequence[int]
    ids: Sequence[str]
    filenames: Sequence[str]
    has_given_ids: bool
    problems: Sequence[LineProblem]


def judge_quickly(piece: Piece | TooLong, new_ids: NewIds) -> Batch | None:
    """Judge all of a piece at once; None where it takes a closer look."""
    if isinstance(piece, TooLong):
        return None
    try:
        decoded = piece.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    if decoded is None:
        return None
    tasks, quotes = decoded
    filenames = [task.filename for task in tasks]
    given_ids = [task.id for task in tasks if isinstance(task.id, str)]
    # msgspec takes the last of two fields of one name; no line has fewer quotes than these.
    if quotes != _QUOTES * (len(filenames) + len(given_ids)) or not _are_plain(filenames):
        return None
    if given_ids and not _IDS.fullmatch("\n".join([*given_ids, ""])):
        return None
    ids = _choose_ids(tasks, len(given_ids), new_ids)
    lines = range(piece.first, piece.first + len(tasks))
    return Batch(lines, ids, filenames, bool(given_ids), ())


def judge_slowly(piece: Piece | TooLong, new_ids: NewIds) -> Iterator[Batch]:
    """Judge a piece line by line, as strictly as a single task is; up to SLOW_LINES at a time."""
    if isinstance(piece, TooLong):
        reason = f"is longer than {piece.max_bytes:,} bytes."
        yield Batch((), (), (), has_given_ids=False, problems=[_find_fault(piece.first, reason)])
        return
    waiting: list[tuple[int, bytes]] = []
    for line in piece.split():
        waiting.append(line)
        if len(waiting) == SLOW_LINES:
            yield _judge(waiting, new_ids)
            waiting = []
    yield _judge(waiting, new_ids)


def _are_plain(filenames: Sequence[str]) -> bool:
    # `check_filename` says the same of each.
    return (
        "".join(filenames).isprintable()
        and max(map(len, filenames), default=1) <= FILENAME_MAX_CHARACTERS
        and all(filenames)
        and not any(map(str.isspace, filenames))
    )


def _judge(lines: Sequence[tuple[int, bytes]], new_ids: NewIds) -> Batch:
    good: list[tuple[int, BulkTask]] = []
    problems = []
    for number, text in lines:
        try:
            good.append((number, decode_body(text, CheckedBulkTask)))
        except MalformedBodyError as exc:
            problems.append(_find_fault(number, exc.reason))
        except InvalidFieldError as exc:
            problems.append(LineProblem(number, exc.field, exc.reason))
    tasks = [task for _, task in good]
    given = sum(isinstance(task.id, str) for task in tasks)
    return Batch(
        [number for number, _ in good],
        _choose_ids(tasks, given, new_ids),
        [task.filename for task in tasks],
        given > 0,
        problems,
    )


def _choose_ids(tasks: Sequence[BulkTask], given: int, new_ids: NewIds) -> list[str]:
    made = iter(new_ids.take(len(tasks) - given))
    if not given:
        return list(made)
    return [task.id.lower() if isinstance(task.id, str) else next(made) for task in tasks]


def _find_fault(line: int, reason: str) -> LineProblem:
    # Where in the line it is, the column says.
    return LineProblem(line, "body", reason.replace("(line 1, column", "(column"))
