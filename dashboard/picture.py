"""The file of a task, for its page: a picture where browsers show such, else a link."""

from dataclasses import dataclass
from typing import Self

from vision_tasks.file_addresses import format_file_url
from vision_tasks.records import TaskRecord

SHOWN_ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".bmp", ".svg")


@dataclass(frozen=True)
class Picture:
    """Where the file of a task is; `url` is None where its filename could lead elsewhere."""

    url: str | None
    is_shown: bool

    @classmethod
    def of(cls, task: TaskRecord, template: str | None) -> Self | None:
        """Find the file of `task`; None where nobody has said where files are."""
        if template is None:
            return None
        url = format_file_url(template, task.id, task.filename)
        return cls(url, is_shown=task.filename.lower().endswith(SHOWN_ENDINGS))
