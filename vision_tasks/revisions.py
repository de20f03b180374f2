"""Which revision a database stands at, and whether this code knows it."""

from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Select, column, select, table
from sqlalchemy.exc import DBAPIError

from vision_tasks.errors import VisionTasksError
from vision_tasks.faults import UNDEFINED_TABLE_SQLSTATE, get_sqlstate
from vision_tasks.sentences import sentence
from vision_tasks.upgrade import find_migrations

UPGRADE_COMMAND = "flask db upgrade"
_VERSIONS = table("alembic_version", column("version_num"))


class Standing(Enum):
    """How the schema of a database compares with this code."""

    MATCHES = auto()
    BEHIND = auto()
    AHEAD = auto()


@dataclass(frozen=True)
class SchemaState:
    """The revision of a database (None: it has none yet) beside the one that this code needs."""

    database: str | None
    code: str
    standing: Standing

    @property
    def matches(self) -> bool:
        """Whether the schema is the one that this code was written for."""
        return self.standing is Standing.MATCHES

    def explain(self, command: str = UPGRADE_COMMAND) -> str:
        """Say to people where both stand and what to do; `command` upgrades the schema."""
        at = sentence("at no revision yet")
        if self.database:
            at = sentence("at revision %(revision)s", revision=self.database)
        match self.standing:
            case Standing.MATCHES:
                return sentence("The database stands %(at)s, as this program needs it.", at=at)
            case Standing.BEHIND:
                return sentence(
                    "The database stands %(at)s, this program needs %(needed)s: run `%(command)s`.",
                    at=at,
                    needed=self.code,
                    command=command,
                )
            case Standing.AHEAD:
                return sentence(
                    "The database stands %(at)s, this program knows none later than %(known)s: a"
                    " newer version of this program has migrated the database; deploy that version,"
                    " for `%(command)s` of this one cannot help. (Where alembic_version belongs to"
                    " another application, set POSTGRES_SCHEMA instead.)",
                    at=at,
                    known=self.code,
                    command=command,
                )


class SchemaMismatchError(VisionTasksError):
    """The schema is not the one that this code needs; nothing was tried on it."""

    code = "schema_mismatch"

    def __init__(self, state: SchemaState, command: str = UPGRADE_COMMAND) -> None:
        super().__init__(state.explain(command))


def fetch_schema_state(connection: Connection) -> SchemaState:
    """Read the revision of the database and compare it; reads the code's own once a process.

    The transaction must hold nothing else: where there is no table of revisions, it is aborted.
    """
    try:
        revision = connection.execute(select_revision()).scalars().first()
    except DBAPIError as exc:
        if get_sqlstate(exc) != UNDEFINED_TABLE_SQLSTATE:
            raise
        revision = None
    return compare_revision(revision)


def select_revision() -> Select[str]:
    """Select where the database stands; fails with UNDEFINED_TABLE_SQLSTATE where it is empty."""
    return select(_VERSIONS.c.version_num)


def get_code_revision() -> str:
    """Return the revision that this code needs; the first call of a process reads files."""
    return _read_revisions()[0]


def compare_revision(revision: str | None) -> SchemaState:
    """Compare a database's revision with the code's."""
    head, known = _read_revisions()
    if revision == head:
        standing = Standing.MATCHES
    elif revision is None or revision in known:
        standing = Standing.BEHIND
    else:
        standing = Standing.AHEAD
    return SchemaState(revision, head, standing)


@cache
def _read_revisions() -> tuple[str, frozenset[str]]:
    scripts = [script.revision for script in ScriptDirectory(find_migrations()).walk_revisions()]
    return scripts[0], frozenset(scripts)
