"""What one Flask app holds for the desk: its settings, its engine, its access."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask import current_app, has_request_context, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine, Select, select

from dashboard.access import AccessDeniedError, Action, SupportsAllows
from dashboard.schema_state import SchemaWatch
from vision_tasks.attribution import Attribution, set_locally
from vision_tasks.config import Settings
from vision_tasks.embedded import EmbeddedError
from vision_tasks.errors import ConfigurationError, DatabaseUnavailableError, VisionTasksError
from vision_tasks.faults import translate_database_error

EXTENSION_NAME = "vision_tasks"
ACTOR_MAX_CHARACTERS = 255


@dataclass(frozen=True)
class Desk:
    """The desk of one app, found by `get_desk` during a request."""

    settings: Settings
    engine: Engine
    access: SupportsAllows
    schema: SchemaWatch

    def allows(self, action: Action) -> bool:
        """Tell whether this request may do `action`; what is not True is a no.

        The host is asked once a request, for the menu of any page asks as well.
        """
        answers: dict[Action, bool] = request.environ.setdefault("vision_tasks.allows", {})
        if action not in answers:
            answers[action] = self.access.allows(action) is True
        return answers[action]

    def require(self, *actions: Action) -> None:
        """Raise AccessDeniedError unless this request may do all `actions`."""
        for action in actions:
            if not self.allows(action):
                raise AccessDeniedError(action)

    def refuse(self, action: Action) -> ResponseReturnValue | None:
        """Ask the host for its answer to whoever may not do `action`; None: it has none."""
        refuse = getattr(self.access, "refuse", None)
        return cast("ResponseReturnValue | None", refuse(action)) if callable(refuse) else None

    @contextmanager
    def begin(
        self,
        *,
        action: str | None = None,
        reason: str | None = None,
        batch_id: UUID | None = None,
        free_move: bool = False,
        seconds: float | None = None,
        is_steady: bool = False,
    ) -> Iterator[Connection]:
        """Open the one transaction of a request; faults of the database come out as our errors.

        No statement in it runs, or waits for a lock, longer than DATABASE_STATEMENT_SECONDS, in a
        request that only reads a page PAGE_STATEMENT_SECONDS, or `seconds` where that is less. What
        it changes is recorded as done by whoever sent the request; see `Attribution`. If it
        `is_steady` it sees all tasks as they were at its beginning, and may fail to change them.
        """
        attribution = Attribution(self.name_actor(), action, reason, batch_id, free_move)
        try:
            with self.engine.connect() as connection:
                if is_steady:
                    connection.execution_options(isolation_level="REPEATABLE READ")
                with connection.begin():
                    connection.execute(self._prepare(attribution, seconds))
                    yield connection
        except VisionTasksError as exc:
            self._note(exc)
            raise
        except Exception as exc:
            error = translate_database_error(exc)
            if error is None:
                raise
            self._note(error)
            raise error from exc

    def find_schema_warning(self) -> str | None:
        """Say what is wrong with the schema, for whoever may see the desk; None: nothing known."""
        return self.schema.find_warning(self.begin)

    def name_actor(self) -> str:
        """Name whoever sent the request, as the history does."""
        get_actor = getattr(self.access, "get_actor", None)
        name = get_actor() if callable(get_actor) and has_request_context() else None
        text = "" if name is None else str(name).replace("\x00", "")
        return f"staff:{text[:ACTOR_MAX_CHARACTERS].strip() or 'unknown'}"

    def _prepare(self, attribution: Attribution, seconds: float | None) -> Select[Any]:
        # Local to the transaction, so that behind PgBouncer nobody else inherits it.
        most = self.settings.DATABASE_STATEMENT_SECONDS
        if has_request_context() and request.method == "GET":
            most = min(most, self.settings.PAGE_STATEMENT_SECONDS)
        milliseconds = str(max(1, round(min(most, seconds or most) * 1000)))
        columns: list[Any] = set_locally({"statement_timeout": milliseconds})
        return select(*columns, *set_locally(attribution.settings))

    def _note(self, error: VisionTasksError) -> None:
        if isinstance(error, DatabaseUnavailableError | EmbeddedError):
            self.schema.pause()


def find_desk() -> Desk | None:
    """Return the desk of the current app, if it has one."""
    return cast("Desk | None", current_app.extensions.get(EXTENSION_NAME))


def get_desk() -> Desk:
    """Return the desk of the current app."""
    desk = find_desk()
    if desk is None:
        raise ConfigurationError(
            "This app shows task pages without a desk; call TaskDashboard(…).init_app(app, admin)."
        )
    return desk
