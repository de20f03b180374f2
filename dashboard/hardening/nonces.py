"""The nonce that tells our scripts and styles from what somebody smuggled into a page."""

import secrets
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NONCE_BYTES = 16
_KEY = "vision_tasks.nonce"


def make_nonce(environ: "WSGIEnvironment") -> str:
    """Choose the nonce of one response; whatever asks during its request gets this one."""
    nonce = secrets.token_urlsafe(NONCE_BYTES)
    environ[_KEY] = nonce
    return nonce


def get_nonce() -> str:
    """Return the nonce of the current request, for Flask-Admin's `csp_nonce_generator`."""
    return request.environ.get(_KEY) or make_nonce(request.environ)
