"""The dashboard as a WSGI app, and what plain `flask` finds."""

from dashboard import create_app
from vision_tasks.config import load_settings

app = create_app(load_settings())
