"""The addresses below `/admin/tasks/`, each handled by the module named after what it does."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response

from dashboard.access import Action
from dashboard.bulk.batch_page import parse_batch_id, show_batch
from dashboard.bulk.continuation import handle_continuation
from dashboard.bulk.preparing import handle_preparation
from dashboard.bulk.steps import handle_start, handle_stop, handle_undo
from dashboard.creation import handle_creation
from dashboard.deletion import handle_deletion
from dashboard.desk import get_desk
from dashboard.details import show_details
from dashboard.editing import handle_editing
from dashboard.exporting.handling import handle_export
from dashboard.exporting.progress import show_progress
from dashboard.language import Lazy
from dashboard.live.open_list import answer_live
from dashboard.pages import TASKS_PATH, Page, expose
from dashboard.static_files import keep_static_files
from dashboard.task_list import show_list
from dashboard.views.saving import handle_removal, handle_saving
from vision_tasks.errors import TaskNotFoundError

PACKAGE = Path(__file__).parent


class TaskPages(Page):
    """List, details and the forms of tasks; serves the desk's static files too."""

    def __init__(self, *, category: str | None = None, url: str = TASKS_PATH) -> None:
        super().__init__(
            Lazy("Tasks"),
            endpoint="vision_tasks_tasks",
            url=url,
            static_folder=str(PACKAGE / "static"),
            category=category,
        )

    def create_blueprint(self, admin: Any) -> Any:
        """Make the blueprint, which by itself would look for templates in Flask-Admin only."""
        blueprint = super().create_blueprint(admin)
        blueprint.template_folder = str(PACKAGE / "templates")
        keep_static_files(blueprint)
        return blueprint

    @expose("/")
    def index(self) -> Response:
        """Show the list."""
        return show_list(self)

    @expose("/live")
    def live(self) -> Response:
        """Tell a list that is open what has changed."""
        return answer_live()

    @expose("/<task_id>/")
    def details(self, task_id: str) -> Response:
        """Show everything about one task, its timeline included."""
        return show_details(self, parse_task_id(task_id))

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> Response:
        """Create a task."""
        get_desk().require(Action.CREATE)
        return handle_creation(self)

    @expose("/export", methods=("GET", "POST"))
    def export(self) -> Response:
        """Send all tasks that match a filter, as a file."""
        get_desk().require(Action.EXPORT)
        return handle_export(self)

    @expose("/export/<export_id>")
    def export_progress(self, export_id: str) -> Response:
        """Say how far an export is."""
        get_desk().require(Action.EXPORT)
        return show_progress(export_id)

    @expose("/views", methods=("GET", "POST"))
    def save_view(self) -> Response:
        """Keep the list that is open under a name."""
        return handle_saving(self)

    @expose("/views/<view_id>/remove", methods=("POST",))
    def remove_view(self, view_id: str) -> Response:
        """Forget a view."""
        return handle_removal(self, view_id)

    @expose("/<task_id>/edit", methods=("GET", "POST"))
    def edit(self, task_id: str) -> Response:
        """Edit a task, and settle a conflict if there is one."""
        get_desk().require(Action.EDIT)
        return handle_editing(self, parse_task_id(task_id))

    @expose("/<task_id>/delete", methods=("GET", "POST"))
    def delete(self, task_id: str) -> Response:
        """Ask before a task is deleted, then delete it."""
        get_desk().require(Action.DELETE)
        return handle_deletion(self, parse_task_id(task_id))

    @expose("/bulk/prepare", methods=("GET", "POST"))
    def prepare(self) -> Response:
        """Make the dry run of an action on many tasks."""
        get_desk().require(Action.BULK)
        return handle_preparation(self)

    @expose("/bulk/<batch_id>/")
    def batch(self, batch_id: str) -> Response:
        """Show the dry run, the progress or the report of an action on many tasks."""
        return show_batch(self, parse_batch_id(batch_id))

    @expose("/bulk/<batch_id>/start", methods=("POST",))
    def batch_start(self, batch_id: str) -> Response:
        """Begin what the dry run said, or go on after a stop."""
        get_desk().require(Action.BULK)
        return handle_start(self, parse_batch_id(batch_id))

    @expose("/bulk/<batch_id>/continue", methods=("POST",))
    def batch_continue(self, batch_id: str) -> Response:
        """Do some more of it."""
        get_desk().require(Action.BULK)
        return handle_continuation(self, parse_batch_id(batch_id))

    @expose("/bulk/<batch_id>/stop", methods=("POST",))
    def batch_stop(self, batch_id: str) -> Response:
        """Stop it; what is done stays done."""
        get_desk().require(Action.BULK)
        return handle_stop(self, parse_batch_id(batch_id))

    @expose("/bulk/<batch_id>/undo", methods=("POST",))
    def batch_undo(self, batch_id: str) -> Response:
        """Make the dry run of taking it back."""
        get_desk().require(Action.BULK)
        return handle_undo(self, parse_batch_id(batch_id))


def parse_task_id(text: str) -> UUID:
    """Read an id from an address; what is none leads to no task."""
    try:
        task_id = UUID(text)
    except ValueError:
        raise TaskNotFoundError(text[:64]) from None
    if str(task_id) != text.lower():
        raise TaskNotFoundError(text[:64])
    return task_id
