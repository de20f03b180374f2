"""What the server says, as `POST /tasks/bulk` describes it."""

import http.client
from contextlib import suppress
from http import HTTPStatus

import msgspec

from vision_tasks.sending.connection import Answer

_SHOWN_ERRORS = 3


class LineError(msgspec.Struct):
    """One line of a body that became no task; `line` counts from 1."""

    field: str
    reason: str
    line: int = 0


class Stored(msgspec.Struct):
    """The answer 201; `errors` may name fewer lines than were `rejected`, `taken` counts all."""

    created: int
    rejected: int
    taken: int
    errors: list[LineError]


class Refusal(msgspec.Struct):
    """A problem (RFC 9457)."""

    code: str
    detail: str
    errors: list[LineError] = []


def read_stored(answer: Answer, lines: int) -> Stored | None:
    """Read the answer to a body of `lines` lines; None where it does not fit that."""
    if answer.status != HTTPStatus.CREATED:
        return None
    with suppress(msgspec.DecodeError):
        stored = msgspec.json.decode(answer.body, type=Stored)
        numbers = {error.line for error in stored.errors}
        if (
            stored.created + stored.rejected == lines
            and len(numbers) == len(stored.errors) <= stored.rejected
            and bool(numbers) == bool(stored.rejected)
            and numbers <= set(range(1, lines + 1))
        ):
            return stored
    return None


def read_code(answer: Answer) -> str | None:
    """Return the stable code of a problem, None where the answer is no problem of ours."""
    refusal = _read_refusal(answer)
    return refusal.code if refusal else None


def describe(answer: Answer) -> str:
    """Say for people what the server has said."""
    status = f"{answer.status} {http.client.responses.get(answer.status, '')}".rstrip()
    refusal = _read_refusal(answer)
    if refusal is None:
        return f"The server answers {status}, which is no answer of a desk; is --url right?"
    errors = "".join(
        f" (line {error.line} of the chunk: {error.field} {error.reason})"
        for error in refusal.errors[:_SHOWN_ERRORS]
    )
    return f"The server answers {status}: {refusal.detail}{errors}"


def _read_refusal(answer: Answer) -> Refusal | None:
    if answer.status < HTTPStatus.BAD_REQUEST:
        return None
    try:
        return msgspec.json.decode(answer.body, type=Refusal)
    except msgspec.DecodeError:
        return None
