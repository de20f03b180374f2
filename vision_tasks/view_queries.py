"""Statements on saved views, which belong to whoever saved them."""

from typing import NamedTuple
from typing import cast as cast_type
from uuid import UUID

from sqlalchemy import Select, Table, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert as insert_or_skip
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert

from vision_tasks.models import SavedView

MAX_VIEWS = 50

_VIEWS = cast_type("Table", SavedView.__table__)


class ViewRecord(NamedTuple):
    """One view, in the order of `select_views`; `query` is that of the address of the list."""

    id: UUID
    name: str
    query: str


def select_views(owner: str) -> Select[UUID, str, str]:
    """Select the views of somebody by their names, as rows for ViewRecord."""
    return (
        select(SavedView.id, SavedView.name, SavedView.query)
        .where(SavedView.owner == owner)
        .order_by(func.lower(SavedView.name), SavedView.name)
        .limit(MAX_VIEWS)
    )


def insert_view(owner: str, name: str, query: str) -> ReturningInsert[UUID]:
    """Save a view; returns no row where its owner has one of that name, or MAX_VIEWS already."""
    count = select(func.count()).where(SavedView.owner == owner).scalar_subquery()
    row = select(literal(owner), literal(name), literal(query)).where(count < MAX_VIEWS)
    return (
        insert_or_skip(_VIEWS)
        .from_select(["owner", "name", "query"], row, include_defaults=False)
        .on_conflict_do_nothing(index_elements=["owner", "name"])
        .returning(_VIEWS.c.id)
    )


def delete_view(owner: str, view_id: UUID) -> ReturningDelete[UUID]:
    """Delete a view of `owner`; returns no row where there is none."""
    return (
        delete(_VIEWS).where(_VIEWS.c.id == view_id, _VIEWS.c.owner == owner).returning(_VIEWS.c.id)
    )
