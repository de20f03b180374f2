"""A reader of pages for an admin, who finds at the end what no catalog was asked for."""

import pytest

from tests.dashboard.language.pages import Reader


@pytest.fixture
def reader(app, client):
    reader = Reader(client, app.extensions["vision_tasks"].settings.PROJECT_NAME)
    yield reader
    assert reader.found == {}
