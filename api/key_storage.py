"""Keys in PostgreSQL, as the API asks for them: each function is one statement by itself."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from api.database import single_statement
from vision_tasks import api_keys
from vision_tasks.api_keys import Caller


@single_statement
async def fetch_caller(connection: AsyncConnection, secret_hash: bytes) -> Caller | None:
    """Read the key with this hash, if it is in force at this moment."""
    found = await connection.execute(api_keys.SELECT_CALLER, {"secret_hash": secret_hash})
    row = found.one_or_none()
    return Caller(*row) if row else None


@single_statement
async def update_last_used_at(connection: AsyncConnection, key_id: UUID) -> None:
    """Note that a key is in use, unless that was noted a moment ago."""
    await connection.execute(api_keys.update_last_used_at(key_id))
