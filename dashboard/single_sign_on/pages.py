"""The addresses of single sign-on, open to everybody; there only where it is configured."""

from flask import Response
from flask_admin import Admin

from dashboard.language import Lazy
from dashboard.pages import Page, expose
from dashboard.single_sign_on.flow import handle_callback, handle_start
from dashboard.single_sign_on.provider import Provider
from vision_tasks.config import Settings


class SingleSignOnPage(Page):
    """Out to the provider, and back from it."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(
            Lazy("Single sign-on"),
            endpoint="vision_tasks_single_sign_on",
            url="/admin/login/sso",
            static_folder=None,
        )
        self._provider = provider

    def is_visible(self) -> bool:
        """Stay out of the menu."""
        return False

    def is_accessible(self) -> bool:
        """Let everybody in: whoever comes here is to be signed in."""
        return True

    @expose("/")
    @expose("")
    def index(self) -> Response:
        """Send the browser to the provider."""
        return handle_start(self, self._provider)

    @expose("/callback")
    def callback(self) -> Response:
        """Take the browser back from the provider."""
        return handle_callback(self, self._provider)


def set_up_single_sign_on(admin: Admin, settings: Settings) -> None:
    """Add the addresses where a provider is configured; it is not called before somebody comes."""
    if settings.OIDC_ISSUER is not None:
        admin.add_view(SingleSignOnPage(Provider(settings.OIDC_ISSUER)))
