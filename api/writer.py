"""New tasks of single requests, stored together for each key.

A task has its id before it is stored, so storing it again after a connection was lost on the way
does not make it twice.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from api.driver_connections import DriverConnections
from api.errors import INVALID_KEY, InsufficientScopeError, UnauthenticatedError
from api.group_commit import GroupCommit, Waiting
from api.metrics import observe_batch
from vision_tasks.api_key_rules import Scope
from vision_tasks.api_keys import Caller
from vision_tasks.errors import DatabaseUnavailableError, VisionTasksError
from vision_tasks.faults import translate_database_error
from vision_tasks.ingest_queries import STORE_TASKS, STORE_TASKS_ONCE, BirthRow, StoredRow
from vision_tasks.recording import LISTED_IDS

MAX_TOGETHER = LISTED_IDS
"""Most tasks of one statement, each of which the history names."""

MAX_UNDER_WAY = 4
"""Most statements at a time, each for another key."""

_MAX_REMEMBERED = 10_000

FetchBirths = Callable[[Sequence[UUID]], Awaitable[Sequence[BirthRow]]]


class Sender(NamedTuple):
    """Whose tasks may be stored together; `once` tells that their ids may have been there."""

    secret_hash: bytes
    once: bool


class NewRow(NamedTuple):
    """A task to be."""

    id: UUID
    filename: str


_Group = Sequence[Waiting[NewRow, BirthRow]]


class TaskWriter:
    """Stores tasks, of which up to `max_waiting` wait, none longer than `max_wait_seconds`.

    `fetch_births` reads how tasks were born that were there before, `note_use` is told each key.
    """

    def __init__(
        self,
        connections: DriverConnections,
        *,
        max_waiting: int,
        max_wait_seconds: float,
        fetch_births: FetchBirths,
        note_use: Callable[[Caller], None],
    ) -> None:
        self._connections = connections
        self._fetch_births = fetch_births
        self._note_use = note_use
        self._commit: GroupCommit[Sender, NewRow, BirthRow] = GroupCommit(
            self._store,
            max_waiting=max_waiting,
            max_together=MAX_TOGETHER,
            max_under_way=MAX_UNDER_WAY,
            max_wait_seconds=max_wait_seconds,
        )
        self.key_ids: dict[bytes, UUID] = {}
        """Whose each hash is, which never changes; a key that has ended stays here as well."""

    def require_room(self) -> None:
        """Raise OverloadedError where too many wait already."""
        self._commit.require_room()

    async def store(self, sender: Sender, row: NewRow) -> BirthRow:
        """Store a task, durably; one that was there before is returned as it was born.

        Raises OverloadedError, UnauthenticatedError, InsufficientScopeError and what
        `faults.translate_database_error` makes of an error.
        """
        return await self._commit.submit(sender, row)

    def remember(self, secret_hash: bytes, key_id: UUID) -> None:
        """Note whose a hash is in `key_ids`."""
        if len(self.key_ids) >= _MAX_REMEMBERED:
            self.key_ids.clear()
        self.key_ids[secret_hash] = key_id

    async def finish(self) -> None:
        """Return when all that was accepted is stored."""
        await self._commit.finish()
        await self._connections.close()

    async def _store(self, sender: Sender, group: _Group) -> None:
        if not group:
            return
        # In the order of their ids, or two processes that have the same could wait in a ring.
        rows = {one.item.id: one.item for one in sorted(group, key=lambda one: one.item.id)}
        statement = STORE_TASKS_ONCE if sender.once else STORE_TASKS
        began = time.perf_counter()
        try:
            found = await self._connections.fetch_row(
                statement,
                STORE_TASKS_ONCE,
                secret_hash=sender.secret_hash,
                ids=list(rows),
                filenames=[row.filename for row in rows.values()],
            )
        except Exception as exc:  # noqa: BLE001
            await self._explain(sender, group, exc)
        else:
            stored = StoredRow(*found) if found else None
            if stored is not None and stored.born_at is not None:
                observe_batch(len(rows), time.perf_counter() - began)
            await self._answer(sender, group, rows, stored)

    async def _answer(
        self, sender: Sender, group: _Group, rows: dict[UUID, NewRow], found: StoredRow | None
    ) -> None:
        if found is None:
            _refuse(group, UnauthenticatedError(INVALID_KEY))
            return
        self._note_use(Caller(found.id, found.name, found.scopes, found.is_to_be_noted))
        self.remember(sender.secret_hash, found.id)
        if Scope.WRITE not in found.scopes:
            _refuse(group, InsufficientScopeError(Scope.WRITE))
            return
        births = {}
        if found.born_at is not None:
            births = {
                row.id: BirthRow(*row, found.born_at, is_recent=True) for row in rows.values()
            }
        for missing in found.missing_ids or ():
            births.pop(missing, None)
        for one in group:
            # Whatever comes of the others: these are stored.
            if birth := births.get(one.item.id):
                one.settle(birth)
        if len(births) < len(rows):
            others = [one for one in rows if one not in births]
            births |= {birth.id: birth for birth in await self._fetch_births(others)}
        for one in group:
            # There is none only where task and history are gone since the statement looked.
            one.settle(births.get(one.item.id) or DatabaseUnavailableError())

    async def _explain(self, sender: Sender, group: _Group, exc: Exception) -> None:
        if isinstance(exc, VisionTasksError):
            _refuse(group, exc)
        elif translated := translate_database_error(exc):
            translated.__cause__ = exc
            _refuse(group, translated)
        elif len(group) == 1:
            _refuse(group, exc)
        else:
            # What the database refuses, for a reason of its own, is to nobody else's harm.
            middle = len(group) // 2
            await self._store(sender, group[:middle])
            await self._store(sender, group[middle:])


def _refuse(group: _Group, exc: Exception) -> None:
    for one in group:
        one.settle(exc)
