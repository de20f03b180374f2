"""What the pages say while the schema is not the one that this desk was written for."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from vision_tasks.errors import DatabaseRefusedError, VisionTasksError
from vision_tasks.revisions import SchemaState, fetch_schema_state

TRUST_SECONDS = 60
"""How long a schema that matched is taken to match still."""
PAUSE_SECONDS = 5
"""How long a database that is away is not asked again."""

_logger = logging.getLogger(__name__)

Begin = Callable[[], AbstractContextManager[Connection]]


class SchemaWatch:
    """Looks at the schema of one app's database, as seldom as will do; for any threads.

    `command` is what a person runs to upgrade it, `clock` tells seconds.
    """

    def __init__(self, command: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._command = command
        self._clock = clock
        self._looking = Lock()
        self._state: SchemaState | None = None
        self._settled_until = self._paused_until = clock()

    def pause(self) -> None:
        """Take note that the database is away: who has waited for it once shall not again."""
        self._paused_until = self._clock() + PAUSE_SECONDS

    def find_warning(self, begin: Begin) -> str | None:
        """Say what is wrong with the schema, in a transaction of its own if it must look.

        None where nothing is, and where that cannot be told now.
        """
        state = self._state
        if self._rests():
            return None
        # Where one look is under way, another would only wait behind it for the same answer.
        if not self._looking.acquire(blocking=state is None):
            return self._explain(state)
        try:
            return None if self._rests() else self._explain(self._look(begin))
        finally:
            self._looking.release()

    def _rests(self) -> bool:
        return self._clock() < max(self._settled_until, self._paused_until)

    def _look(self, begin: Begin) -> SchemaState | None:
        try:
            with begin() as connection:
                state = fetch_schema_state(connection)
        except DatabaseRefusedError as exc:
            _logger.warning("The schema cannot be looked at. %s", exc)
            self._paused_until = self._clock() + TRUST_SECONDS
            return None
        except (VisionTasksError, DBAPIError):
            self.pause()
            return None
        self._state = state
        if state.matches:
            self._settled_until = self._clock() + TRUST_SECONDS
        return state

    def _explain(self, state: SchemaState | None) -> str | None:
        return None if state is None or state.matches else state.explain(self._command)
