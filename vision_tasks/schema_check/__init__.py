"""Whether a database is as this code wants it, in what Alembic's autogenerate cannot see."""

from vision_tasks.schema_check.drift import find_drift

__all__ = ["find_drift"]
