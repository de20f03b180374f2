"""Cookies that a browser sends back over the kind of connection that they came by, and no other.

https://www.rfc-editor.org/rfc/rfc6265 has no isolation by scheme, so names and keys provide it;
for the prefix see draft-ietf-httpbis-rfc6265bis, section 4.1.3.2.
"""

from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin

SESSION_NAME = "vision_tasks"
SECURE_PREFIX = "__Host-"
_SAME_SITE = "Lax"


def set_cookie(
    response: Response, name: str, value: str, *, max_age_seconds: int | None = None
) -> None:
    """Set a cookie of ours, out of reach of scripts; without an age until the browser closes."""
    response.set_cookie(_full_name(name), value, max_age=max_age_seconds, **_traits())


def read_cookie(name: str) -> str | None:
    """Return what `set_cookie` set over this kind of connection, still to be verified."""
    return request.cookies.get(_full_name(name))


def delete_cookie(response: Response, name: str) -> None:
    """Let the browser forget what `set_cookie` set over this kind of connection."""
    response.delete_cookie(_full_name(name), **_traits())


class DeskSessions(SessionInterface):
    """Flask's signed sessions, apart for HTTPS and for plain HTTP.

    What was signed for one is refused by the other, whatever name it comes under.
    """

    def __init__(self) -> None:
        self._plain, self._secure = _Sessions(is_secure=False), _Sessions(is_secure=True)

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """Read the session that belongs to this kind of connection."""
        return self._of(request).open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the session for this kind of connection."""
        self._of(request).save_session(app, session, response)

    def _of(self, request: Request) -> SecureCookieSessionInterface:
        return self._secure if request.is_secure else self._plain


class _Sessions(SecureCookieSessionInterface):
    def __init__(self, *, is_secure: bool) -> None:
        self._name = f"{SECURE_PREFIX}{SESSION_NAME}" if is_secure else SESSION_NAME
        self._is_secure = is_secure
        self.salt = f"cookie-session:{self._name}"

    def get_cookie_name(self, app: Flask) -> str:  # noqa: ARG002
        return self._name

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002
        return self._is_secure

    def get_cookie_domain(self, app: Flask) -> None:  # noqa: ARG002
        return None

    def get_cookie_path(self, app: Flask) -> str:  # noqa: ARG002
        return "/"

    def get_cookie_httponly(self, app: Flask) -> bool:  # noqa: ARG002
        return True

    def get_cookie_samesite(self, app: Flask) -> str:  # noqa: ARG002
        return _SAME_SITE


def _full_name(name: str) -> str:
    return f"{SECURE_PREFIX}{name}" if request.is_secure else name


def _traits() -> dict[str, Any]:
    return {"path": "/", "secure": request.is_secure, "httponly": True, "samesite": _SAME_SITE}
