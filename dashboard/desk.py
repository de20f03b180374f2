"""What one Flask app holds for the desk: its settings, its engine, its access."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app
from sqlalchemy import Connection, Engine, Select, func, literal, select

from dashboard.access import Access, AccessDeniedError, Action
from vision_tasks.config import Settings
from vision_tasks.errors import ConfigurationError, VisionTasksError
from vision_tasks.faults import translate_database_error

EXTENSION_NAME = "vision_tasks"


@dataclass(frozen=True)
class Desk:
    """The desk of one app, found by `get_desk` during a request."""

    settings: Settings
    engine: Engine
    access: Access

    def require(self, action: Action) -> None:
        """Raise AccessDeniedError unless this request may do `action`."""
        if not self.access.allows(action):
            raise AccessDeniedError(action)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open the one transaction of a request; faults of the database come out as our errors.

        No statement in it runs, or waits for a lock, longer than DATABASE_STATEMENT_SECONDS.
        """
        milliseconds = str(max(1, round(self.settings.DATABASE_STATEMENT_SECONDS * 1000)))
        try:
            with self.engine.begin() as connection:
                connection.execute(_limit_statements(milliseconds))
                yield connection
        except VisionTasksError:
            raise
        except Exception as exc:
            error = translate_database_error(exc)
            if error is None:
                raise
            raise error from exc


def _limit_statements(milliseconds: str) -> Select[Any]:
    # Local to the transaction, so that behind PgBouncer nobody else inherits it.
    return select(func.set_config("statement_timeout", milliseconds, literal(value=True)))


def get_desk() -> Desk:
    """Return the desk of the current app."""
    desk = current_app.extensions.get(EXTENSION_NAME)
    if desk is None:
        raise ConfigurationError(
            "This app shows task pages without a desk; call TaskDashboard(…).init_app(app, admin)."
        )
    return cast("Desk", desk)
