"""Cookies that somebody has copied from a browser."""

from flask import Flask
from flask.testing import FlaskClient


def copy_cookies(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a client that has what `client` has now."""
    copy = app.test_client()
    for name in ("vision_tasks", "vision_tasks_device"):
        if cookie := client.get_cookie(name):
            copy.set_cookie(cookie.key, cookie.value)
    return copy
