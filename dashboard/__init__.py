"""The staff desk: Flask-Admin in front, psycopg2 behind; on its own or in a host's admin."""

from dashboard.access import Access, Action, EveryoneAllowed
from dashboard.app import create_app
from dashboard.extension import TaskDashboard

__all__ = ["Access", "Action", "EveryoneAllowed", "TaskDashboard", "create_app"]
