"""The addresses of signing in and out, and of one's own account."""

from typing import Any

from flask import Response, url_for

from dashboard.access import AccessDeniedError, Action
from dashboard.desk import get_desk
from dashboard.language import Lazy
from dashboard.pages import Page, expose
from dashboard.returning import see_other
from dashboard.signing_in.access import SECOND_FACTOR, StaffAccess
from dashboard.signing_in.code_entry import handle_code_entry
from dashboard.signing_in.password_change import handle_password_change
from dashboard.signing_in.person import Person
from dashboard.signing_in.second_factor import handle_second_factor
from dashboard.signing_in.sessions import get_visit
from dashboard.signing_in.sign_in import handle_sign_in
from dashboard.signing_in.sign_out import handle_sign_out


class _HiddenPage(Page):
    def is_visible(self) -> bool:
        """Stay out of the menu."""
        return False


class SignInPage(_HiddenPage):
    """The one page for whoever is not signed in."""

    def __init__(self) -> None:
        super().__init__(
            Lazy("Sign in"), endpoint="vision_tasks_sign_in", url="/admin/login", static_folder=None
        )

    def is_accessible(self) -> bool:
        """Let everybody in."""
        return True

    @expose("/", methods=("GET", "POST"))
    @expose("", methods=("GET", "POST"))
    def index(self) -> Response:
        """Ask who it is, and sign them in; where nobody can, say to everybody why."""
        self._template_args["schema_warning"] = get_desk().find_schema_warning()
        return handle_sign_in(self)

    @expose("/code", methods=("GET", "POST"))
    def code(self) -> Response:
        """Ask whoever has a second factor for its code."""
        return handle_code_entry(self)


class SignOutPage(_HiddenPage):
    """Ends a session; by a form only, so that no link of somebody else's can."""

    def __init__(self) -> None:
        super().__init__(
            Lazy("Sign out"),
            endpoint="vision_tasks_sign_out",
            url="/admin/logout",
            static_folder=None,
        )

    def is_accessible(self) -> bool:
        """Let everybody in: there is nothing to see."""
        return True

    @expose("/", methods=("GET", "POST"))
    @expose("", methods=("GET", "POST"))
    def index(self) -> Response:
        """Show the button, or sign out."""
        return handle_sign_out(self)


class AccountPage(_HiddenPage):
    """What somebody may see and change of themselves, whatever their role."""

    def __init__(self, access: StaffAccess) -> None:
        super().__init__(
            Lazy("Account"),
            endpoint="vision_tasks_account",
            url="/admin/account",
            static_folder=None,
        )
        self._access = access

    def is_accessible(self) -> bool:
        """Let in whoever is signed in."""
        return get_visit().person is not None

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Response:  # noqa: ARG002
        """Ask whoever is not to do so."""
        return self.refuse(AccessDeniedError(Action.SEE))

    @expose("/")
    def index(self) -> Response:
        """Say who is signed in."""
        if self._access.must_set_up_second_factor():
            return see_other(url_for(SECOND_FACTOR))
        is_required = get_desk().settings.TWO_FACTOR_REQUIRED
        return self.show("account.html", person=_get_person(), is_required=is_required)

    @expose("/password", methods=("GET", "POST"))
    def password(self) -> Response:
        """Change one's own password."""
        if self._access.must_set_up_second_factor():
            return see_other(url_for(SECOND_FACTOR))
        return handle_password_change(self, _get_person())

    @expose("/second-factor", methods=("GET", "POST"))
    def second_factor(self) -> Response:
        """Switch one's own second factor on or off."""
        is_required = get_desk().settings.TWO_FACTOR_REQUIRED
        return handle_second_factor(self, _get_person(), is_required=is_required)


def _get_person() -> Person:
    person = get_visit().person
    if person is None:
        raise AccessDeniedError(Action.SEE)
    return person
