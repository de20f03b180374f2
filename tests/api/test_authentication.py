"""Nobody gets below the path of the API without a key that is in force."""

import pytest
from werkzeug.datastructures import Headers

import api
from tests.api.problems import JSON, TASKS, read_problem, read_refusal
from tests.keys import KEY, make_headers

STRANGE = [
    "Bearer vt_unknown",
    f"Bearer {KEY}x",
    f"Bearer {KEY} {KEY}",
    f"Bearer {KEY},",
    f"Bearer {KEY.lower()}",
    f"Bearer {'x' * 10_000}",
    "Bearer ñandú",
    "Bearer \xff",
    "Bearer ",
    "Bearer",
    "bearer 0",
]
SILENT = [
    "",
    "Basic dXNlcjpwYXNz",
    KEY,
    f"Bearer{KEY}",
    f"Bearer\t{KEY}",
    f"Token {KEY}",
    f"X Bearer {KEY}",
]


@pytest.mark.parametrize("value", STRANGE, ids=lambda value: ascii(value[:20]))
async def test_a_key_that_is_none_is_refused_like_any_other(anybody, statements, value):
    known = await read_refusal(await anybody.get(TASKS, headers=make_headers("vt_unknown")))
    response = await anybody.get(TASKS, headers={"Authorization": value})
    assert await read_refusal(response) == known
    assert len(statements) == 2
    assert statements[0] == statements[1]


@pytest.mark.parametrize("value", [*SILENT, None], ids=lambda value: ascii(value or "")[:20])
async def test_whoever_brings_no_key_is_told_of_no_error_in_it(anybody, statements, value):
    headers = {} if value is None else {"Authorization": value}
    problem = await read_refusal(await anybody.get(TASKS, headers=headers), "Bearer")
    assert statements == []
    assert problem == await read_refusal(await anybody.get(TASKS, headers=make_headers("x")))


@pytest.mark.parametrize(
    "change",
    [
        "revoked_at = now()",
        "expires_at = now()",
        "expires_at = now() - interval '1 year', last_used_at = NULL",
        "secret_hash = '', previous_hash = secret_hash, previous_expires_at = now()",
        "secret_hash = '', previous_hash = secret_hash, previous_expires_at = NULL",
        "previous_hash = secret_hash, previous_expires_at = 'infinity', revoked_at = now()",
    ],
)
async def test_a_key_that_has_ended_cannot_be_told_from_one_that_never_was(
    anybody, cursor, statements, change
):
    unknown = await anybody.get(TASKS, headers=make_headers("vt_unknown"))
    cursor.execute(f"UPDATE api_keys SET {change}")
    ended = await anybody.get(TASKS, headers=make_headers())
    assert await ended.get_data() == await unknown.get_data()
    assert ended.headers == unknown.headers
    await read_refusal(ended)
    assert len(statements) == 2
    assert statements[0] == statements[1]


@pytest.mark.parametrize(
    "lines",
    [
        [f"Bearer {KEY}", f"Bearer {KEY}"],
        [f"Bearer {KEY}", "Bearer vt_unknown"],
        ["Bearer vt_unknown", f"Bearer {KEY}"],
        [f"Bearer {KEY}", "Basic dXNlcjpwYXNz"],
        [f"Bearer {KEY}", ""],
    ],
)
async def test_two_keys_are_none(anybody, lines):
    headers = Headers([("Authorization", line) for line in lines])
    await read_refusal(await anybody.get(TASKS, headers=headers))


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize("spaces", [" ", "   "])
async def test_the_scheme_is_read_in_any_case(anybody, scheme, spaces):
    headers = {"Authorization": f"{scheme}{spaces}{KEY}"}
    assert (await anybody.get(TASKS, headers=headers)).status_code == 200


@pytest.mark.parametrize("name", ["access_token", "key", "api_key", "Authorization", "token"])
async def test_a_key_in_the_query_is_no_key_and_is_not_repeated(anybody, stranger, name):
    for value in (KEY, f"Bearer+{KEY}"):
        response = await anybody.get(f"{TASKS}?{name}={value}")
        await read_refusal(response, "Bearer")
        # With a key in its place, the one in the query is a parameter that nobody knows.
        both = await stranger.get(f"{TASKS}?{name}={value}")
        assert KEY not in await both.get_data(as_text=True)


async def test_a_key_in_a_body_or_a_cookie_is_no_key(anybody):
    response = await anybody.post(TASKS, json={"filename": "a.jpg", "access_token": KEY})
    await read_refusal(response, "Bearer")
    response = await anybody.get(TASKS, headers={"Cookie": f"access_token={KEY}; key={KEY}"})
    await read_refusal(response, "Bearer")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", TASKS),
        ("PUT", f"{TASKS}/no-uuid"),
        ("PATCH", f"{TASKS}/no-uuid"),
        ("DELETE", f"{TASKS}/no-uuid"),
        ("GET", f"{TASKS}?limit=abc&nonsense"),
        ("GET", f"{TASKS}?filename=%ff"),
        ("BREW", TASKS),
        ("DELETE", TASKS),
        ("OPTIONS", TASKS),
        ("GET", "/api/v1"),
        ("GET", "/api/v1/"),
        ("GET", "/api/v1/nowhere"),
        ("GET", "/api/v1/tasks/a/b"),
    ],
)
async def test_a_key_is_asked_for_before_anything_else_is_looked_at(anybody, method, path):
    await read_refusal(await anybody.open(path, method=method), "Bearer")
    response = await anybody.open(
        path, method=method, data=b"\xff{", headers={**make_headers("vt_unknown"), **JSON}
    )
    await read_refusal(response)


async def test_a_body_of_a_stranger_is_not_waited_for(anybody):
    async with anybody.request(TASKS, method="POST", headers=JSON) as request:
        await request.send(b'{"filename"')
    await read_refusal(await request.as_response(), "Bearer")


async def test_a_path_that_only_begins_like_the_api_is_somebody_elses(anybody):
    await read_problem(await anybody.get("/api/v1x"), 404, "not_found")


async def test_the_path_of_the_api_is_what_the_setting_says(settings):
    app = api.create_app(settings.model_copy(update={"API_V1_STR": "/desk"}))
    async with app.test_app():
        client = app.test_client()
        await read_refusal(await client.get("/desk/tasks"), "Bearer")
        assert (await client.get("/desk/tasks", headers=make_headers())).status_code == 200
