"""The settings of the pages of the desk; part of `Settings`."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from vision_tasks.api_limit_settings import PositiveSeconds
from vision_tasks.file_addresses import check_template


class DeskSettings(BaseSettings):
    """How long pages and sessions take, what they are about, and where the files are."""

    PAGE_STATEMENT_SECONDS: PositiveSeconds = Field(
        5, description="Longest search for a page of the dashboard before it says what to narrow."
    )
    FILE_URL_TEMPLATE: str | None = Field(
        None,
        description="Where the files of the tasks are, for their pictures in the dashboard:"
        " `https://…` with `{path}` (the filename with its slashes), `{filename}` (the filename as"
        " one part) or `{id}` in it. Best on a host of its own: a file may be a page with scripts.",
    )
    FAILURE_PATH: str = Field(
        "error",
        pattern=r"^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*$",
        description="Where in `result` it says what went wrong, by which the overview groups the"
        " tasks that failed; `error.code` is `code` inside `error`.",
    )
    BULK_MAX_TASKS: int = Field(
        1_000_000,
        ge=1,
        le=100_000_000,
        description="Most tasks that one action of the dashboard may be about.",
    )
    SESSION_IDLE_MINUTES: float = Field(
        30, gt=0, le=1440, description="How long staff stay signed in without opening a page."
    )
    SESSION_HOURS: float = Field(
        12, gt=0, le=168, description="How long staff stay signed in at all."
    )
    TWO_FACTOR_REQUIRED: bool = Field(
        default=False,
        description="Whether staff must set up a second factor before they see any page.",
    )

    @field_validator("FILE_URL_TEMPLATE")
    @classmethod
    def _check_template(cls, value: str | None) -> str | None:
        return None if value is None else check_template(value)
