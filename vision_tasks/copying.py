"""COPY … TO STDOUT by SQLAlchemy, so that it fails as any statement does, and can be broken off."""

from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, Select, event

_OPTION = "vision_tasks_copy"
# https://www.psycopg.org/docs/extensions.html#transaction-status-constants: under way still.
_ACTIVE = 1


class Copy:
    """One COPY of what a statement finds; `write` is given its rows, each whole, as `options` say.

    What `write` raises breaks it off.
    """

    def __init__(self, write: Callable[[bytes], object], options: str) -> None:
        self.write = write
        self.options = options
        self._lock = Lock()
        self._connection: Any = None
        self._is_cancelled = False

    def run(self, connection: Connection, statement: Select[Any]) -> None:
        """Copy until the last row; for a connection of `create_sync_engine`."""
        connection.execute(statement, execution_options={_OPTION: self})

    def cancel(self) -> None:
        """Break it off, from any thread, so that `run` fails; one that is over stays so."""
        with self._lock:
            self._is_cancelled = True
            if self._connection is not None:
                # One that cannot even be asked to stop ends when its connection does.
                with suppress(Exception):
                    self._connection.cancel()

    def execute(self, cursor: Any, query: str) -> None:
        """Copy by a cursor of psycopg2."""
        with self._lock:
            if self._is_cancelled:
                raise TimeoutError
            self._connection = cursor.connection
        try:
            cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH ({self.options})", self)
        except BaseException:
            if cursor.connection.get_transaction_status() == _ACTIVE:
                # Else the rollback would read all that is still to come.
                self.cancel()
            raise
        finally:
            with self._lock:
                self._connection = None


def let_statements_be_copied(engine: Engine) -> None:
    """Make `engine`, of psycopg2, do what `Copy.run` asks for."""

    @event.listens_for(engine, "do_execute")
    def copy(cursor: Any, statement: str, parameters: Any, context: Any) -> bool | None:
        wanted: Copy | None = context.execution_options.get(_OPTION)
        if wanted is None:
            return None
        wanted.execute(cursor, cursor.mogrify(statement, parameters).decode())
        return True
