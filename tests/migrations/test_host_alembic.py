"""A host's own Alembic, in a process that has loaded ours, does what it did without it."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

from tests.deployed import get_config
from vision_tasks.config import Settings
from vision_tasks.database import create_sync_engine


@pytest.mark.parametrize("options", [{}, {"autogenerate_plugins": ["*"]}], ids=["usual", "all"])
def test_neither_comparator_nor_renderers_meet_the_operations_of_a_host(
    own_settings: Settings, options: dict[str, Any]
) -> None:
    command.check(get_config(own_settings))
    metadata = sa.MetaData()
    status = sa.Enum("NEW", "PENDING", name="taskstatus")
    sa.Table("tasks", metadata, sa.Column("status", status), sa.Index("ix_new", "status"))
    sa.Table("hosts", metadata, sa.Column("kind", sa.Enum("a", name="kind")))
    engine = create_sync_engine(own_settings, application="tests")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        ops = produce_migrations(context, metadata).upgrade_ops
    engine.dispose()
    assert ops is not None
    written = render_python_code(ops)
    assert "op.create_index('ix_new', 'tasks'" in written
    assert "sa.Enum('a', name='kind')" in written
    for word in ("concurrently", "enum_label", "enum_type", "if_not_exists", "create_type"):
        assert word not in written
