"""Where a database stands, compared with the code and said to people."""

import pytest

from tests.databases import psql
from tests.schema_states import BEFORE_HEAD, HEAD, NEWER, REVISIONS, stamp
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.revisions import (
    SchemaState,
    Standing,
    compare_revision,
    fetch_schema_state,
    get_code_revision,
)


def _fetch(settings: Settings) -> SchemaState:
    engine = create_sync_engine(settings, application="test")
    try:
        with engine.begin() as connection:
            return fetch_schema_state(connection)
    finally:
        engine.dispose()


def test_the_code_needs_its_newest_revision() -> None:
    assert get_code_revision() == HEAD


def test_a_database_at_the_newest_revision_matches(own_settings: Settings) -> None:
    state = _fetch(own_settings)
    assert (state.database, state.matches) == (HEAD, True)


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_every_earlier_revision_is_behind(revision: str) -> None:
    assert compare_revision(revision).standing is Standing.BEHIND


def test_a_database_without_a_table_of_revisions_is_behind(empty_settings: Settings) -> None:
    state = _fetch(empty_settings)
    assert (state.database, state.standing) == (None, Standing.BEHIND)


def test_a_database_without_a_revision_in_its_table_is_behind(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        cursor.execute("DELETE FROM alembic_version")
    assert _fetch(own_settings).standing is Standing.BEHIND


def test_a_revision_that_the_code_does_not_know_is_ahead(own_settings: Settings) -> None:
    with psql(own_settings) as cursor:
        stamp(cursor, NEWER)
    assert _fetch(own_settings).standing is Standing.AHEAD


@pytest.mark.parametrize("revision", [BEFORE_HEAD, NEWER])
def test_both_revisions_and_the_command_are_named(revision: str) -> None:
    sentence = compare_revision(revision).explain("flask vision-tasks upgrade")
    assert revision in sentence
    assert HEAD in sentence
    assert "`flask vision-tasks upgrade`" in sentence


def test_who_is_behind_a_newer_version_is_told_to_deploy_it() -> None:
    assert "deploy that version" in compare_revision(NEWER).explain()
