"""A key for a second factor, between the page that shows it and the code that proves it.

Only the page holds it, so that nobody is shown it who merely has a copy of the cookie.
"""

from flask import request
from itsdangerous import BadSignature, URLSafeSerializer

from dashboard.signing_in.codes import Codes
from dashboard.signing_in.keys import derive_key
from dashboard.signing_in.person import Person

# As with every field of this word, no form that is kept for later keeps it.
FIELD = "code_key"


def make_draft() -> str:
    """Make a key, encrypted as it is to be stored."""
    return str(Codes().generate_totp_secret())


def format_draft(person: Person, secret: str) -> str:
    """Write it for a hidden field, good for this session of `person` alone."""
    return str(_serializer().dumps([str(person.id), str(person.session_id), secret]))


def read_draft(person: Person) -> str | None:
    """Return the key that this form brings back; None where it is none of this session's."""
    try:
        owner, session_id, secret = _serializer().loads(request.form.get(FIELD, ""))
    except (BadSignature, ValueError, TypeError):
        return None
    is_theirs = (owner, session_id) == (str(person.id), str(person.session_id))
    return str(secret) if is_theirs else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(derive_key("drafts of second factors"))
