"""The PostgreSQL that comes with the project, for when no other is configured."""

from vision_tasks.embedded.address import Address
from vision_tasks.embedded.directory import default_data_directory
from vision_tasks.embedded.errors import EmbeddedError
from vision_tasks.embedded.instance import EmbeddedPostgres

__all__ = ["Address", "EmbeddedError", "EmbeddedPostgres", "default_data_directory"]
