"""What each role may do at the desk."""

from flask_security import RoleMixin

from dashboard.access import Action
from vision_tasks.staff import StaffRole

_VIEWER = frozenset({Action.SEE, Action.EXPORT})
_EDITOR = _VIEWER | {Action.CREATE, Action.EDIT, Action.BULK, Action.UNDO}
_ADMIN = _EDITOR | {Action.DELETE, Action.FREE_MOVE, Action.KEYS, Action.STAFF}

ALLOWED: dict[str, frozenset[Action]] = {
    StaffRole.VIEWER: _VIEWER,
    StaffRole.EDITOR: _EDITOR,
    StaffRole.ADMIN: _ADMIN,
}


class Role(RoleMixin):
    """One role as Flask-Security knows it; a role that is none of ours may do nothing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.permissions = [action.value for action in ALLOWED.get(name, frozenset())]
