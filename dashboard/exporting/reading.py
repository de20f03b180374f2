"""The thread that reads the tasks of one export, in its transaction, while another sends them."""

from collections.abc import Callable
from contextlib import ExitStack
from threading import Thread

from sqlalchemy import Connection

from dashboard.exporting.formats import Writer
from dashboard.exporting.pipe import Piece, Pipe
from vision_tasks.copying import Copy
from vision_tasks.errors import DatabaseTimeoutError
from vision_tasks.records import TaskFilter

PIECE_BYTES = 65_536
"""The length of a piece, or that of one task if it is longer."""
WAITING_BYTES = 4 * PIECE_BYTES
STOP_SECONDS = 10
"""How long the end of a thread is waited for that was told to stop."""


class Reader:
    """Reads the tasks of a filter, and ends its transaction by what `record` does in it.

    `transaction` is what ends that of `connection`. The last piece is held back until then, so
    that whoever has the whole of it stands in the history.
    """

    def __init__(
        self,
        transaction: ExitStack,
        connection: Connection,
        writer: Writer,
        *,
        record: Callable[[Connection, int], None],
        stall_seconds: float,
    ) -> None:
        self.is_recorded = False
        self._transaction = transaction
        self._connection = connection
        self._writer = writer
        self._record = record
        self._stall_seconds = stall_seconds
        self._pipe = Pipe(WAITING_BYTES)
        self._copy = Copy(self._add, writer.options)
        self._rows: list[bytes] = []
        self._bytes = 0
        # The first task goes out at once.
        self._enough = 1
        self._head = writer.head
        self._handed_on = 0
        self._thread: Thread | None = None

    def start(self, task_filter: TaskFilter) -> None:
        """Begin to read."""
        thread = Thread(
            target=self._read, args=(task_filter,), name="vision-tasks export", daemon=True
        )
        with ExitStack() as unless_started:
            unless_started.push(self._transaction)
            thread.start()
            unless_started.pop_all()
        self._thread = thread

    def take(self, seconds: float) -> Piece | None:
        """Wait for the next piece; None: there are no more.

        Raises what the database refuses, and DatabaseTimeoutError where it brings no task for
        `seconds`.
        """
        is_told = False
        while True:
            before = self._count()
            try:
                return self._pipe.take(seconds)
            except TimeoutError:
                if self._count() != before:
                    continue
                if is_told:
                    raise DatabaseTimeoutError from None
                # What it says to that is the error that is raised.
                self._copy.cancel()
                is_told = True

    def stop(self) -> None:
        """Take no more, and return when the transaction has ended."""
        self._pipe.close()
        self._copy.cancel()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def _read(self, task_filter: TaskFilter) -> None:
        error: BaseException | None = None
        try:
            with self._transaction:
                self._copy.run(self._connection, self._writer.select(task_filter))
                self._pipe.wait_until_wanted(self._stall_seconds)
                self._record(self._connection, self._count())
            self.is_recorded = True
            self._hand_on()
        except BaseException as exc:  # noqa: BLE001
            error = exc
        self._pipe.end(error)

    def _add(self, row: bytes) -> None:
        if self._bytes >= self._enough:
            self._hand_on()
        self._rows.append(row)
        self._bytes += len(row)

    def _hand_on(self) -> None:
        rows, self._rows, self._bytes = self._rows, [], 0
        self._handed_on += len(rows)
        data = self._head + self._writer.write(rows)
        self._head, self._enough = b"", PIECE_BYTES
        self._pipe.put(Piece(data, len(rows)), self._stall_seconds)

    def _count(self) -> int:
        return self._handed_on + len(self._rows)
