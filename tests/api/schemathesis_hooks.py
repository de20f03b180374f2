"""What Schemathesis cannot know of the API: how to write NDJSON, and what no schema can say.

Loaded by its command line, see `test_schemathesis.py`.
"""

import json
import re
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext, Response, SerializationContext
from schemathesis.core.failures import Failure
from schemathesis.openapi.checks import MissingHeaderNotRejected, RejectedPositiveData

KEY = "Idempotency-Key"
IS_KEY = re.compile(r"[\x21-\x7e]{1,255}")

# Of itself it gives conditions no value in its phase of coverage, where header values are made of
# letters and digits only, and then takes those for valid that it made to be refused.
schemathesis.openapi.format(
    "entity-tags",
    st.sampled_from(["*", '"1"', '"2", "3"', 'W/"1"', '""', 'W/"", "1" ,', '"\x80"']),
)


@schemathesis.serializer("application/x-ndjson")
def write_line(_context: SerializationContext, value: Any) -> bytes:
    # The example is the text itself, all else one task.
    is_text = isinstance(value, str) and value.startswith("{")
    return (value if is_text else json.dumps(value) + "\n").encode()


@schemathesis.hook
def before_call(_context: HookContext, case: Case[Any], _kwargs: dict[str, Any]) -> None:
    # A repeat is answered as the first request was: with 201 and a task that may be deleted by
    # now, or with 422 where the body is another. Both would be taken for defects. Of a request
    # that is to be refused nothing is changed, or what was left out of it would come back.
    key = str(case.headers.get(KEY, ""))
    is_valid = case.meta is not None and case.meta.generation.mode.is_positive
    if is_valid and IS_KEY.fullmatch(key):
        unique = uuid4().hex
        case.headers[KEY] = key[: 255 - len(unique)] + unique


# What is refused for the state that a task is in, or for what this server alone can tell: it has
# changed since it was read; the cursor is not signed here; as Unicode has it, nothing of the
# filename is to be seen; somewhere in a result there is a U+0000.
STATES = {"stale_version", "precondition_failed"}
UNSAYABLE = {
    "cursor": ("is none of ours", "belongs to a list with other filters"),
    "filename": ("must not be empty or blank",),
    "body": ("holds the character U+0000",),
}


@schemathesis.hook
def filter_failure(
    _context: HookContext, failure: Failure, _case: Case[Any], response: Response
) -> bool:
    if isinstance(failure, RejectedPositiveData):
        problem = response.json()
        if problem["code"] == "invalid_field":
            return not all(
                error["reason"].startswith(UNSAYABLE.get(error["field"], ()))
                for error in problem["errors"]
            )
        return problem["code"] not in STATES
    if isinstance(failure, MissingHeaderNotRejected):
        # RFC 6585 made 428 for this; the library knows it for other bad requests only.
        return not (failure.header_name == "If-Match" and response.status_code == 428)
    return True
