import asyncio

import pytest

from api.conditions import is_unchanged, read_if_match
from tests.api.problems import JSON, SOMEBODY, TASKS, read_problem
from tests.factories import add_task, read_task


@pytest.mark.parametrize(
    ("lines", "versions"),
    [
        (["*"], None),
        ([" * "], None),
        (['"3"'], (3,)),
        (['"3", "4"'], (3, 4)),
        (['"3"', '"4"'], (3, 4)),
        (['\t,"3" ,, "4",'], (3, 4)),
        (['W/"3"'], ()),
        (['W/"3", "4"'], (4,)),
        (['"abc", "3,4", "-1", "0", "03", "3.0", "99999999999", "2147483648"'], ()),
        (['"2147483647"'], (2147483647,)),
        (['""'], ()),
        (['"\xe9"'], ()),
    ],
)
def test_if_match_is_read_as_rfc_9110_writes_it(lines, versions):
    assert read_if_match(lines) == versions


@pytest.mark.parametrize(
    "value", ["", "3", '"3', '"3""4"', '"3" "4"', "*, *", '*, "3"', 'w/"3"', '"3";', '"\x7f"', ","]
)
async def test_an_if_match_that_is_none_is_refused(stranger, value):
    for method in ("PATCH", "DELETE"):
        headers = {**JSON, "If-Match": value}
        response = await stranger.open(SOMEBODY, method=method, headers=headers, data=b"{}")
        await read_problem(response, 400, "malformed_condition")


async def test_a_change_without_a_condition_is_refused(stranger):
    for method in ("PATCH", "DELETE"):
        response = await stranger.open(SOMEBODY, method=method, headers=JSON, data=b"{}")
        await read_problem(response, 428, "condition_required")


def test_a_very_long_if_match_is_read_quickly():
    assert read_if_match([", " * 50_000 + '"3"']) == (3,)
    assert not is_unchanged([", " * 50_000 + "3"], 3)


async def test_a_stale_version_is_refused_and_the_present_one_told(client, cursor):
    task_id = add_task(cursor)
    cursor.execute("UPDATE tasks SET filename = 'b.jpg'")
    response = await client.patch(
        f"{TASKS}/{task_id}", json={"filename": "c.jpg"}, headers={"If-Match": '"1"'}
    )
    problem = await read_problem(response, 412, "stale_version")
    assert (problem["current_version"], response.headers["ETag"]) == (2, '"2"')
    assert read_task(cursor, task_id)["filename"] == "b.jpg"


@pytest.mark.parametrize("condition", ['W/"1"', '"abc"', '"01"'])
async def test_a_tag_that_we_never_gave_matches_nothing(client, cursor, condition):
    task_id = add_task(cursor)
    response = await client.patch(
        f"{TASKS}/{task_id}", json={"filename": "c.jpg"}, headers={"If-Match": condition}
    )
    await read_problem(response, 412, "stale_version")


async def test_one_of_several_versions_is_enough(client, cursor):
    task_id = add_task(cursor)
    response = await client.patch(
        f"{TASKS}/{task_id}", json={"filename": "c.jpg"}, headers={"If-Match": '"7", "1"'}
    )
    assert response.status_code == 200


async def test_of_many_who_change_the_same_version_one_wins(client, cursor):
    task_id = add_task(cursor)
    responses = await asyncio.gather(
        *(
            client.patch(
                f"{TASKS}/{task_id}",
                json={"filename": f"{number}.jpg"},
                headers={"If-Match": '"1"'},
            )
            for number in range(12)
        )
    )
    assert sorted(response.status_code for response in responses) == [200] + [412] * 11
    assert read_task(cursor, task_id)["version"] == 2
