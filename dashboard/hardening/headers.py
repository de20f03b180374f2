"""The headers of every answer of the standalone desk, whoever wrote it: page, file or error."""

from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers

from dashboard.hardening.nonces import make_nonce
from dashboard.hardening.policy import CLOSED_POLICY, format_page_policy
from dashboard.pages import HEADERS

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

FIXED = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(),"
    " payment=(), usb=()",
}
# RFC 6797: not for subdomains, which may be somebody else's, and never heard over plain HTTP.
HSTS = "max-age=31536000"


class ProtectedApp:
    """A WSGI app around ours, for what is answered past Flask's own hooks needs them as well."""

    def __init__(self, app: "WSGIApplication", *, picture_origin: str | None = None) -> None:
        self._app = app
        self._picture_origin = picture_origin

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        """Answer a request."""
        nonce = make_nonce(environ)
        is_secure = environ["wsgi.url_scheme"] == "https"

        def start(
            status: str, given: list[tuple[str, str]], exc_info: "OptExcInfo | None" = None, /
        ) -> Any:
            headers = Headers(given)
            policy = format_page_policy(nonce, self._picture_origin)
            add_headers(headers, page_policy=policy, is_secure=is_secure)
            return start_response(status, headers.to_wsgi_list(), exc_info)

        return self._app(environ, start)


def add_headers(headers: Headers, *, page_policy: str, is_secure: bool) -> None:
    """Complete the headers of one answer; how long it may be kept is up to whoever wrote it."""
    is_page = headers.get("Content-Type", "").startswith("text/html")
    headers.update(FIXED)
    headers.set("Content-Security-Policy", page_policy if is_page else CLOSED_POLICY)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if is_secure:
        headers.set("Strict-Transport-Security", HSTS)
