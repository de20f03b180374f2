"""The addresses below `/admin/history/`, each handled by the module named after what it does."""

from flask import Response

from dashboard.access import Action
from dashboard.desk import get_desk
from dashboard.errors import ChangeNotFoundError
from dashboard.history.entries import show_entries
from dashboard.history.one_change import show_change
from dashboard.history.places import parse_change_id
from dashboard.history.undo import handle_undo
from dashboard.language import Lazy
from dashboard.pages import Page, expose

HISTORY_PATH = "history"


class HistoryPages(Page):
    """The history of all tasks, one change of it, and undo."""

    def __init__(self, *, category: str | None = None, url: str = HISTORY_PATH) -> None:
        super().__init__(
            Lazy("History"),
            endpoint="vision_tasks_history",
            url=url,
            static_folder=None,
            category=category,
        )

    @expose("/")
    def index(self) -> Response:
        """Show what was done."""
        return show_entries(self)

    @expose("/<change_id>/")
    def change(self, change_id: str) -> Response:
        """Show one change whole."""
        return show_change(self, _read_id(change_id))

    @expose("/<change_id>/undo", methods=("GET", "POST"))
    def undo(self, change_id: str) -> Response:
        """Ask before a change is taken back, then take it back."""
        get_desk().require(Action.UNDO)
        return handle_undo(self, _read_id(change_id))


def _read_id(text: str) -> int:
    change_id = parse_change_id(text)
    if change_id is None:
        raise ChangeNotFoundError(text[:64])
    return change_id
