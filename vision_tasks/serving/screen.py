"""The one screen that says what runs where and what to try."""

from vision_tasks.config import Settings


def format_screen(settings: Settings, host: str, api_port: int, dashboard_port: int) -> str:
    """Write the screen; it holds no secret."""
    place = f"[{host}]" if ":" in host else host
    api = f"http://{place}:{api_port}"
    dashboard = f"http://{place}:{dashboard_port}/admin/"
    tasks = f"{api}{settings.API_V1_STR}/tasks"
    return f"""
{settings.PROJECT_NAME} is running.

  Dashboard  {dashboard}
  API        {tasks}
  API docs   {api}/docs
  Database   {settings.database_place}

Send a task, then look at it in the dashboard:

  curl -sS {tasks} -H 'Content-Type: application/json' -d '{{"filename": "photo.jpg"}}'

Only this machine can reach it: there are no logins and keys yet. Ctrl-C stops it.
"""
