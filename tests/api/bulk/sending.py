"""How tests send many tasks at once, and read what became of them."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

import httpx
from quart import Quart

from tests.api.direct import open_client
from tests.api.problems import TASKS

BULK = f"{TASKS}/bulk"
NDJSON = "application/x-ndjson"
JSON = "application/json"
LENIENT = "handling=lenient"


def make_lines(*tasks: Any) -> bytes:
    """Write what may be tasks as lines; bytes stand as they are."""
    return b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in tasks)


def make_tasks(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"filename": name} for name in names]


async def send(
    app: Quart,
    body: bytes | AsyncIterator[bytes],
    *,
    media_type: str = NDJSON,
    prefer: str | None = None,
    **headers: str,
) -> httpx.Response:
    """Send a bulk request to a running app; of the headers' names, `_` stands for `-`."""
    sent = {"Content-Type": media_type, **({"Prefer": prefer} if prefer else {})}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    async with open_client(app) as client:
        return await client.post(BULK, content=body, headers=sent)


def read_created(response: httpx.Response) -> int:
    """Read how many tasks were stored, where none was refused."""
    assert response.status_code == 201, response.text
    answer = response.json()
    assert (answer["rejected"], answer["errors"]) == (0, [])
    return int(answer["created"])


def read_errors(response: httpx.Response) -> list[tuple[int, str]]:
    """Read which fields of which lines were refused, whatever the status."""
    errors = response.json()["errors"]
    assert all(one["reason"] for one in errors)
    return [(one["line"], one["field"]) for one in errors]


def read_code(response: httpx.Response, status: int) -> str:
    """Read the code of a problem."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    return str(response.json()["code"])


def fetch_filenames(cursor: Any) -> list[str]:
    """All filenames that are stored, in their order."""
    cursor.execute("SELECT filename FROM tasks ORDER BY filename")
    return [name for (name,) in cursor.fetchall()]


async def in_parts(parts: Sequence[bytes]) -> AsyncIterator[bytes]:
    """Send a body in these parts."""
    for part in parts:
        yield part


async def wait_for_copy(cursor: Any) -> None:
    """Return as soon as a bulk request has begun to copy."""
    for _ in range(5000):
        cursor.execute(
            "SELECT count(*) FROM pg_stat_progress_copy"
            " WHERE tuples_processed > 0 AND datname = current_database()"
        )
        if cursor.fetchone() != (0,):
            return
        await asyncio.sleep(0.001)
    raise TimeoutError
