"""Copying what a statement finds, and breaking it off."""

from typing import Any

import pytest
from sqlalchemy import Engine, func, literal, select
from sqlalchemy.exc import DBAPIError

from vision_tasks.copying import Copy

# More than can be read in the time of any test.
ENDLESS = select(func.generate_series(1, 10**9))


def test_whole_rows_arrive_as_the_options_say(engine: Engine) -> None:
    rows: list[bytes] = []
    statement = select(literal("100%, a"), literal(None), func.generate_series(1, 2))
    with engine.begin() as connection:
        Copy(rows.append, "FORMAT csv, NULL '-'").run(connection, statement)
    assert rows == [b'"100%, a",-,1\n', b'"100%, a",-,2\n']


def test_what_goes_wrong_with_a_row_breaks_it_off_and_the_connection_is_whole(
    engine: Engine,
) -> None:
    rows: list[bytes] = []

    def take(row: bytes) -> None:
        rows.append(row)
        if len(rows) == 10:
            raise ValueError("enough")

    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        with pytest.raises(ValueError, match="enough"):
            Copy(take, "FORMAT csv").run(connection, ENDLESS)
        # What it had not read it need not read now either.
        connection.rollback()
        assert connection.scalar(select(literal(1))) == 1
        assert connection.connection.dbapi_connection is driver
    assert len(rows) == 10


def test_what_the_database_refuses_is_raised_as_of_any_statement(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match="division by zero"):
        Copy(print, "FORMAT csv").run(connection, select(literal(1) / literal(0)))


def test_one_that_was_cancelled_does_not_begin(engine: Engine) -> None:
    copy = Copy(print, "FORMAT csv")
    copy.cancel()
    with engine.connect() as connection, pytest.raises(TimeoutError):
        copy.run(connection, ENDLESS)
