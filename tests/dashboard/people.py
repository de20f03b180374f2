"""Members of staff for tests, and clients that are signed in without a form."""

import secrets
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from tests.databases import psql
from vision_tasks.secret_key import get_secret_key

PASSWORD = "correct horse battery"
SESSION_KEY = "_user_id"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For passwords that nobody guesses; ours is slow on purpose."""


@cache
def hash_once(password: str) -> str:
    """Hash a password that many tests use."""
    return QUICK_HASHER.hash(password)


def add_person(
    cursor: Any, role: str = "admin", *, email: str | None = None, password: str | None = None
) -> UUID:
    """Insert somebody, or take them as they are, and return their id."""
    cursor.execute(
        "INSERT INTO staff (email, role, password_hash, uniquifier) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (email) DO UPDATE SET role = excluded.role RETURNING id",
        (
            email or f"{role}@example.org",
            role,
            password and hash_once(password),
            secrets.token_hex(16),
        ),
    )
    return UUID(str(cursor.fetchone()[0]))


def add_session(cursor: Any, staff_id: UUID) -> UUID:
    """Begin a session, as signing in does."""
    cursor.execute(
        "INSERT INTO staff_sessions (staff_id) VALUES (%s) RETURNING id", (str(staff_id),)
    )
    return UUID(str(cursor.fetchone()[0]))


def sign_in(app: Flask, role: str = "admin") -> FlaskClient:
    """Return a client of somebody with that role, who is signed in."""
    with psql(app.extensions["vision_tasks"].settings) as cursor:
        return use_session(app, add_session(cursor, add_person(cursor, role)))


def use_session(app: Flask, session_id: UUID | None = None) -> FlaskClient:
    """Return a client whose cookie names that session; without one, a session nobody knows."""
    if not app.secret_key:
        app.secret_key = get_secret_key(app.extensions["vision_tasks"].settings)
    client = app.test_client()
    with client.session_transaction() as session:
        session[SESSION_KEY] = str(session_id or uuid4())
        # Of signing in as well, so that a page need not set it.
        session["csrf_token"] = secrets.token_hex(20)
    return client


def read_cookies(client: FlaskClient) -> dict[str, str]:
    """Return what a browser would send, for one that talks to a server of its own."""
    cookie = client.get_cookie("vision_tasks")
    assert cookie is not None
    return {cookie.key: cookie.value}
