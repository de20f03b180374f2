"""`upgrade_to_head` inside of a program: its threads, its logging, another Alembic at work."""

import logging
import threading

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from tests.databases import Databases, psql
from vision_tasks.config import Settings
from vision_tasks.migrating.errors import MigrationFailedError
from vision_tasks.upgrade import find_migrations, upgrade_to_head


def test_it_leaves_the_logging_of_the_app_alone(empty_settings: Settings) -> None:
    logger = logging.getLogger("of.the.app")
    root_handlers = list(logging.getLogger().handlers)
    upgrade_to_head(empty_settings)
    assert not logger.disabled
    assert logging.getLogger().handlers == root_handlers
    assert logging.getLogger("alembic").level == logging.NOTSET


def test_threads_take_turns(databases: Databases) -> None:
    raised: list[BaseException] = []

    def upgrade(settings: Settings) -> None:
        try:
            upgrade_to_head(settings)
        except Exception as exc:  # noqa: BLE001
            raised.append(exc)

    with databases.create() as one, databases.create() as other:
        threads = [threading.Thread(target=upgrade, args=[settings]) for settings in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert raised == []
        for settings in (one, other):
            with psql(settings) as cursor:
                cursor.execute("SELECT count(*) FROM alembic_version")
                assert cursor.fetchone() == (1,)


def test_in_the_middle_of_a_host_s_own_migration_it_is_refused_and_harms_nothing(
    empty_settings: Settings,
) -> None:
    script = ScriptDirectory(str(find_migrations()))
    with EnvironmentContext(Config(), script) as host:
        with pytest.raises(MigrationFailedError, match="Another Alembic"):
            upgrade_to_head(empty_settings)
        assert host.script is script
    upgrade_to_head(empty_settings)


def test_nothing_is_left_running_or_connected(empty_settings: Settings) -> None:
    threads = threading.active_count()
    for _ in range(5):
        upgrade_to_head(empty_settings)
    assert threading.active_count() == threads
    with psql(empty_settings) as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        assert cursor.fetchone() == (0,)
