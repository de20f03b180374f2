from collections.abc import Iterator

import pytest

from tests.databases import psql
from tests.keys import add_key
from tests.vision_tasks.sending.stand_in import StandIn, run_stand_in
from vision_tasks.config import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings of a database without a task, but with the key of the tests."""
    with psql(settings) as cursor:
        add_key(cursor)
    return settings


@pytest.fixture
def desk() -> Iterator[StandIn]:
    with run_stand_in() as stand_in:
        yield stand_in
