import pytest

from tests.api.problems import TASKS, read_field, read_problem


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=-1", "limit"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=1000000000", "limit"),
        ("limit=99999999999999999999999999", "limit"),
        ("limit=abc", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=%2B5", "limit"),
        ("limit=+5", "limit"),
        ("limit=%D9%A5", "limit"),
        ("limit=5%00", "limit"),
        ("limit=5&limit=5", "limit"),
        ("status=", "status"),
        ("status=DONE", "status"),
        ("status=pending", "status"),
        ("status=PENDING,FAILED", "status"),
        ("status=PENDING&status=FAILED", "status"),
        ("filename=", "filename"),
        (f"filename={'a' * 256}", "filename"),
        ("filename=%00", "filename"),
        ("filename=a%0Ab", "filename"),
        ("filename=%E2%80%AEgpj.exe", "filename"),
        ("filename=%E2%80%A8", "filename"),
        ("filename=%FF", "query"),
        ("filename=%ED%A0%80", "query"),
        ("%ED%A0%80=1", "query"),
        ("cursor=", "cursor"),
        ("api_key=secret", "api_key"),
        ("key=secret", "key"),
        ("Limit=5", "Limit"),
        ("limit%00=5", "limit\x00"),
        ("page=1", "page"),
        ("=5", ""),
        ("&".join(f"limit={number}" for number in range(1000)), "query"),
    ],
    ids=lambda value: value[:40],
)
async def test_a_query_that_cannot_be_is_refused_by_parameter(stranger, query, field):
    assert await read_field(await stranger.get(f"{TASKS}?{query}")) == field


@pytest.mark.parametrize("name", ["created_from", "created_to"])
@pytest.mark.parametrize(
    "moment",
    [
        "",
        "now",
        "2026-11-30",
        "2026-11-30T08:00:00",
        "2026-11-30T08:00:00.Z",
        "2026-11-30 08:00:00Z",
        "2026-11-30T08:00Z",
        "2026-11-30T08:00:00+01:00",
        "2026-11-30T08:00:00%2B0100",
        "2026-11-30T08:00:00.1234567Z",
        "2026-11-30T08:00:00Z%00",
        "2026-11-30T08:00:00Z%0A",
        "2026-02-30T08:00:00Z",
        "2026-11-30T24:00:01Z",
        "2026-11-30T23:59:60Z",
        "2026-11-30T08:00:00%2B24:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00%2B23:00",
        "9999-12-31T23:59:59-23:00",
        "-2026-11-30T08:00:00Z",
        "20261130T080000Z",
        "1764489600",
        "infinity",
        "%D9%A2026-11-30T08:00:00Z",
    ],
)
async def test_what_is_no_moment_with_a_zone_is_refused(stranger, name, moment):
    assert await read_field(await stranger.get(f"{TASKS}?{name}={moment}")) == name


async def test_a_moment_without_its_zone_is_told_how_to_write_one(stranger):
    response = await stranger.get(f"{TASKS}?created_from=2026-11-30T08:00:00")
    problem = await read_problem(response, 422, "invalid_field")
    assert "a zone as in 2026-11-30T08:00:00Z" in problem["detail"]


async def test_bytes_beyond_ascii_are_no_defect(stranger):
    connection = stranger.request(TASKS, method="GET")
    connection.scope["query_string"] = b"filename=\xff"
    async with connection as request:
        await request.send_complete()
    assert await read_field(await request.as_response()) == "query"
