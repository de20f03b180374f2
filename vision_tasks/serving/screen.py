"""The one screen that says what runs where and what to try."""

from vision_tasks.config import Settings
from vision_tasks.serving.first_admin import Admission
from vision_tasks.serving.first_key import FirstKey
from vision_tasks.serving.listening import Listening

BODY = '{"filename": "photo.jpg"}'


def format_screen(
    settings: Settings,
    listening: Listening,
    api_port: int,
    dashboard_port: int,
    *,
    admission: Admission,
    key: FirstKey,
) -> str:
    """Write the screen; its secrets are those of an admin and of a key that were made just now."""
    api = f"http://{listening.shown_host}:{api_port}"
    dashboard = f"http://{listening.shown_host}:{dashboard_port}/admin/"
    tasks = f"{api}{settings.API_V1_STR}/tasks"
    options = f"-H {key.format_header()} -H 'Content-Type: application/json' -d '{BODY}'"
    return f"""
{settings.PROJECT_NAME} is running.

  Dashboard  {dashboard}
  Sign in    {admission.describe()}
  API        {tasks}
  API docs   {api}/docs
  Database   {settings.database_place}

Send a task, then look at it in the dashboard:

  curl -sS {tasks} {options}

{key.describe()}

{listening.describe()}
Ctrl-C stops it.
"""
