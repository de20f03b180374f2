"""The codes of the second factor (RFC 6238), each of which is good once."""

import hashlib
import re
from typing import Any

import qrcode
from flask_security.totp import Totp
from qrcode.image.svg import SvgPathImage

from dashboard.desk import get_desk
from dashboard.signing_in.keys import derive_key
from dashboard.signing_in.person import Person
from vision_tasks.errors import ConfigurationError

STEP_SECONDS = 30
"""A code of the step before and of the one after is good as well, for clocks differ."""

_CODE = re.compile(r"[0-9]{6}")


class Codes(Totp):
    """Flask-Security's, with a key of ours and a memory of the code that was right."""

    def __init__(self) -> None:
        key = derive_key("second factor").hex()
        # Kept beside each secret, and so tells which of them another key has encrypted.
        tag = hashlib.sha256(key.encode()).hexdigest()[:8]
        super().__init__({tag: key}, get_desk().settings.PROJECT_NAME.replace(":", " "))

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Note its step; whether that has been used the statement tells that is to write it."""
        user.totp_counter = tmatch.counter

    def draw(self, email: str, secret: str) -> str:
        """Draw what an app scans, as an SVG that a page can hold."""
        uri = self.get_totp_uri(email.replace(":", " "), secret)
        return str(qrcode.make(uri, image_factory=SvgPathImage).to_string(encoding="unicode"))


def find_counter(person: Person, secret: str, text: str) -> int | None:
    """Return the step that `text` is the code of; None where it is none of about now.

    Raises ConfigurationError where the secret was encrypted under another SECRET_KEY.
    """
    code = re.sub(r"[\s-]", "", text)
    if not _CODE.fullmatch(code):
        return None
    try:
        is_right = Codes().verify_totp(code, secret, person, window=STEP_SECONDS)
    except KeyError:
        raise ConfigurationError(
            "SECRET_KEY is not the one under which second factors were stored: set it back, or"
            " remove them with `flask staff`."
        ) from None
    return person.totp_counter if is_right else None
