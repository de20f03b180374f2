"""The one page that shows a secret: the answer to the form that made it."""

from flask import Response
from pydantic import SecretStr

from dashboard.pages import Page
from vision_tasks.api_key_queries import KeyRecord


def show_secret(page: Page, key: KeyRecord, secret: SecretStr) -> Response:
    """Show a secret that was made just now; not stored by anybody, reloading shows it no more."""
    return page.show("key_secret.html", key=key, secret=secret.get_secret_value())
