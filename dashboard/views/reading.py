"""Reading the views of whoever sent the request."""

from dashboard.desk import Desk
from vision_tasks.view_queries import ViewRecord, select_views


def fetch_views(desk: Desk) -> list[ViewRecord]:
    """Read the views of whoever sent the request, by name."""
    with desk.begin() as connection:
        return [ViewRecord(*row) for row in connection.execute(select_views(desk.name_actor()))]
