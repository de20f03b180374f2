"""The settings of what the API takes on, and beyond which it refuses; part of `Settings`."""

from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

PositiveSeconds = Annotated[float, Field(gt=0, le=3600)]


class ApiLimitSettings(BaseSettings):
    """How much may come, and how much of it at a time."""

    MAX_BODY_BYTES: int = Field(
        1_048_576,
        ge=1024,
        description="Longest request body of the API, and longest result in a form.",
    )
    MAX_JSON_DEPTH: int = Field(
        64, ge=2, le=256, description="Deepest nesting of a request body of the API."
    )
    MAX_JSON_FIELDS: int = Field(
        100_000, ge=1, description="Most fields of all objects in a request body of the API."
    )
    MAX_WAITING_POSTS: int = Field(
        1_000,
        ge=1,
        le=100_000,
        description="Most new tasks that wait to be stored, per process, before the answer is 503.",
    )
    MAX_WAITING_REQUESTS: int = Field(
        1_000,
        ge=1,
        le=100_000,
        description="Most other requests to the API under way, per process, before the answer is"
        " 503.",
    )
    BULK_MAX_BYTES: int = Field(
        4_294_967_296,
        ge=1024,
        description="Longest body of a bulk request to the API, as it arrives and unpacked.",
    )
    MAX_LINE_BYTES: int = Field(
        65_536,
        ge=1024,
        le=1_048_576,
        description="Longest line of such a body, or element of its array.",
    )
    BULK_AT_ONCE: int = Field(
        2,
        ge=1,
        le=100,
        description="Most bulk requests at work at a time, per process, before the answer is 503;"
        " each has a connection, so keep it below `DATABASE_POOL_SIZE`.",
    )
    BULK_IDLE_SECONDS: PositiveSeconds = Field(
        30, description="Longest wait for the next KiB of a bulk request before the answer is 408."
    )
