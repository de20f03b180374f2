"""Revisions written and run in the process of the test, as Alembic's commands would."""

from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import dedent
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.operations import Operations
from alembic.operations.ops import MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql

from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine
from vision_tasks.migrating import enum_labels, indexes
from vision_tasks.migrating.autogenerate import AUTOGENERATE, write_for_live_tables
from vision_tasks.migrating.enum_types import render_enum


@contextmanager
def run_revision(settings: Settings) -> Iterator[sa.Connection]:
    """Let what is done inside be the body of a revision."""
    engine = create_sync_engine(settings, application="tests")
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"transaction_per_migration": True}
            )
            with (
                Operations.context(context),
                context.begin_transaction(_per_migration=True),
            ):
                yield connection
    finally:
        engine.dispose()


def propose(settings: Settings, metadata: sa.MetaData) -> MigrationScript:
    """Compare the tables of `metadata`, and no others, with the database."""
    engine = create_sync_engine(settings, application="tests")
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection,
                opts={
                    **AUTOGENERATE,
                    "target_metadata": metadata,
                    "include_name": lambda name, kind, _: (
                        kind != "table" or name in metadata.tables
                    ),
                },
            )
            script = produce_migrations(context, metadata)
            write_for_live_tables(context, None, [script])
            return script
    finally:
        engine.dispose()


def render(ops: Any) -> str:
    """Render the body of `upgrade()` or `downgrade()`."""
    context = MigrationContext.configure(dialect=postgresql.psycopg2.dialect())
    return dedent(
        "    " + render_python_code(ops, render_item=render_enum, migration_context=context)
    )


def execute(settings: Settings, body: str) -> None:
    """Run a rendered body."""
    names = {"op": op, "sa": sa, "postgresql": postgresql, **vars(enum_labels), **vars(indexes)}
    with run_revision(settings):
        exec(body, names)
