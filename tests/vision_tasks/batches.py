"""Batches at the level of statements, each step in a transaction of somebody named."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, event

from vision_tasks.attribution import Attribution, select_attribution
from vision_tasks.batch_queries import (
    read_batch,
    read_progress,
    select_batch,
    select_progress,
    update_done,
    update_started,
)
from vision_tasks.batches import Batch, BatchState, BulkAction, Progress
from vision_tasks.bulk_queries import SeenTask, select_matching, select_seen
from vision_tasks.chunk_queries import take_chunk, work_chunk
from vision_tasks.dry_runs import insert_batch
from vision_tasks.records import TaskFilter
from vision_tasks.undo_queries import select_undoable


@contextmanager
def begin(engine: Engine, batch: Batch | None = None) -> Iterator[Connection]:
    """A transaction that works on `batch`, if on any."""
    is_undo = batch is not None and batch.kind is BulkAction.UNDO
    with engine.begin() as connection:
        connection.execute(
            select_attribution(
                Attribution(
                    "staff:ana",
                    "undo" if is_undo else None,
                    "because",
                    batch.id if batch else None,
                    free_move=is_undo,
                )
            )
        )
        yield connection


def prepare(
    engine: Engine,
    kind: BulkAction,
    *,
    undoes: Batch | None = None,
    seen: Collection[SeenTask] | None = None,
    matching: TaskFilter | None = None,
    **more: Any,
) -> Batch:
    """Make the dry run of something done to every task unless to some, or of an undo."""
    result = more.get("result")
    found: Any = select_matching(matching or TaskFilter(), kind, result, limit=1_000_000)
    if seen is not None:
        found = select_seen(seen, kind, result)
    if undoes is not None:
        found = select_undoable(undoes)
        more["undoes"] = undoes.id
    statement = insert_batch(uuid4(), kind, found, description={}, **more)
    with begin(engine) as connection:
        batch_id = connection.execute(statement).scalar_one()
    return get(engine, batch_id)


def get(engine: Engine, batch_id: UUID) -> Batch:
    with engine.connect() as connection:
        return read_batch(connection.execute(select_batch(batch_id)).one())


def start(engine: Engine, batch: Batch) -> Batch:
    with begin(engine) as connection:
        assert connection.execute(update_started(batch.id, BatchState.PREPARED)).scalar_one()
    return get(engine, batch.id)


def work(connection: Connection, batch: Batch, *, after: int = -1) -> int | None:
    """Do one chunk and return its number, None where none was free."""
    chunk = connection.execute(take_chunk(batch, after=after)).one_or_none()
    if chunk is None:
        return None
    number: int = connection.execute(work_chunk(batch, chunk.number)).scalar_one()
    return number


def work_all(engine: Engine, batch: Batch) -> None:
    while True:
        with begin(engine, batch) as connection:
            if work(connection, batch) is None:
                return


def run(engine: Engine, batch: Batch) -> Progress:
    """Start a batch and do all of it."""
    batch = start(engine, batch)
    work_all(engine, batch)
    with begin(engine) as connection:
        assert connection.execute(update_done(batch.id)).scalar_one() == batch.id
        return read_progress(connection.execute(select_progress(batch.id)).one())


def explain(
    engine: Engine, statement: Any, batch: Batch | None = None, *, options: str = "COSTS"
) -> str:
    """Read how PostgreSQL goes about a statement in a transaction of `batch`."""

    def ask(_connection: Any, _cursor: Any, text: str, parameters: Any, *_rest: Any) -> Any:
        return f"EXPLAIN ({options}) {text}", parameters

    with begin(engine, batch) as connection:
        event.listen(engine, "before_cursor_execute", ask, retval=True)
        try:
            rows = connection.execute(statement).cursor.fetchall()
        finally:
            event.remove(engine, "before_cursor_execute", ask)
    return "\n".join(row[0] for row in rows)
