"""Hosts that are none of ours, kept from whatever would have to make sense of them."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from dashboard.hosts import is_trusted_host

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class OurHosts:
    """A WSGI app around ours that shows it no Host but one of `trusted`; others become empty.

    Flask cannot even build the page of a refusal for some, such as a name that IDNA cannot write.
    """

    def __init__(self, app: "WSGIApplication", trusted: Collection[str]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        """Answer a request."""
        if not is_trusted_host(environ.get("HTTP_HOST"), self._trusted):
            environ["HTTP_HOST"] = ""
        return self._app(environ, start_response)
