"""`vision-tasks serve`: database, schema and both servers as one thing that starts and stops."""

from vision_tasks.serving.desk import ServeOptions, serve

__all__ = ["ServeOptions", "serve"]
