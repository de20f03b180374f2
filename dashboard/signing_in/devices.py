"""Browsers that somebody has signed in with before: nobody else's failures keep them waiting."""

import secrets

from flask import Response
from itsdangerous import BadSignature, URLSafeSerializer

from dashboard.hardening import read_cookie, set_cookie
from dashboard.signing_in.keys import derive_key
from dashboard.signing_in.person import Person
from dashboard.signing_in.sessions import get_visit

COOKIE = "vision_tasks_device"
KEPT_SECONDS = 365 * 86_400
_ID_BYTES = 16


def find_device(person: Person | None) -> str | None:
    """Return the name of this browser if `person` has signed in with it, the last one to do so.

    A new password makes strangers of all of them, and so does a second factor that is set up or
    removed.
    """
    cookie = read_cookie(COOKIE)
    if person is None or cookie is None:
        return None
    try:
        owner, device = _serializer().loads(cookie)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(device) if owner == person.fs_uniquifier else None


def remember_device(response: Response) -> Response:
    """Let the browser prove next time that whoever is signed in now has signed in with it."""
    person = get_visit().person
    if person is None:
        return response
    device = find_device(person) or secrets.token_urlsafe(_ID_BYTES)
    value = _serializer().dumps([person.fs_uniquifier, device])
    set_cookie(response, COOKIE, str(value), max_age_seconds=KEPT_SECONDS)
    return response


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(derive_key("devices"))
