"""The Flask app that takes its secret key when it is first asked for a page, not before."""

import logging
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.wrappers import Response

from vision_tasks.config import Settings
from vision_tasks.errors import ConfigurationError
from vision_tasks.secret_key import get_secret_key

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_NO_KEY = "This desk cannot sign its pages yet. Whoever runs it finds the reason in its log.\n"

_logger = logging.getLogger(__name__)


class SigningFlask(Flask):
    """A Flask app whose commands, `flask db upgrade` for one, neither need nor make a key."""

    def __init__(self, settings: Settings) -> None:
        super().__init__("dashboard", static_folder=None)
        self._settings = settings

    def wsgi_app(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Any:
        """Answer a request, with 503 while no key can be had; then the next one tries again."""
        if not self.secret_key:
            try:
                self.secret_key = get_secret_key(self._settings)
            except ConfigurationError as exc:
                _logger.error("No page can be signed: %s", exc)  # noqa: TRY400
                return Response(_NO_KEY, 503, mimetype="text/plain")(environ, start_response)
        return super().wsgi_app(environ, start_response)
