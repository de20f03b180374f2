"""The addresses below `/admin/api-keys/`, for whoever may manage keys."""

from typing import Any

from flask import Response

from dashboard.access import AccessDeniedError, Action
from dashboard.desk import find_desk, get_desk
from dashboard.keys.making import handle_making
from dashboard.keys.revocation import handle_revocation
from dashboard.keys.rotation import handle_rotation
from dashboard.language import Lazy
from dashboard.pages import Page, expose
from vision_tasks.api_key_changes import fetch_keys
from vision_tasks.api_key_errors import ApiKeyNotFoundError
from vision_tasks.api_key_rules import check_key_name
from vision_tasks.errors import InvalidFieldError

KEYS_PATH = "api-keys"


class KeysPage(Page):
    """All keys, and what can be done with each; a secret is shown once, when it is made."""

    def __init__(self, *, category: str | None = None, url: str = KEYS_PATH) -> None:
        super().__init__(
            Lazy("API keys"),
            endpoint="vision_tasks_keys",
            url=url,
            static_folder=None,
            category=category,
        )

    def is_accessible(self) -> bool:
        """Let in, and show the item of the menu to, whoever may manage keys."""
        desk = find_desk()
        return desk is not None and desk.allows(Action.SEE) and desk.allows(Action.KEYS)

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Response:
        """Refuse the page."""
        desk = find_desk()
        if desk is None or not desk.allows(Action.SEE):
            return super().inaccessible_callback(name, **kwargs)
        return self.refuse(AccessDeniedError(Action.KEYS))

    @expose("/")
    def index(self) -> Response:
        """Show all keys."""
        with get_desk().begin() as connection:
            keys = fetch_keys(connection)
        return self.show("keys.html", keys=keys)

    @expose("/new", methods=("GET", "POST"))
    def new(self) -> Response:
        """Make a key, and show its secret."""
        return handle_making(self)

    @expose("/<key_name>/rotate", methods=("GET", "POST"))
    def rotate(self, key_name: str) -> Response:
        """Ask before a key gets another secret, then show that."""
        return handle_rotation(self, _parse_name(key_name))

    @expose("/<key_name>/revoke", methods=("GET", "POST"))
    def revoke(self, key_name: str) -> Response:
        """Ask before a key is ended, then end it."""
        return handle_revocation(self, _parse_name(key_name))


def _parse_name(text: str) -> str:
    try:
        return check_key_name(text)
    except InvalidFieldError:
        raise ApiKeyNotFoundError(text[:64]) from None
