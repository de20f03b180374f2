"""`flask db migrate` on a changed model writes a revision that runs as it stands."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases, psql
from tests.factories import add_task
from tests.project import LIFECYCLE, Project, run_script
from tests.schema import describe_schema
from vision_tasks.config import Settings


def _without_columns(description: dict[str, list[Any]]) -> dict[str, list[Any]]:
    # A column that was dropped and made again has another number.
    return {name: value for name, value in description.items() if name != "columns"}


@pytest.fixture
def project(tmp_path: Path, own_settings: Settings) -> Project:
    return Project(tmp_path, own_settings)


@pytest.fixture
def rows(own_settings: Settings) -> Settings:
    with psql(own_settings) as cursor:
        for number in range(5):
            add_task(cursor, f"{number}.jpg")
    return own_settings


@pytest.mark.timeout(180)
def test_everything_at_once_is_finished_after_a_cut_and_goes_up_down_and_up_with_rows(
    project: Project, rows: Settings
) -> None:
    project.change_everything()
    written = project.migrate()
    assert "Locks:" in written
    assert "create_index_concurrently('ix_tasks_filename', 'tasks', ['filename']" in written
    assert "drop_index_concurrently('ix_tasks_filename'" in written
    with psql(rows) as cursor:
        cursor.execute("UPDATE tasks SET filename = '1.jpg' WHERE filename = '0.jpg'")
        before = describe_schema(cursor)
        assert "ix_tasks_filename" in project.fail("alembic", "upgrade", "head")
        cursor.execute("SELECT to_regclass('notes') IS NOT NULL")
        assert cursor.fetchall() == [(True,)]
        cursor.execute("UPDATE tasks SET filename = id::text WHERE filename = '1.jpg'")
        project.alembic("upgrade", "head")
        upgraded = describe_schema(cursor)
        assert (
            "taskstatus",
            "{NEW,NEWER,PENDING,PROCESSING,COMPLETED,BETWEEN,FAILED,ARCHIVED}",
        ) in upgraded["types"]
        project.alembic("check")
        cursor.execute("SELECT DISTINCT priority, note, kind::text, version > 0 FROM tasks")
        assert cursor.fetchall() == [(0, None, "plain", True)]
        cursor.execute("INSERT INTO notes VALUES (gen_random_uuid(), 'NEW', 'LOUD', 'word', NULL)")

        cursor.execute("INSERT INTO tasks (filename, status) VALUES ('new.jpg', 'NEW')")
        assert '"NEW"' in project.fail("alembic", "downgrade", "-1")
        cursor.execute("DELETE FROM tasks WHERE status = 'NEW'")
        project.alembic("downgrade", "-1")
        assert describe_schema(cursor) == before

        project.alembic("upgrade", "head")
        assert _without_columns(describe_schema(cursor)) == _without_columns(upgraded)
        cursor.execute("UPDATE tasks SET priority = 1 RETURNING version > 1")
        assert cursor.fetchall() == [(True,)] * 5


@pytest.mark.timeout(180)
def test_the_script_for_psql_gives_the_same_and_takes_it_back(
    project: Project, own_settings: Settings, databases: Databases, template: str
) -> None:
    project.change_everything()
    written = project.migrate()
    below, above = (
        re.search(rf"^{name} = '(\w+)'$", written, re.MULTILINE)[1]  # type: ignore[index]
        for name in ("down_revision", "revision")
    )
    project.alembic("upgrade", "head")
    with databases.create(template=template) as other, psql(other) as cursor:
        before = describe_schema(cursor)
        run_script(other, project.alembic("upgrade", f"{below}:{above}", "--sql"))
        with psql(own_settings) as first:
            assert describe_schema(cursor) == describe_schema(first)
        run_script(other, project.alembic("downgrade", f"{above}:{below}", "--sql"))
        assert describe_schema(cursor) == before


def test_a_label_that_a_row_holds_is_not_taken_away(project: Project, rows: Settings) -> None:
    project.replace(
        LIFECYCLE, '    FAILED = "FAILED"\n', '    FAILED = "FAILED"\n    ARCHIVED = "ARCHIVED"\n'
    )
    project.migrate()
    project.alembic("upgrade", "head")
    with psql(rows) as cursor:
        add_task(cursor, "old.jpg")
        cursor.execute("ALTER TABLE tasks DISABLE TRIGGER tasks_guard_moves")
        cursor.execute("UPDATE tasks SET status = 'ARCHIVED' WHERE filename = 'old.jpg'")
        before = describe_schema(cursor)
        refused = project.fail("alembic", "downgrade", "-1")
        assert 'invalid input value for enum taskstatus: "ARCHIVED"' in refused
        assert describe_schema(cursor) == before


@pytest.mark.timeout(180)
def test_a_new_table_brings_its_indexes_and_types_in_one_piece(project: Project) -> None:
    project.add_notes()
    written = project.migrate()
    assert "_concurrently(" not in written
    assert "exists" not in written
    project.alembic("upgrade", "head")
    project.alembic("check")
    project.alembic("downgrade", "-1")
    project.alembic("upgrade", "head")


def test_a_model_that_says_what_is_there_gives_no_revision(project: Project) -> None:
    before = len(list((project.directory / "migrations" / "versions").glob("*.py")))
    done = project.run("flask", "db", "migrate", "-m", "nothing")
    assert (done.returncode, "No changes" in done.stderr) == (0, True)
    assert len(list((project.directory / "migrations" / "versions").glob("*.py"))) == before


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("ALTER TABLE tasks DROP CONSTRAINT tasks_moments_check", "tasks_moments_check"),
        ("DROP INDEX ix_tasks_created_at_id", "ix_tasks_created_at_id"),
        ("ALTER TABLE tasks ADD COLUMN more text", "more"),
        ("ALTER TABLE tasks ALTER filename DROP NOT NULL", "filename"),
    ],
)
def test_check_finds_what_alembic_can_see(
    own_settings: Settings, project: Project, statement: str, word: str
) -> None:
    with psql(own_settings) as cursor:
        cursor.execute(statement)
    assert word in project.fail("alembic", "check")
