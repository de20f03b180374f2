"""What others built on a column that is replaced is named, before anything is changed."""

import pytest

from tests.databases import psql
from tests.deployed import deploy
from tests.schema import describe_schema
from vision_tasks.config import Settings
from vision_tasks.migrating.errors import DependentObjectsError
from vision_tasks.upgrade import upgrade_to_head

TRIGGER = """
CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER look AFTER UPDATE OF result ON tasks FOR EACH ROW EXECUTE FUNCTION look()"""


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("CREATE INDEX by_duration ON tasks ((result ->> 'ms'))", "index by_duration"),
        ("CREATE VIEW results AS SELECT id, result FROM tasks", "view results"),
        ("ALTER TABLE tasks ADD CONSTRAINT small CHECK (length(result::text) < 999)", "small"),
        ("GRANT SELECT (result) ON tasks TO PUBLIC", "privileges on column result"),
        ("CREATE TABLE more_tasks () INHERITS (tasks)", "table more_tasks"),
        (TRIGGER, "trigger look"),
    ],
)
def test_what_hangs_on_the_results_is_named(
    empty_settings: Settings, statement: str, word: str
) -> None:
    deploy(empty_settings)
    with psql(empty_settings) as cursor:
        cursor.execute(statement)
        before = describe_schema(cursor)
        with pytest.raises(DependentObjectsError, match=word):
            upgrade_to_head(empty_settings)
        assert describe_schema(cursor) == before
