"""Our server as it is, but for the writer: each task is an INSERT of its own, by asyncpg alone."""

import os
from uuid import UUID

import asyncpg

from api import create_app, express
from vision_tasks.config import load_settings
from vision_tasks.ingest_queries import BirthRow

INSERT = "INSERT INTO tasks (id, filename) VALUES ($1, $2) RETURNING created_at"
LOOK = """
SELECT id, name, scopes FROM api_keys WHERE secret_hash = $1 AND revoked_at IS NULL
   AND (expires_at IS NULL OR expires_at > now())"""


class PlainWriter:
    key_ids: dict[bytes, UUID] = {}

    def __init__(self, pool, *, looks):
        self._pool = pool
        self._looks = looks

    def require_room(self): ...

    async def store(self, sender, row):
        async with self._pool.acquire() as connection:
            if self._looks:
                assert await connection.fetchrow(LOOK, sender.secret_hash)
            born_at = await connection.fetchval(INSERT, row.id, row.filename)
        return BirthRow(row.id, row.filename, born_at, is_recent=True)


settings = load_settings()
app = create_app(settings)


@app.before_serving
async def replace_writer():
    url = settings.SQLALCHEMY_DATABASE_URI.set(drivername="postgresql")
    pool = await asyncpg.create_pool(url.render_as_string(hide_password=False), max_size=10)
    path = f"{settings.API_V1_STR}/tasks"
    writer = PlainWriter(pool, looks=bool(os.environ.get("LOOKS_AT_KEYS")))
    app.direct["POST", path] = express.make_handler(writer, path)
