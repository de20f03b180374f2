"""One call that hardens the standalone app."""

from flask import Flask

from dashboard.hardening.cookies import DeskSessions
from dashboard.hardening.headers import ProtectedApp
from dashboard.hardening.hosts import OurHosts
from dashboard.hardening.proxies import BehindProxies
from vision_tasks.config import Settings


def harden(app: Flask, settings: Settings) -> None:
    """Give `app` our cookies and headers, let it see through TRUSTED_PROXIES and no strange Host.

    Its Admin has to take `get_nonce` as `csp_nonce_generator`.
    """
    app.session_interface = DeskSessions()
    ours = OurHosts(app.wsgi_app, settings.TRUSTED_HOSTS)
    app.wsgi_app = BehindProxies(  # type: ignore[method-assign]
        ProtectedApp(ours), settings.TRUSTED_PROXIES
    )
