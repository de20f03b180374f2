"""Request bodies: the type is checked first, then the text, then the fields."""

import asyncio
import re
from contextlib import suppress
from functools import cache
from typing import TypeVar

import msgspec
from quart import current_app, request

from api.errors import MalformedBodyError, UnsupportedMediaTypeError
from api.payloads import FIELD_RULES
from vision_tasks.documents import DEFAULT_LIMITS, DocumentLimits, parse_document
from vision_tasks.errors import InvalidFieldError, MalformedDocumentError

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

LIMITS = "DOCUMENT_LIMITS"
"""Where the configuration of the app has the DocumentLimits of a body."""

Body = TypeVar("Body", bound=msgspec.Struct)

_FIELD = re.compile(r" - at `\$\.(\w+)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(\w+)`")
_NAME_CHARACTERS = 50
_QUICK_BYTES = 65_536


async def read_body(kind: type[Body], *media_types: str) -> Body:
    """Read the body of the current request as a `kind`.

    Raises UnsupportedMediaTypeError before a byte is read, Quart's RequestEntityTooLarge,
    MalformedBodyError where it is no JSON, InvalidFieldError where it is not a `kind`.
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    codings = request.headers.getlist("Content-Encoding")
    if (
        request.mimetype not in media_types
        or len(request.headers.getlist("Content-Type")) != 1
        or charset not in ("utf-8", "utf8")
        or any(coding.lower() != "identity" for coding in codings)
    ):
        raise UnsupportedMediaTypeError(media_types)
    body = await request.get_data(cache=False, as_text=False, parse_form_data=False)
    limits: DocumentLimits = current_app.config[LIMITS]
    if len(body) > _QUICK_BYTES:
        # The worst bodies take long enough for all other requests to notice.
        return await asyncio.to_thread(decode_body, body, kind, limits)
    return decode_body(body, kind, limits)


def decode_body(body: bytes, kind: type[Body], limits: DocumentLimits = DEFAULT_LIMITS) -> Body:
    """Decode JSON text to a `kind`; raises MalformedBodyError or InvalidFieldError."""
    try:
        parse_document(body, "body", limits)
    except MalformedDocumentError as exc:
        raise MalformedBodyError(exc.reason) from exc
    except InvalidFieldError:
        # Where a single field is to blame, it is named instead of the body.
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            _decode(body, kind)
        raise
    return _decode(body, kind)


def _decode(body: bytes, kind: type[Body]) -> Body:
    try:
        decoded: Body = _decoder(kind).decode(body)
    except msgspec.ValidationError as exc:
        raise _explain(str(exc), kind) from exc
    return decoded


@cache
def _decoder(kind: type[Body]) -> msgspec.json.Decoder[Body]:
    return msgspec.json.Decoder(kind)


def _explain(message: str, kind: type[Body]) -> InvalidFieldError:
    if match := _FIELD.search(message):
        return InvalidFieldError(match[1], FIELD_RULES[match[1]])
    if match := _UNKNOWN.fullmatch(message):
        known = ", ".join(kind.__struct_fields__)
        return InvalidFieldError(match[1][:_NAME_CHARACTERS], f"cannot be set; send {known}.")
    if match := _MISSING.fullmatch(message):
        return InvalidFieldError(match[1], "is missing.")
    return InvalidFieldError("body", "must be a JSON object.")
