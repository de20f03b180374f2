"""One call that hardens the standalone app."""

from flask import Flask

from dashboard.hardening.cookies import DeskSessions
from dashboard.hardening.headers import ProtectedApp
from dashboard.hardening.hosts import OurHosts
from dashboard.hardening.proxies import BehindProxies
from vision_tasks.config import Settings
from vision_tasks.file_addresses import get_origin


def harden(app: Flask, settings: Settings) -> None:
    """Give `app` our cookies and headers, let it see through TRUSTED_PROXIES and no strange Host.

    Its Admin has to take `get_nonce` as `csp_nonce_generator`.
    """
    app.session_interface = DeskSessions()
    template = settings.FILE_URL_TEMPLATE
    origin = None if template is None else get_origin(template)
    ours = ProtectedApp(OurHosts(app.wsgi_app, settings.TRUSTED_HOSTS), picture_origin=origin)
    app.wsgi_app = BehindProxies(ours, settings.TRUSTED_PROXIES)  # type: ignore[method-assign]
