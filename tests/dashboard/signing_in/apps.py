"""An app for one-time codes, as people have it on their phone."""

import re
import time
from typing import Any

from passlib.totp import TOTP  # type: ignore[import-untyped]

from tests.dashboard.forms import read_form, read_text
from tests.dashboard.people import PASSWORD

URL = "/admin/account/second-factor"
STEP_SECONDS = 30


class CodeApp:
    """Knows the key that a page has shown."""

    def __init__(self, page: Any) -> None:
        self.used = ""
        (self.key,) = re.findall(r"(?:[A-Z2-7]{4}-){7}[A-Z2-7]{4}", read_text(page))
        self._totp = TOTP(self.key)

    def make_code(self, steps: int = 0) -> str:
        """Return the code of now, or of so many half minutes later.

        The next one is good already, and still is when the half minute ends meanwhile.
        """
        return str(self._totp.generate(time.time() + steps * STEP_SECONDS).token)


def find_step() -> int:
    """Number the half minute that this is."""
    return int(time.time()) // STEP_SECONDS


def set_up(client: Any, password: str = PASSWORD) -> CodeApp:
    """Switch the second factor on with the code of now, which is used up by that."""
    page = client.get(URL)
    app = CodeApp(page)
    app.used = app.make_code()
    answer = read_form(page).send(client, password=password, code=app.used)
    assert answer.status_code == 303
    return app
