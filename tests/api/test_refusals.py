import logging

import pytest

from tests.api.clients import create_app
from tests.api.problems import SOMEBODY, TASKS, read_problem


async def check_refused(settings, caplog, hint, *, probe="/readyz"):
    app = create_app(settings)
    with caplog.at_level(logging.WARNING):
        async with app.test_app():
            client = app.test_client()
            for response in (
                await client.get(probe),
                await client.post(TASKS, json={"filename": "a.jpg"}),
                await client.get(TASKS),
            ):
                problem = await read_problem(response, 503, "database_refused")
                assert "Retry-After" in response.headers
                assert problem["detail"] == "The server cannot answer this now; its log says why."
            assert (await client.get("/livez")).status_code == 200
    assert hint in caplog.text


@pytest.mark.parametrize(
    ("overrides", "hint"),
    [
        ({"POSTGRES_USER": "nobody_of_this_name"}, "POSTGRES_USER"),
        ({"POSTGRES_DB": "no_database_of_this_name"}, "POSTGRES_DB"),
        ({"POSTGRES_PASSWORD": "wrong"}, "POSTGRES_PASSWORD"),
    ],
)
async def test_what_the_database_refuses_is_for_the_log(
    databases, settings, caplog, overrides, hint
):
    chosen = databases.settings_of(**{"database": settings.POSTGRES_DB, **overrides})
    await check_refused(chosen, caplog, hint)


async def test_a_database_without_our_tables_is_for_the_log(empty_settings, caplog):
    # Its probe says more: test_schema_state.py.
    await check_refused(empty_settings, caplog, "flask db upgrade", probe=SOMEBODY)


async def test_a_role_without_rights_is_not_ready(databases, own_settings, caplog):
    databases.run_as_superuser(
        f"ALTER TABLE tasks OWNER TO {databases.superuser.user}", own_settings.POSTGRES_DB
    )
    await check_refused(own_settings, caplog, "flask db upgrade")
