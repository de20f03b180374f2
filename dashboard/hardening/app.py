"""One call that hardens the standalone app."""

from flask import Flask

from dashboard.hardening.cookies import DeskSessions
from dashboard.hardening.headers import ProtectedApp
from dashboard.hardening.proxies import BehindProxies
from vision_tasks.config import Settings


def harden(app: Flask, settings: Settings) -> None:
    """Give `app` our cookies and headers, and let it see through TRUSTED_PROXIES.

    Its Admin has to take `get_nonce` as `csp_nonce_generator`.
    """
    app.session_interface = DeskSessions()
    app.wsgi_app = BehindProxies(  # type: ignore[method-assign]
        ProtectedApp(app.wsgi_app), settings.TRUSTED_PROXIES
    )
