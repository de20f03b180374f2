"""The addresses below `/admin/staff/`, for admins only."""

from typing import Any
from uuid import UUID

from flask import Response

from dashboard.access import AccessDeniedError, Action
from dashboard.desk import find_desk, get_desk
from dashboard.language import Lazy
from dashboard.pages import Page, expose
from dashboard.staff import changes, deeds
from dashboard.staff.adding import handle_adding
from dashboard.staff.errors import StaffNotFoundError
from dashboard.staff.one_person import handle_deed, handle_reset, show_person
from vision_tasks.sentences import sentence


class StaffPage(Page):
    """Everybody who may sign in, and one page for each of them."""

    def __init__(self) -> None:
        super().__init__(
            Lazy("Staff"), endpoint="vision_tasks_staff", url="staff", static_folder=None
        )

    def is_accessible(self) -> bool:
        """Let in, and show the item of the menu to, whoever may manage staff."""
        desk = find_desk()
        return desk is not None and desk.allows(Action.STAFF)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Response:  # noqa: ARG002
        """Refuse the page."""
        return self.refuse(AccessDeniedError(Action.STAFF))

    @expose("/")
    def index(self) -> Response:
        """Show everybody."""
        with get_desk().begin() as connection:
            people = changes.fetch_staff(connection)
        return self.show("staff_list.html", people=people)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> Response:
        """Add somebody."""
        return handle_adding(self)

    @expose("/<staff_id>/")
    def person(self, staff_id: str) -> Response:
        """Show one of them, and what can be done."""
        return show_person(self, _parse_id(staff_id))

    @expose("/<staff_id>/role", methods=("POST",))
    def role(self, staff_id: str) -> Response:
        """Give somebody another role."""
        return handle_deed(self, _parse_id(staff_id), deeds.change_role)

    @expose("/<staff_id>/disable", methods=("POST",))
    def disable(self, staff_id: str) -> Response:
        """Let somebody in no more."""
        return handle_deed(self, _parse_id(staff_id), deeds.disable)

    @expose("/<staff_id>/enable", methods=("POST",))
    def enable(self, staff_id: str) -> Response:
        """Let somebody in again."""
        return handle_deed(self, _parse_id(staff_id), deeds.enable)

    @expose("/<staff_id>/password", methods=("POST",))
    def password(self, staff_id: str) -> Response:
        """Give somebody a new password, and show it once."""
        return handle_reset(self, _parse_id(staff_id))

    @expose("/<staff_id>/second-factor", methods=("POST",))
    def second_factor(self, staff_id: str) -> Response:
        """Ask somebody for no second factor."""
        return handle_deed(self, _parse_id(staff_id), deeds.remove_second_factor)

    @expose("/<staff_id>/sessions", methods=("POST",))
    def sessions(self, staff_id: str) -> Response:
        """Sign somebody out wherever they are signed in; oneself as well."""
        return handle_deed(self, _parse_id(staff_id), deeds.end_sessions, is_for_oneself_too=True)


def _parse_id(text: str) -> UUID:
    try:
        staff_id = UUID(text)
    except ValueError:
        raise StaffNotFoundError(sentence("of that id")) from None
    if str(staff_id) != text.lower():
        raise StaffNotFoundError(sentence("of that id"))
    return staff_id
