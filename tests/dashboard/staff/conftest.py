"""Somebody whom an admin does something to."""

from typing import Any
from uuid import UUID

import pytest

from tests.dashboard.people import add_person

EMAIL = "ana@example.org"


@pytest.fixture
def ana(cursor: Any) -> UUID:
    return add_person(cursor, "viewer", email=EMAIL, password="the one before")
