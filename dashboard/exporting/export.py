"""One export: read in a transaction of its own, handed on as it is read, recorded at its end."""

import logging
from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Insert, select

from dashboard.desk import Desk
from dashboard.errors import ExportsBusyError
from dashboard.exporting.formats import Format, make_writer
from dashboard.exporting.reading import Reader
from dashboard.language import gettext
from dashboard.problems import FAILURES
from vision_tasks.attribution import Attribution, select_attribution, set_locally
from vision_tasks.export_queries import ACTION, EXPORT_ID, format_application_name
from vision_tasks.history import insert_entry
from vision_tasks.models import TaskChange
from vision_tasks.records import TaskFilter

STALL_SECONDS = 120
"""How long one piece may take to download before the database is held up no longer."""

_logger = logging.getLogger(__name__)


@dataclass
class Export:
    """What somebody asked for, and how many tasks were handed on.

    `filters` are as they were written, for the history. `slots` bounds how many run at once.
    Under `export_id`, where there is one, the page that asked finds out how far it is.
    """

    desk: Desk
    slots: BoundedSemaphore
    task_filter: TaskFilter
    filters: dict[str, str]
    chosen: Format
    export_id: UUID | None = None
    sent: int = 0
    _actor: str = ""
    _explanation: str = ""
    _is_begun: bool = False

    def start(self) -> Generator[bytes]:
        """Begin to read, and return the pieces of the file, which must be taken or closed.

        Raises what the database or the history refuses, before anything was handed on. Where
        the database fails later, the last piece says so: not every server can break off.
        """
        # In the language of the request, which is over when this is needed.
        self._explanation = gettext(
            "This export stopped after %(tasks)s tasks and is not complete: the database failed,"
            " or the download stood still. Export again.",
            tasks="{tasks}",
        )
        pieces = self._run()
        next(pieces)
        return pieces

    def _run(self) -> Generator[bytes]:
        if not self.slots.acquire(blocking=False):
            raise ExportsBusyError
        try:
            reader = self._open()
            try:
                yield from self._hand_on(reader)
            except FAILURES as exc:
                if not self._is_begun:
                    raise
                name = type(exc).__name__
                _logger.warning("An export stopped after %d tasks: %s", self.sent, name)
                reason = self._explanation.format(tasks=self.sent)
                yield make_writer(self.chosen).write_end(reason)
            finally:
                reader.stop()
                if self._is_begun and not reader.is_recorded:
                    self._record_apart()
        finally:
            self.slots.release()

    def _open(self) -> Reader:
        with ExitStack() as stack:
            connection = stack.enter_context(self.desk.begin(action=ACTION))
            self._actor = self._try_to_record(connection)
            seconds = self.desk.settings.DATABASE_STATEMENT_SECONDS
            chosen = {
                "application_name": format_application_name(self.export_id),
                # It takes as long as its download does. What else may take too long is a lock,
                # and the next task, for which the reader waits no longer either.
                "statement_timeout": "0",
                "lock_timeout": str(max(1, round(seconds * 1000))),
            }
            connection.execute(select(*set_locally(chosen)))
            reader = Reader(
                stack.pop_all(),
                connection,
                make_writer(self.chosen),
                record=self._record,
                stall_seconds=STALL_SECONDS,
            )
        reader.start(self.task_filter)
        return reader

    def _hand_on(self, reader: Reader) -> Generator[bytes]:
        seconds = self.desk.settings.DATABASE_STATEMENT_SECONDS
        piece = reader.take(seconds)
        self._is_begun = True
        # Nothing yet: whoever started has seen by now that it can be done.
        yield b""
        while piece is not None:
            self.sent += piece.tasks
            yield piece.data
            piece = reader.take(seconds)

    def _try_to_record(self, connection: Connection) -> str:
        with connection.begin_nested() as attempt:
            entry = self._format_entry(0, is_complete=False).returning(TaskChange.actor)
            actor: str = connection.execute(entry).scalar_one()
            attempt.rollback()
        return actor

    def _record(self, connection: Connection, tasks: int) -> None:
        connection.execute(self._format_entry(tasks, is_complete=True))

    def _record_apart(self) -> None:
        try:
            with self.desk.begin(action=ACTION) as connection:
                # The request that this began with is over, and with it who sent it.
                connection.execute(select_attribution(Attribution(self._actor)))
                connection.execute(self._format_entry(self.sent, is_complete=False))
        except FAILURES as exc:
            _logger.error(  # noqa: TRY400
                "The history lacks an export of %d tasks by %s, stopped early: %s",
                self.sent,
                self._actor,
                type(exc).__name__,
            )

    def _format_entry(self, tasks: int, *, is_complete: bool) -> Insert:
        about: dict[str, Any] = {
            "filter": self.filters,
            "format": self.chosen.value,
            "complete": is_complete,
        }
        if self.export_id is not None:
            about[EXPORT_ID] = str(self.export_id)
        return insert_entry(ACTION, after=about, tasks=tasks)
