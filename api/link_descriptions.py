"""Where an answer leads, as OpenAPI shows it: which of its values the next request takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_REF = "#/components/links/{name}"


@dataclass(frozen=True, kw_only=True)
class Link:
    """The way to `operation`; `parameters` are runtime expressions of OpenAPI."""

    operation: str
    parameters: Mapping[str, str]
    description: str


_ID = "$response.body#/id"
_CHANGE = {"task_id": _ID, "If-Match": "$response.header.ETag"}
_FILTERS = ("status", "filename", "created_from", "created_to")

LINKS = {
    "GetTask": Link(
        operation="get_task", parameters={"task_id": _ID}, description="Read the task anew."
    ),
    "PatchTask": Link(
        operation="patch_task",
        parameters=_CHANGE,
        description="Change the task, if it is still what this answer shows.",
    ),
    "DeleteTask": Link(
        operation="delete_task",
        parameters=_CHANGE,
        description="Delete the task, if it is still what this answer shows.",
    ),
    "GetFirstListed": Link(
        operation="get_task",
        parameters={"task_id": "$response.body#/items/0/id"},
        description="Read a task of the page; of each, `version` in quotes is its ETag.",
    ),
    "GetFirstStored": Link(
        operation="get_task",
        parameters={"task_id": "$response.body#/tasks/0/id"},
        description="Read a task that was stored, if the answer shows it.",
    ),
    "ListNextPage": Link(
        operation="list_tasks",
        parameters={
            "cursor": "$response.body#/next_cursor",
            **{name: f"$request.query.{name}" for name in _FILTERS},
        },
        description="List what follows, with the same filters.",
    ),
}
"""All there are, by the names that `operations.Answer` has them under."""

OF_A_TASK = ("GetTask", "PatchTask", "DeleteTask")


def format_links() -> dict[str, Any]:
    """Make the components of OpenAPI."""
    return {
        key: {
            "operationId": link.operation,
            "parameters": dict(link.parameters),
            "description": link.description,
        }
        for key, link in LINKS.items()
    }


def refer_links(keys: Iterable[str]) -> dict[str, Any]:
    """Refer to components."""
    return {key: {"$ref": _REF.format(name=key)} for key in keys}
