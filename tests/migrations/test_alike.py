"""The same schema by either command, from wherever it is run, and by a script for psql."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands import COMMAND_SECONDS, ROOT
from tests.databases import Databases, psql
from tests.deployed import RESULTS, deploy
from tests.schema import describe_schema
from tests.servers import format_environment
from vision_tasks.config import Settings
from vision_tasks.embedded.programs import find_programs
from vision_tasks.migrating.turns import ADVISORY_LOCK_KEY
from vision_tasks.upgrade import upgrade_to_head

PSQL = find_programs().package / "pginstall" / "bin" / "psql"
FLASK = ("flask", "--app", "wsgi", "db", "upgrade")
ALEMBIC = ("alembic", "-c", str(ROOT / "migrations" / "alembic.ini"), "upgrade", "head")
INSTALL_SECONDS = 300
# Nobody can write here, not even root.
READ_ONLY = Path("/proc")


@pytest.fixture(scope="module")
def expected(databases: Databases) -> Iterator[dict[str, list[Any]]]:
    with databases.create() as settings:
        upgrade_to_head(settings)
        yield _describe(settings)


@pytest.fixture(scope="module")
def installed(run_directory: Path) -> Path:
    """The Python of an environment that holds the built wheel and what it needs, nothing else."""
    # A name that breaks what splits or interpolates it.
    place = run_directory / "an 'empty' environment"
    python = place / "bin" / "python"
    _run_uv("build", "--quiet", "--wheel", "--out-dir", str(run_directory), str(ROOT))
    (wheel,) = run_directory.glob("*.whl")
    _run_uv("venv", "--quiet", "--python", sys.executable, str(place))
    install = ("pip", "install", "--quiet", "--python", str(python))
    _run_uv(*install, "--require-hashes", "-r", str(ROOT / "requirements.lock"))
    _run_uv(*install, "--no-deps", str(wheel))
    return python


def _run_uv(*arguments: str) -> None:
    uv = os.environ.get("UV") or shutil.which("uv") or "uv"
    subprocess.run([uv, *arguments], check=True, timeout=INSTALL_SECONDS)


def _describe(settings: Settings) -> dict[str, list[Any]]:
    with psql(settings) as cursor:
        return describe_schema(cursor)


def _run(settings: Settings, python: str | Path, directory: Path, *command: str) -> str:
    done = subprocess.run(
        [python, "-P", "-m", *command],
        cwd=directory,
        env=format_environment(settings),
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _run_script(settings: Settings, script: str, path: Path) -> subprocess.CompletedProcess[str]:
    path.write_text(script)
    environment = {
        "PGHOST": str(settings.POSTGRES_SERVER),
        "PGPORT": str(settings.POSTGRES_PORT),
        "PGUSER": settings.POSTGRES_USER,
        "PGPASSWORD": settings.POSTGRES_PASSWORD.get_secret_value(),
        "PGDATABASE": settings.POSTGRES_DB,
    }
    return subprocess.run(
        [PSQL, "-X", "-q", "-f", str(path)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


@pytest.mark.parametrize("command", [FLASK, ALEMBIC], ids=" ".join)
def test_from_a_directory_that_nobody_can_write(
    empty_settings: Settings, expected: dict[str, list[Any]], command: tuple[str, ...]
) -> None:
    _run(empty_settings, sys.executable, READ_ONLY, *command)
    assert _describe(empty_settings) == expected


@pytest.mark.parametrize("directory", ["elsewhere", "a 100% other place"])
@pytest.mark.parametrize("command", [FLASK, ALEMBIC], ids=["flask", "alembic"])
def test_from_any_other_directory(
    empty_settings: Settings,
    expected: dict[str, list[Any]],
    tmp_path: Path,
    command: tuple[str, ...],
    directory: str,
) -> None:
    place = tmp_path / directory
    # Somebody else's project, whose packages are no business of ours.
    (place / "migrations").mkdir(parents=True)
    (place / "migrations" / "__init__.py").touch()
    _run(empty_settings, sys.executable, place, *command)
    assert _describe(empty_settings) == expected


@pytest.mark.timeout(INSTALL_SECONDS)
def test_from_a_wheel_in_an_empty_environment(
    databases: Databases, installed: Path, expected: dict[str, list[Any]], tmp_path: Path
) -> None:
    find = "from vision_tasks.upgrade import find_migrations; print(find_migrations())"
    migrations = subprocess.run(
        [installed, "-P", "-c", find], capture_output=True, text=True, check=True, cwd=tmp_path
    ).stdout.strip()
    assert str(ROOT) not in migrations
    alembic = ("alembic", "-c", f"{migrations}/alembic.ini", "upgrade", "head")
    for command in (FLASK, alembic, ("flask", "--app", "wsgi", "vision-tasks", "upgrade")):
        with databases.create() as settings:
            _run(
                settings.model_copy(update={"POSTGRES_SCHEMA": "public"}),
                installed,
                tmp_path,
                *command,
            )
            assert _describe(settings) == expected


@pytest.mark.parametrize("command", [FLASK, ALEMBIC], ids=["flask", "alembic"])
def test_as_a_script_that_psql_runs(
    empty_settings: Settings,
    expected: dict[str, list[Any]],
    tmp_path: Path,
    command: tuple[str, ...],
) -> None:
    script = _run(empty_settings, sys.executable, tmp_path, *command, "--sql")
    assert _describe(empty_settings)["columns"] == []
    done = _run_script(empty_settings, script, tmp_path / "upgrade.sql")
    assert (done.returncode, done.stderr) == (0, "")
    assert _describe(empty_settings) == expected


def test_a_script_takes_turns_with_other_migrations(
    databases: Databases, empty_settings: Settings, tmp_path: Path
) -> None:
    impatient = databases.settings_of(empty_settings.POSTGRES_DB, MIGRATION_LOCK_SECONDS=0.1)
    script = _run(impatient, sys.executable, tmp_path, *ALEMBIC, "--sql")
    with psql(empty_settings) as other:
        other.execute("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK_KEY,))
        refused = _run_script(empty_settings, script, tmp_path / "upgrade.sql")
        assert "lock timeout" in refused.stderr
        assert describe_schema(other)["columns"] == []


def test_as_a_script_for_a_deployed_database_with_its_rows(
    empty_settings: Settings, expected: dict[str, list[Any]], tmp_path: Path
) -> None:
    deploy(empty_settings)
    command = (*ALEMBIC[:-1], "7213effa643d:head", "--sql")
    script = _run(empty_settings, sys.executable, tmp_path, *command)
    with psql(empty_settings) as cursor:
        cursor.execute(
            r"""UPDATE tasks SET result = '"\u0000"' WHERE filename = '1.jpg' RETURNING id::text"""
        )
        bad = cursor.fetchone()[0]
        refused = _run_script(empty_settings, script, tmp_path / "upgrade.sql")
        assert refused.returncode != 0
        assert bad in refused.stderr
        assert "version" not in {column[1] for column in describe_schema(cursor)["columns"]}
        cursor.execute("UPDATE tasks SET result = 'null' WHERE filename = '1.jpg'")
        done = _run_script(empty_settings, script, tmp_path / "upgrade.sql")
        assert (done.returncode, done.stderr) == (0, "")
        assert describe_schema(cursor) == expected
        cursor.execute("SELECT count(*), min(version), max(version) FROM tasks")
        assert cursor.fetchone() == (len(RESULTS), 1, 1)
        cursor.execute("SELECT count(*) FROM tasks WHERE result IS NULL OR updated_at IS NULL")
        assert cursor.fetchone() == (1,)
