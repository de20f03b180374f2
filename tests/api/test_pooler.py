"""Reading through a PgBouncer that gives each transaction another connection."""

import asyncio

from tests import pgbouncer
from tests.api.clients import create_app
from tests.api.problems import TASKS


async def test_a_pooler_keeps_prepared_statements_or_is_told_of(
    databases, settings, run_directory, caplog
):
    # From PgBouncer 1.21 on it keeps them.
    with pgbouncer.pool(
        databases, settings, run_directory, mode="transaction", pool_size=4
    ) as through:
        app = create_app(through)
        async with app.test_app():
            client = app.test_client()
            answers = await asyncio.gather(*(client.get(TASKS) for _ in range(100)))
            problems = [await answer.get_json() for answer in answers if answer.status_code != 200]
    assert {one["code"] for one in problems} <= {"database_refused"}
    assert caplog.text.count("max_prepared_statements") == len(problems)
