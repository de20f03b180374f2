"""What tests of statements share: one cursor and one engine on the database of the test."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.databases import psql
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine


@pytest.fixture
def cursor(settings: Settings) -> Iterator[Any]:
    with psql(settings) as cursor:
        yield cursor


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    engine = create_sync_engine(settings, application="test")
    yield engine
    engine.dispose()
