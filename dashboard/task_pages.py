"""The addresses below `/admin/tasks/`, each handled by the module named after what it does."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response

from dashboard.access import Action
from dashboard.bulk_deletion import handle_bulk_deletion
from dashboard.creation import handle_creation
from dashboard.deletion import handle_deletion
from dashboard.desk import get_desk
from dashboard.editing import handle_editing
from dashboard.formats import SHOWN_CHARACTERS
from dashboard.pages import TASKS_PATH, Page, expose
from dashboard.returning import get_back_query, get_back_url
from dashboard.task_list import show_list
from dashboard.tasks import get_task
from vision_tasks.errors import TaskNotFoundError

PACKAGE = Path(__file__).parent


class TaskPages(Page):
    """List, details and the forms of tasks; serves the desk's static files too."""

    def __init__(self, *, category: str | None = None, url: str = TASKS_PATH) -> None:
        super().__init__(
            "Tasks",
            endpoint="vision_tasks_tasks",
            url=url,
            static_folder=str(PACKAGE / "static"),
            category=category,
        )

    def create_blueprint(self, admin: Any) -> Any:
        """Make the blueprint, which by itself would look for templates in Flask-Admin only."""
        blueprint = super().create_blueprint(admin)
        blueprint.template_folder = str(PACKAGE / "templates")
        return blueprint

    @expose("/")
    def index(self) -> Response:
        """Show the list."""
        return show_list(self)

    @expose("/<task_id>/")
    def details(self, task_id: str) -> Response:
        """Show everything about one task."""
        task = get_task(get_desk(), parse_task_id(task_id), characters=SHOWN_CHARACTERS + 1)
        return self.show(
            "task_details.html", task=task, back=get_back_query(), back_url=get_back_url()
        )

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> Response:
        """Create a task."""
        get_desk().require(Action.CREATE)
        return handle_creation(self)

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

    @expose("/bulk/delete", methods=("GET", "POST"))
    def bulk_delete(self) -> Response:
        """Ask before the ticked tasks are deleted, then delete those that nobody changed."""
        get_desk().require(Action.BULK, Action.DELETE)
        return handle_bulk_deletion(self)


def parse_task_id(text: str) -> UUID:
    """Read an id from an address; what is none leads to no task."""
    try:
        task_id = UUID(text)
    except ValueError:
        raise TaskNotFoundError(text[:64]) from None
    if str(task_id) != text.lower():
        raise TaskNotFoundError(text[:64])
    return task_id
