from tests.api.problems import TASKS


async def test_a_process_that_runs_is_alive(client):
    response = await client.get("/livez")
    assert (response.status_code, await response.get_json()) == (200, {"status": "alive"})


async def test_an_api_whose_database_answers_is_ready(client):
    response = await client.get("/readyz")
    assert (response.status_code, await response.get_json()) == (200, {"status": "ready"})


async def test_no_answer_on_health_is_kept_by_a_cache(client):
    for path in ("/livez", "/readyz"):
        assert (await client.get(path)).headers["Cache-Control"] == "no-store"


async def test_looking_at_health_changes_nothing(client):
    await client.get("/readyz")
    assert (await (await client.get(TASKS)).get_json())["items"] == []
