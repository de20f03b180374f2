import json

import pytest

from tests.api.problems import JSON, SOMEBODY, TASKS, read_field
from tests.factories import add_task, read_task

HEADERS = {**JSON, "If-Match": "*"}


async def patch(client, task_id, body):
    return await client.patch(f"{TASKS}/{task_id}", data=body.encode(), headers=HEADERS)


@pytest.mark.parametrize("value", ["[1, 2]", '"done"', "0", "false", "[]", '""', "[null]"])
async def test_a_value_that_is_no_object_replaces_the_result(client, cursor, value):
    task_id = add_task(cursor, result='{"a": 1}')
    response = await patch(client, task_id, f'{{"result": {value}}}')
    assert response.status_code == 200
    assert read_task(cursor, task_id)["result"] == value


async def test_null_removes_the_result(client, cursor):
    task_id = add_task(cursor, result='{"a": 1}')
    response = await patch(client, task_id, '{"result" : null }')
    assert (await response.get_json())["result"] is None
    assert read_task(cursor, task_id)["result"] is None


async def test_a_result_left_out_is_left_alone(client, cursor):
    task_id = add_task(cursor, result='{"a": 1}')
    await patch(client, task_id, '{"filename": "b.jpg"}')
    assert read_task(cursor, task_id)["result"] == '{"a": 1}'


async def test_an_object_is_merged_into_the_result(client, cursor):
    task_id = add_task(cursor, result='{"keep": 1, "drop": 2, "deep": {"x": 1, "y": 2}}')
    response = await patch(
        client, task_id, '{"result": {"drop": null, "deep": {"y": null, "z": 3}}}'
    )
    assert (await response.get_json())["result"] == {"keep": 1, "deep": {"x": 1, "z": 3}}


async def test_an_object_replaces_a_result_that_is_none(client, cursor):
    task_id = add_task(cursor, result="[1, 2]")
    response = await patch(client, task_id, '{"result": {"a": {"b": null}}}')
    assert (await response.get_json())["result"] == {"a": {}}


async def test_numbers_are_stored_digit_by_digit(client, cursor):
    digits = "12345678901234567890.000000000000000000001000"
    task_id = add_task(cursor)
    await patch(client, task_id, f'{{"result": [{digits}]}}')
    assert read_task(cursor, task_id)["result"] == f"[{digits}]"


async def test_a_body_at_the_limit_of_depth_is_kept(client, cursor):
    task_id = add_task(cursor)
    response = await patch(client, task_id, f'{{"result": {"[" * 63}{"]" * 63}}}')
    assert response.status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        "1e400",
        "-1e400",
        "1e-20000",
        "0e99999999999",
        f"0.{'1' * 17000}",
        "9" * 5000,
        '{"a": 1, "a": 2}',
        '"\\u0000"',
        '{"\\u0000": 1}',
        '"\\ud800"',
        '{"\\udc00": 1}',
        "[" * 64 + "]" * 64,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100 + "1" + "}" * 100,
    ],
    ids=lambda value: value[:20],
)
async def test_what_the_database_could_not_hold_never_gets_there(stranger, value):
    response = await stranger.patch(
        SOMEBODY, data=f'{{"result": {value}}}'.encode(), headers=HEADERS
    )
    assert await read_field(response) == "body"


async def test_a_result_comes_back_as_it_was_sent(client, cursor):
    value = {"boxes": [{"label": "bicycle é 🚲", "score": 0.93, "at": [1, 2, 3, 4]}], "t": "\\"}
    task_id = add_task(cursor)
    response = await patch(client, task_id, json.dumps({"result": value}))
    assert (await response.get_json())["result"] == value
