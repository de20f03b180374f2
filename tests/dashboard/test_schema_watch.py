"""How seldom a database is asked where its schema stands."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from dashboard.schema_state import PAUSE_SECONDS, TRUST_SECONDS, SchemaWatch
from tests.schema_states import BEFORE_HEAD, NEWER, stamp
from vision_tasks.database import create_sync_engine
from vision_tasks.errors import DatabaseUnavailableError


@pytest.fixture
def settings(own_settings):
    """Tests here change where the database says that it stands."""
    return own_settings


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class Looks:
    """Counts the looks that a watch takes at a database."""

    def __init__(self, settings):
        self.engine = create_sync_engine(settings, application="test")
        self.count = 0
        self.away = False

    @contextmanager
    def begin(self):
        self.count += 1
        if self.away:
            raise DatabaseUnavailableError
        with self.engine.begin() as connection:
            yield connection


@pytest.fixture
def looks(settings):
    looks = Looks(settings)
    yield looks
    looks.engine.dispose()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def watch(clock):
    return SchemaWatch("flask db upgrade", clock=clock)


def test_a_schema_that_matches_is_looked_at_once_in_a_while(watch, clock, looks):
    for _ in range(3):
        assert watch.find_warning(looks.begin) is None
    clock.now += TRUST_SECONDS - 1
    watch.find_warning(looks.begin)
    assert looks.count == 1
    clock.now += 1
    watch.find_warning(looks.begin)
    assert looks.count == 2


def test_a_schema_that_moves_on_is_noticed_after_a_while(watch, clock, looks, cursor):
    watch.find_warning(looks.begin)
    stamp(cursor, NEWER)
    clock.now += TRUST_SECONDS
    assert NEWER in watch.find_warning(looks.begin)


def test_a_schema_that_does_not_match_is_looked_at_for_each_page(watch, looks, cursor):
    stamp(cursor, BEFORE_HEAD)
    for count in (1, 2, 3):
        assert BEFORE_HEAD in watch.find_warning(looks.begin)
        assert looks.count == count


def test_a_database_that_is_away_is_left_alone_for_a_moment(watch, clock, looks, cursor):
    stamp(cursor, BEFORE_HEAD)
    looks.away = True
    assert watch.find_warning(looks.begin) is None
    looks.away = False
    assert watch.find_warning(looks.begin) is None
    assert looks.count == 1
    clock.now += PAUSE_SECONDS
    assert BEFORE_HEAD in watch.find_warning(looks.begin)


def test_a_page_that_comes_during_a_look_does_not_wait_for_it(watch, looks, cursor):
    stamp(cursor, BEFORE_HEAD)
    watch.find_warning(looks.begin)
    seen = []

    @contextmanager
    def begin():
        # Another page, while this one looks.
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(watch.find_warning, looks.begin).result(10))
        with looks.begin() as connection:
            yield connection

    assert BEFORE_HEAD in watch.find_warning(begin)
    assert BEFORE_HEAD in seen[0]
    assert looks.count == 2
