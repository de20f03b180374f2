"""The dashboard as a WSGI app, and what plain `flask` finds."""

from dashboard import create_app
from vision_tasks.config import load_settings
from vision_tasks.errors import ConfigurationError

try:
    app = create_app(load_settings())
except ConfigurationError as exc:
    # One line for whoever typed the command, where the caller would show a traceback.
    raise SystemExit(f"vision-tasks: {exc}") from None
