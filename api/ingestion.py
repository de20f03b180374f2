"""The writer of a running app, and how a request gives it a task."""

from collections.abc import Sequence
from uuid import UUID

from quart import Quart, current_app, g
from sqlalchemy.ext.asyncio import AsyncConnection

from api import database, express
from api.driver_connections import DriverConnections
from api.gate import Gate
from api.key_use import note_use
from api.writer import NewRow, Sender, TaskWriter
from vision_tasks import ingest_queries
from vision_tasks.config import Settings
from vision_tasks.ingest_queries import BirthRow

_EXTENSION = "vision_tasks.writer"


def open_writer(app: Gate, settings: Settings) -> None:
    """Give `app` its writer, on the engine that it has by now, and the quick way to it."""

    async def fetch_births(ids: Sequence[UUID]) -> Sequence[BirthRow]:
        async with app.app_context():
            return await _fetch_births(ids)

    # The pool's last connection is for the others.
    kept = min(settings.DATABASE_POOL_SIZE - 1, 1)
    writer = TaskWriter(
        DriverConnections(
            database.get_engine(app), acquire_seconds=database.get_acquire_seconds(app), kept=kept
        ),
        max_waiting=settings.MAX_WAITING_POSTS,
        max_wait_seconds=settings.DATABASE_STATEMENT_SECONDS,
        fetch_births=fetch_births,
        note_use=lambda caller: note_use(app, caller),
    )
    app.extensions[_EXTENSION] = writer
    path = f"{settings.API_V1_STR}/tasks"
    app.direct["POST", path] = express.make_handler(writer, path)


async def finish_writing(app: Quart) -> None:
    """Store what was accepted."""
    writer: TaskWriter = app.extensions.pop(_EXTENSION)
    await writer.finish()


async def store_task(task_id: UUID, filename: str, *, once: bool = False) -> BirthRow:
    """Store a task of the current request; with `once`, unless it was there before."""
    writer: TaskWriter = current_app.extensions[_EXTENSION]
    # Its next Idempotency-Key goes the quick way, however long the first one takes.
    writer.remember(g.secret_hash, g.caller.id)
    return await writer.store(Sender(g.secret_hash, once), NewRow(task_id, filename))


@database.transactional
async def _fetch_births(connection: AsyncConnection, ids: Sequence[UUID]) -> Sequence[BirthRow]:
    rows = await connection.execute(ingest_queries.select_births(ids))
    return [BirthRow(*row) for row in rows]
