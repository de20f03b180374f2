"""Who calls: the key of every request below the path of the API, and what it allows."""

import re
from collections.abc import Sequence

from quart import Quart, g, request

from api.direct import DirectRequest
from api.errors import CHALLENGE, INVALID_KEY, InsufficientScopeError, UnauthenticatedError
from api.key_storage import fetch_caller
from api.key_use import note_use
from api.operations import get_operation
from vision_tasks.api_key_rules import Scope, hash_secret
from vision_tasks.api_keys import Caller
from vision_tasks.attribution import Attribution

# RFC 9110, section 11.1: the scheme in any case, then spaces.
_BEARER = re.compile(r"bearer(?: +(.*))?", re.IGNORECASE | re.DOTALL)


def require_keys(app: Quart, prefix: str) -> None:
    """Let nobody below `prefix` without a key; all routes of `app` are registered by now.

    The key is looked at before anything else of the request, so a stranger does not even learn
    which addresses there are. Raises LookupError for a route there whose operation names no scope.
    """
    for rule in app.url_map.iter_rules():
        if _is_below(rule.rule, prefix):
            _get_scope(app, rule.endpoint)

    @app.before_request
    async def require_key() -> None:
        if _is_below(request.path, prefix):
            await _let_in(app)


def read_key(lines: Sequence[str]) -> str | None:
    """Read the key from all Authorization headers; None where there is no `Bearer` among them.

    What is malformed comes back too: no key is like it, and looking it up costs what any costs.
    """
    match = _BEARER.fullmatch(", ".join(lines))
    return None if match is None else match[1] or ""


def get_caller() -> Caller:
    """Return the key of the current request."""
    caller: Caller = g.caller
    return caller


def get_attribution() -> Attribution:
    """Say for the history who sent the current request."""
    return Attribution(f"key:{get_caller().name}")


async def let_in_directly(app: Quart, request: DirectRequest, scope: Scope) -> Caller:
    """Return the key of a request that Quart does not see; it is refused as any other is."""
    key = read_key(request.get_headers(b"authorization"))
    if key is None:
        raise UnauthenticatedError(CHALLENGE)
    caller = await fetch_caller(hash_secret(key))
    if caller is None:
        raise UnauthenticatedError(INVALID_KEY)
    note_use(app, caller)
    if scope not in caller.scopes:
        raise InsufficientScopeError(scope)
    return caller


async def _let_in(app: Quart) -> None:
    key = read_key(request.headers.getlist("Authorization"))
    if key is None:
        raise UnauthenticatedError(CHALLENGE)
    secret_hash = hash_secret(key)
    caller = await fetch_caller(secret_hash)
    if caller is None:
        raise UnauthenticatedError(INVALID_KEY)
    g.caller, g.secret_hash = caller, secret_hash
    note_use(app, caller)
    # What leads nowhere, and what only asks for the methods, needs a key and no more.
    if request.url_rule is not None and request.method != "OPTIONS":
        scope = _get_scope(app, request.url_rule.endpoint)
        if scope not in caller.scopes:
            raise InsufficientScopeError(scope)


def _get_scope(app: Quart, endpoint: str) -> Scope:
    handler = app.view_functions[endpoint]
    scope = get_operation(handler).scope
    if scope is None:
        raise LookupError(f"{handler.__qualname__} names no scope; put one into its Operation.")
    return scope


def _is_below(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}/")
