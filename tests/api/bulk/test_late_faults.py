"""Two faults in one body: PostgreSQL refuses a row, then a line further down is bad."""

import asyncio

import pytest

from tests.api.bulk.sending import make_lines, read_code, read_errors, send
from tests.factories import add_task


async def wait_until_refused(cursor):
    for _ in range(5000):
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND state = 'idle in transaction (aborted)'"
        )
        if cursor.fetchone()[0]:
            return
        await asyncio.sleep(0.001)
    raise TimeoutError


@pytest.mark.timeout(20)
async def test_a_bad_line_behind_an_id_that_is_taken_is_told_of_at_once(app, cursor):
    taken = make_lines({"filename": "a.jpg", "id": str(add_task(cursor))}) + b"\n"

    async def body():
        # As many as PostgreSQL stores at once, so it comes to know before the body ends.
        yield taken * 3000
        await wait_until_refused(cursor)
        yield b"7\n"

    response = await send(app, body())
    assert read_code(response, 422) == "invalid_field"
    assert read_errors(response) == [(3001, "body")]
