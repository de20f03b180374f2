"""Autogenerate and enum types: whatever the models hold, what is written runs, and is complete."""

import logging
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import ARRAY, Column, Enum, Integer, MetaData, String, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

from tests.databases import psql
from tests.revisions import execute, propose, render
from tests.schema import describe_schema
from vision_tasks.config import Settings


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Decorated(TypeDecorator[str]):
    impl = Enum("x", name="decorated")
    cache_ok = True


class DecoratedList(TypeDecorator[Any]):
    impl = ARRAY(Enum("(x+", "\\1", name="decorated_list"))
    cache_ok = True


def _describe(settings: Settings) -> dict[str, list[Any]]:
    with psql(settings) as cursor:
        return describe_schema(cursor)


def _go_up_down_and_up(settings: Settings, metadata: MetaData) -> str:
    script = propose(settings, metadata)
    before = _describe(settings)
    up, down = render(script.upgrade_ops), render(script.downgrade_ops)
    execute(settings, up)
    above = _describe(settings)
    execute(settings, down)
    assert _describe(settings) == before
    execute(settings, up)
    assert _describe(settings)["types"] == above["types"]
    again = propose(settings, metadata).upgrade_ops
    assert again is not None
    assert again.as_diffs() == []
    return up


def test_enums_of_every_kind_on_a_new_table_and_on_one_that_is_there(
    own_settings: Settings,
) -> None:
    def tables(*columns: Column[Any]) -> MetaData:
        metadata = MetaData()
        Table("boxes", metadata, Column("id", Integer, primary_key=True), *columns)
        return metadata

    kinds: list[Any] = [
        Enum("it's", "100%", "a:b", name="MixedCase"),
        Enum("it's", "100%", "a:b", name="MixedCase"),
        ARRAY(Enum("a", "(b", name="items")),
        postgresql.ARRAY(Enum(Colour, name="colour"), dimensions=2),
        Decorated(),
        DecoratedList(),
        String().with_variant(Enum("v", name="variant"), "postgresql"),
        Enum("PENDING", "PROCESSING", "COMPLETED", "FAILED", name="taskstatus"),
        Enum("n", name="not_native", native_enum=False),
    ]
    columns = [Column(f"c{number}", kind) for number, kind in enumerate(kinds)]
    assert "create_enum_type('taskstatus'" not in _go_up_down_and_up(own_settings, tables(*columns))
    with psql(own_settings) as cursor:
        cursor.execute("CREATE SCHEMA aside; CREATE TYPE aside.own AS ENUM ('z')")
        cursor.execute("CREATE TYPE aside.late AS ENUM ('host')")
    more: list[Column[Any]] = [
        Column("d1", Enum("l", name="late"), server_default="l"),
        Column("d2", ARRAY(Enum("m", name="More"))),
    ]
    more.append(Column("d3", Enum("z", name="own", schema="aside")))
    again = [Column(f"c{number}", kind) for number, kind in enumerate(kinds)]
    _go_up_down_and_up(own_settings, tables(*again, *more))


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ("b c", "a b c"),
        ("c d", "a b c x y d z1 z2"),
        ("c", "a'1 a%2 c"),
        ("old b", "a b"),
        ("b old c", "a b n c m"),
        ("gone", "a b"),
    ],
)
def test_labels_come_out_in_the_models_order(
    own_settings: Settings, there: str, wanted: str
) -> None:
    with psql(own_settings) as cursor:
        labels = ", ".join(f"'{label}'" for label in there.split())
        cursor.execute(f'CREATE TYPE "Kind" AS ENUM ({labels}); CREATE TABLE boxes (k "Kind")')
        metadata = MetaData()
        Table("boxes", metadata, Column("k", Enum(*wanted.split(), name="Kind")))
        _go_up_down_and_up(own_settings, metadata)
        cursor.execute("""SELECT enum_range(NULL::"Kind")::text[]""")
        found = cursor.fetchone()[0]
    assert [label for label in found if label in wanted.split()] == wanted.split()
    assert set(there.split()) <= set(found)


def test_two_columns_that_know_different_labels_of_one_type(own_settings: Settings) -> None:
    metadata = MetaData()
    Table(
        "boxes",
        metadata,
        Column("a", Enum("x", "y", name="kind")),
        Column("b", Enum("w", "x", "z", name="kind")),
    )
    _go_up_down_and_up(own_settings, metadata)
    with psql(own_settings) as cursor:
        cursor.execute("SELECT enum_range(NULL::kind)::text[]")
        assert cursor.fetchone()[0] == ["w", "x", "z", "y"]


def test_an_order_that_cannot_be_mended_is_told(
    own_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    metadata = MetaData()
    Table("tasks", metadata, Column("status", Enum("FAILED", "PENDING", name="taskstatus")))
    with caplog.at_level(logging.WARNING, "alembic"):
        propose(own_settings, metadata)
    assert "The labels of taskstatus are in another order: PENDING" in caplog.text
