"""Signing in as a person does, through the form."""

from typing import Any

from flask.testing import FlaskClient

from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD

EMAIL = "ana@example.org"
LOGIN = "/admin/login"


def send_sign_in(
    client: FlaskClient, email: str = EMAIL, password: str = PASSWORD, *, query: str = ""
) -> Any:
    """Open the form and send it; not redirected."""
    form = read_form(client.get(f"{LOGIN}{query}"))
    return form.send(client, email=email, password=password)


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/admin/account/").status_code == 200


def send_sign_out(client: FlaskClient) -> Any:
    return read_form(client.get("/admin/logout")).send(client)


def move(cursor: Any, table: str, column: str, interval: str) -> None:
    """Let everything in `column` have happened longer ago."""
    cursor.execute(f"UPDATE {table} SET {column} = {column} - interval '{interval}'")
