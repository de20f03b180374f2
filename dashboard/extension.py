"""The desk as a Flask extension: it joins a Flask app and the Flask-Admin that app has."""

from flask import Flask
from flask_admin import Admin

from dashboard.access import Access, NobodyAllowed
from dashboard.desk import EXTENSION_NAME, Desk
from dashboard.overview import OverviewPage
from dashboard.task_pages import TaskPages
from vision_tasks.config import Settings, load_settings
from vision_tasks.database import create_sync_engine
from vision_tasks.errors import ConfigurationError

APPLICATION_NAME = "vision-tasks-dashboard"


class TaskDashboard:
    """Adds the task pages to an app; keeps nothing of any app on itself.

    `access` says who may do what: without it every page is refused. `settings` default to the
    environment and `.env`, read in `init_app`.
    """

    def __init__(self, *, access: Access | None = None, settings: Settings | None = None) -> None:
        self._access = access or NobodyAllowed()
        self._settings = settings

    def init_app(self, app: Flask, admin: Admin) -> None:
        """Add our views to `admin`, once per app; nothing else of the app is touched.

        The overview becomes a page of its own unless it is the index of `admin` already. No
        connection is opened. Raises ConfigurationError where the desk cannot be added.
        """
        if EXTENSION_NAME in app.extensions:
            raise ConfigurationError(
                "This app has its TaskDashboard already; call init_app once for each app."
            )
        if admin.app is not None and admin.app is not app:
            raise ConfigurationError(
                "This Admin belongs to another app; pass the Admin made for the app itself."
            )
        settings = self._settings or load_settings()
        if not isinstance(admin.index_view, OverviewPage):
            admin.add_view(OverviewPage())
        admin.add_view(TaskPages())
        app.extensions[EXTENSION_NAME] = Desk(
            settings=settings,
            engine=create_sync_engine(settings, application=APPLICATION_NAME),
            access=self._access,
        )
