"""The desk as a Flask extension: it joins a Flask app and the Flask-Admin that app has."""

from flask import Flask
from flask_admin import Admin

from dashboard.access import SupportsAllows
from dashboard.commands import make_commands
from dashboard.desk import EXTENSION_NAME, Desk
from dashboard.history.pages import HISTORY_PATH, HistoryPages
from dashboard.joining import check_access, check_admin, check_app, check_place, check_settings
from dashboard.keys.commands import make_key_commands
from dashboard.keys.pages import KEYS_PATH, KeysPage
from dashboard.overview import OverviewPage
from dashboard.pages import TASKS_PATH
from dashboard.schema_state import SchemaWatch
from dashboard.task_pages import TaskPages
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine

APPLICATION_NAME = "vision-tasks-dashboard"


class TaskDashboard:
    """Adds the task pages to an app; keeps nothing of any app on itself.

    `access` says who may do what, as `Access` describes. `settings` default to the environment
    and `.env`, read in `init_app`. `category` is the menu under which a host shows our pages, `url`
    is where they live below its admin, `upgrade_command` what they tell people to run where the
    schema is older than the program.
    """

    def __init__(
        self,
        *,
        access: SupportsAllows | None = None,
        settings: Settings | None = None,
        category: str = "Tasks",
        url: str = TASKS_PATH,
        upgrade_command: str = "flask vision-tasks upgrade",
    ) -> None:
        self._access = access
        self._settings = settings
        self._category = category
        self._url = url
        self._upgrade_command = upgrade_command

    def init_app(self, app: Flask, admin: Admin) -> None:
        """Add our views to `admin` and `flask vision-tasks` to `app`; nothing else is touched.

        The overview becomes a page of its own unless it is the index of `admin` already. No
        connection is opened. Raises ConfigurationError, in one sentence, where the desk cannot
        be added; then nothing was.
        """
        access = check_access(self._access)
        check_place(check_admin(admin, check_app(app)), app, self._url)
        settings = check_settings(self._settings)
        is_own = isinstance(admin.index_view, OverviewPage)
        # An Admin at module level joins every app of a factory, and brings our views along.
        if not any(isinstance(view, TaskPages) for view in admin._views):  # noqa: SLF001
            if not is_own:
                admin.add_view(OverviewPage(category=self._category, url=f"{self._url}/overview"))
            category = None if is_own else self._category
            admin.add_view(TaskPages(category=category, url=self._url))
            history = HISTORY_PATH if is_own else f"{self._url}/{HISTORY_PATH}"
            admin.add_view(HistoryPages(category=category, url=history))
            keys = KEYS_PATH if is_own else f"{self._url}/{KEYS_PATH}"
            admin.add_view(KeysPage(category=category, url=keys))
        app.cli.add_command(
            make_commands(settings, beside_a_host=not is_own, upgrade_command=self._upgrade_command)
        )
        if is_own:
            app.cli.add_command(make_key_commands(settings))
        app.extensions[EXTENSION_NAME] = Desk(
            settings=settings,
            engine=create_sync_engine(settings, application=APPLICATION_NAME),
            access=access,
            schema=SchemaWatch(self._upgrade_command),
        )
