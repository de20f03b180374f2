"""The errors that only HTTP knows; the domain's own are in `vision_tasks.errors`."""

from collections.abc import Iterable

from vision_tasks.api_key_rules import Scope
from vision_tasks.errors import DatabaseTimeoutError, VisionTasksError

# RFC 6750, section 3: whoever sent no key is told of no error in it.
CHALLENGE = "Bearer"
INVALID_KEY = 'Bearer error="invalid_token"'


class UntrustedHostError(VisionTasksError):
    """The Host header names no host that we answer for, so the page that sent it is a stranger."""

    code = "untrusted_host"

    def __init__(self) -> None:
        super().__init__(
            "This server does not answer under the host name of the request;"
            " its operator lists the names in TRUSTED_HOSTS."
        )


class AddressNotFoundError(VisionTasksError):
    """The path is none that a URL of ours has."""

    code = "not_found"


class KeyRefusedError(VisionTasksError):
    """The key of a request does not let it in; `challenge` is for WWW-Authenticate (RFC 6750)."""

    challenge: str


class UnauthenticatedError(KeyRefusedError):
    """There is no key, or none that is in force; which of the two, and why, is told to nobody."""

    code = "unauthenticated"

    def __init__(self, challenge: str) -> None:
        super().__init__(
            "Send a key that is in force, as in `Authorization: Bearer vt_…`. Whoever runs this"
            " desk makes one with `flask api-key add`."
        )
        self.challenge = challenge


class InsufficientScopeError(KeyRefusedError):
    """The key is in force, but not for this."""

    code = "insufficient_scope"

    def __init__(self, scope: Scope) -> None:
        super().__init__(
            f"This key lacks the scope {scope}. Use one that has it; whoever runs this desk can"
            " make it."
        )
        self.challenge = f'Bearer error="insufficient_scope", scope="{scope}"'


class UnsupportedMediaTypeError(VisionTasksError):
    """The body is of a type, charset or coding that is not read here."""

    code = "unsupported_media_type"

    def __init__(self, accepted: Iterable[str], *, is_gzip_read: bool = False) -> None:
        coding = "with no Content-Encoding but gzip" if is_gzip_read else "without Content-Encoding"
        super().__init__(f"Send the body as {' or '.join(accepted)}, in UTF-8 and {coding}.")


class MalformedBodyError(VisionTasksError):
    """The body is no JSON text."""

    code = "malformed_body"

    def __init__(self, reason: str) -> None:
        super().__init__(f"The body {reason}")
        self.reason = reason


class ConditionRequiredError(VisionTasksError):
    """A change came without If-Match, so it could overwrite work unseen (RFC 6585, section 3)."""

    code = "condition_required"

    def __init__(self) -> None:
        super().__init__(
            "Send If-Match with the ETag of the task you read, or with * to change it whatever"
            " it is now."
        )


class MalformedConditionError(VisionTasksError):
    """A condition is neither * nor a list of quoted entity tags (RFC 9110, section 13.1)."""

    code = "malformed_condition"

    def __init__(self, header: str = "If-Match") -> None:
        super().__init__(f'{header} must be * or quoted entity tags such as "3", "4".')


class MisplacedConditionError(VisionTasksError):
    """If-None-Match came with a change of what exists, where it would not protect anything."""

    code = "misplaced_condition"

    def __init__(self) -> None:
        super().__init__(
            "If-None-Match is for GET and PUT; send If-Match with the ETag you read instead."
        )


class PreconditionFailedError(VisionTasksError):
    """If-Match asks for a task where there is none, or If-None-Match for none where there is."""

    code = "precondition_failed"


class OverloadedError(VisionTasksError):
    """More work is waiting than this process takes on, so it refuses at once."""

    code = "overloaded"

    def __init__(self) -> None:
        super().__init__("The server has as much to do as it can hold; try again shortly.")


class IdempotencyKeyReusedError(VisionTasksError):
    """An Idempotency-Key came again with something else than at first, or too late."""

    code = "idempotency_key_reused"


class BodyTooLargeError(VisionTasksError):
    """The body is longer than its limit, as it arrives or unpacked."""

    code = "body_too_large"

    def __init__(self, max_bytes: int) -> None:
        super().__init__(f"The body comes to more than the {max_bytes:,} bytes that are accepted.")


class RequestTimeoutError(VisionTasksError):
    """The body stopped coming."""

    code = "request_timeout"

    def __init__(self) -> None:
        super().__init__("The body did not arrive in time.")


class CountTimeoutError(DatabaseTimeoutError):
    """An exact count took longer than a statement may."""

    def __init__(self) -> None:
        VisionTasksError.__init__(
            self, "Counting these tasks one by one takes too long; send `Prefer: count=estimated`."
        )
