"""What the commands of the desk share: one line where they cannot, and who runs them."""

import getpass
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager

from click import ClickException
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from dashboard.desk import get_desk
from vision_tasks.attribution import Attribution, select_attribution
from vision_tasks.config import Settings
from vision_tasks.errors import InvalidFieldError, VisionTasksError

_REFUSED = "The database refused this by a rule of its own; its log says which."


@contextmanager
def one_line(settings: Settings) -> Iterator[None]:
    """Turn an error of ours into the one line of a command; leaves the database at the end.

    What is not about the input names the database that it is about.
    """
    logger = logging.getLogger("vision_tasks")
    level = logger.level
    if not logger.hasHandlers():
        # Python would print our warnings beside the one line that says it all.
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    except InvalidFieldError as exc:
        raise ClickException(str(exc)) from None
    except (VisionTasksError, DBAPIError) as exc:
        place = settings.for_migrations(connections=1).database_place
        reason = exc if isinstance(exc, VisionTasksError) else _REFUSED
        raise ClickException(f"{reason} ({place})") from None
    finally:
        logger.setLevel(level)
        get_desk().engine.dispose()


@contextmanager
def begin() -> Iterator[Connection]:
    """Open a transaction whose changes the history ascribes to whoever runs the command."""
    with get_desk().begin() as connection:
        connection.execute(select_attribution(Attribution(f"cli:{get_user_name()}")))
        yield connection


def get_user_name() -> str:
    """Name the user of the operating system that runs this process, whatever USER may say."""
    try:
        import pwd  # noqa: PLC0415
    except ImportError:
        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())
