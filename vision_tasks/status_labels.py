"""The status of a task on its way out of PostgreSQL."""

from typing import Any

from sqlalchemy import Dialect, Text, TypeDecorator

from vision_tasks.lifecycle import Status, read_status


class StatusLabel(TypeDecorator[Any]):
    """Reads a label with `read_status`, where SQLAlchemy's Enum refuses one it does not know.

    For `type_coerce` on what is selected, which leaves the SQL as it is.
    """

    impl = Text
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Status | None:  # noqa: ARG002
        """Read what a driver gives."""
        return None if value is None else read_status(value)
