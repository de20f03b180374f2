"""The tables, as both apps and the migrations see them."""

from vision_tasks.models.batches import TaskBatch, TaskBatchChunk
from vision_tasks.models.changes import ENTRY, TaskChange
from vision_tasks.models.clients import KEY_NAME_MAX_CHARACTERS, ApiKey, BulkRequest
from vision_tasks.models.people import (
    EMAIL_MAX_CHARACTERS,
    OWNER_MAX_CHARACTERS,
    VIEW_NAME_MAX_CHARACTERS,
    SavedView,
    SignInDelay,
    Staff,
    StaffSession,
)
from vision_tasks.models.tasks import FILENAME_MAX_CHARACTERS, Task

__all__ = [
    "EMAIL_MAX_CHARACTERS",
    "ENTRY",
    "FILENAME_MAX_CHARACTERS",
    "KEY_NAME_MAX_CHARACTERS",
    "OWNER_MAX_CHARACTERS",
    "VIEW_NAME_MAX_CHARACTERS",
    "ApiKey",
    "BulkRequest",
    "SavedView",
    "SignInDelay",
    "Staff",
    "StaffSession",
    "Task",
    "TaskBatch",
    "TaskBatchChunk",
    "TaskChange",
]
