"""Whether the process lives, and whether it can do its work."""

import asyncio
from http import HTTPStatus
from uuid import UUID

import msgspec
from quart import Blueprint, Response

from api import schema_state, storage
from api.answers import MEDIA_TYPE
from api.operations import Answer, Operation, describe
from vision_tasks.errors import DatabaseTimeoutError, DatabaseUnavailableError

READY_SECONDS = 2
"""Longest look at the database before the answer is 503."""

blueprint = Blueprint("health", __name__)

_NOBODY = UUID(int=0)


class Health(msgspec.Struct):
    """One word on how it goes."""

    status: str


@blueprint.get("/livez")
@describe(
    Operation(
        summary="Is the process alive?",
        tag="health",
        answers={
            HTTPStatus.OK: Answer(
                description="It is; nothing is said of the database.",
                body=Health,
                example={"status": "alive"},
            )
        },
    )
)
async def livez() -> Response:
    """Answer without asking anybody, so a database that is down restarts no process."""
    return _answer("alive")


@blueprint.get("/readyz")
@describe(
    Operation(
        summary="Can it serve tasks?",
        tag="health",
        answers={
            HTTPStatus.OK: Answer(
                description="The database answers and has the schema that this version needs.",
                body=Health,
                example={"status": "ready"},
            )
        },
        problems=("schema_mismatch", "database_unavailable"),
    )
)
async def readyz() -> Response:
    """Compare the revisions, then look for a task that cannot be there, which proves the rights."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            await schema_state.require_schema()
            await storage.fetch_task(_NOBODY)
    except (DatabaseTimeoutError, TimeoutError) as exc:
        raise DatabaseUnavailableError from exc
    return _answer("ready")


def _answer(status: str) -> Response:
    return Response(msgspec.json.encode(Health(status)), content_type=MEDIA_TYPE)
