"""What can stop the comparison itself."""

from vision_tasks.errors import VisionTasksError


class TemporaryRightError(VisionTasksError):
    """The role may not make temporary objects; `database` and `role` are quoted as in SQL."""

    code = "temporary_right_missing"

    def __init__(self, database: str, role: str) -> None:
        super().__init__(
            "The check makes what it compares with as temporary objects, which this role may not:"
            f" run `GRANT TEMPORARY ON DATABASE {database} TO {role}` and check again."
        )
