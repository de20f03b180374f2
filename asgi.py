"""The ASGI entry point: `granian --interface asgi asgi:app`."""

from api import create_app
from vision_tasks.config import load_settings

app = create_app(load_settings())
