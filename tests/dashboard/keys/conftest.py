import pytest

from tests.keys import add_key


@pytest.fixture
def key(cursor):
    add_key(cursor, "ingest-1", key="vt_before", scopes=["tasks:read"])
    return "ingest-1"
