"""The list: newest first, page by page, filtered by status and date."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from tests.dashboard.forms import read_page, read_text

PLACE = "2026-01-01T00:00:00.000000Z_00000000-0000-4000-8000-000000000000"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def many(cursor):
    """Fifty tasks, one a day; five of them at the same moment."""
    moments = [START + timedelta(days=min(n, 45)) for n in range(50)]
    for number, moment in enumerate(moments):
        status = ("PENDING", "FAILED")[number % 2]
        cursor.execute(
            "INSERT INTO tasks (filename, status, created_at) VALUES (%s, %s, %s)",
            (f"file-{number:02}.jpg", status, moment),
        )


def names(response):
    page = read_page(response)
    return [v["title"] for tag, v in page.tags if tag == "a" and v.get("class") == "desk-name"]


def link(response, rel):
    found = [v["href"] for tag, v in read_page(response).tags if v.get("rel") == rel]
    return found[0] if found else None


@pytest.mark.usefixtures("many")
def test_every_task_is_met_once_going_older_and_back(client):
    pages = []
    url = "/admin/tasks/?page_size=20"
    while url:
        response = client.get(url)
        pages.append(names(response))
        last, url = response, link(response, "next")
    assert [len(page) for page in pages] == [20, 20, 10]
    seen = [name for page in pages for name in page]
    assert len(set(seen)) == 50
    assert seen[5:] == [f"file-{number:02}.jpg" for number in range(44, -1, -1)]
    back = client.get(link(last, "prev"))
    assert names(back) == pages[1]
    assert names(client.get(link(back, "prev"))) == pages[0]


@pytest.mark.usefixtures("many")
def test_filters_and_page_size_are_kept_from_page_to_page(client):
    first = client.get("/admin/tasks/?status=FAILED&page_size=20&created_from=2026-03-02")
    second = client.get(link(first, "next"))
    assert "status=FAILED" in link(first, "next")
    assert not set(names(first)) & set(names(second))
    assert len(names(first) + names(second)) == 25


@pytest.mark.usefixtures("many")
def test_dates_are_whole_days_in_utc_and_both_ends_belong(client, cursor):
    cursor.execute(
        "UPDATE tasks SET created_at = '2026-03-05T23:59:59.999999Z' WHERE filename = 'file-10.jpg'"
    )
    found = names(client.get("/admin/tasks/?created_from=2026-03-03&created_to=2026-03-05"))
    assert found == ["file-10.jpg", "file-04.jpg", "file-03.jpg", "file-02.jpg"]


@pytest.mark.parametrize("size", [20, 50, 100, 200])
@pytest.mark.usefixtures("many")
def test_a_page_has_the_size_asked_for(client, size):
    assert len(names(client.get(f"/admin/tasks/?page_size={size}"))) == min(size, 50)


WRONG = [
    ("status", "X"),
    ("status", "pending"),
    ("page_size", "999"),
    ("page_size", "-1"),
    ("page_size", "20 " * 2),
    ("created_from", "foo"),
    ("created_from", "2026-02-30"),
    ("created_to", "20260101"),
    ("created_to", "\u0662\u0660\u0662\u0666-01-01"),
    ("older_than", "garbage"),
    ("older_than", "2026-01-01T00:00:00.000000Z_"),
    ("older_than", "2026-01-01_00000000-0000-4000-8000-000000000000"),
    ("older_than", "0001-01-01T00:00:00+23:59_00000000-0000-4000-8000-000000000000"),
    ("newer_than", "\x00"),
    ("search", "a\x00b"),
    ("search", "x" * 5_000),
    ("search", "a\u202eb"),
    ("id", "abc"),
    ("id", "xyzw"),
    ("id", "1,2"),
    ("id", "a" * 33),
    ("sort", "999"),
    ("jump", "yesterday"),
    ("zone", "../../etc/passwd"),
    ("zone", "Europe"),
    ("zone", "Europe/Nowhere"),
    ("result", "objects"),
    ("result", "> 3"),
    ("result", 'error = "a\x00b"'),
    ("result", 'error = "\\ud800"'),
    ("result", "a = 1 or b = 2"),
    ("result", "a = 1' OR '1'='1"),
    ("result", " and ".join(["a = 1"] * 6)),
    ("result", "a = " + "1" * 2_000),
]


def test_a_wrong_parameter_is_named_in_a_sentence(client):
    for name, value in WRONG:
        page = client.get("/admin/tasks/?" + urlencode({name: value}))
        assert page.status_code == 400, (name, value)
        text = read_text(page)
        assert f"{name} " in text, (name, value)
        assert "SELECT" not in text


def test_contradictions_and_repetitions_are_named(client):
    for query, sentence in (
        ("created_from=2026-02-01&created_to=2026-01-01", "later than"),
        ("status=PENDING&status=FAILED", "more than once"),
        (f"older_than={PLACE}&newer_than={PLACE}", "excludes any other place"),
        (f"older_than={PLACE}&jump=2026-01-01", "excludes any other place"),
    ):
        page = client.get(f"/admin/tasks/?{query}")
        assert page.status_code == 400
        assert sentence in read_text(page)


def test_unknown_parameters_and_the_ends_of_time_are_harmless(client):
    for query in (
        "page=-1&order=999&ids=1,2",
        "status=&search=&created_from=&created_to=&page_size=&id=&result=&sort=&zone=&jump=",
        "created_from=0001-01-01&created_to=9999-12-31",
        "created_from=0001-01-01&created_to=9999-12-31&zone=Asia/Tokyo",
        "updated_from=0001-01-01&updated_to=9999-12-31&zone=America/Los_Angeles",
        "jump=0001-01-01",
        "jump=9999-12-31",
        "result=a+%3D+1e999+and+b+%3D+%22%5Cud83d%5Cude00%22",
        "search=%FF%ED%A0%80",
    ):
        assert client.get(f"/admin/tasks/?{query}").status_code == 200


def test_an_empty_list_says_what_to_do(client):
    assert "There are no tasks yet" in read_text(client.get("/admin/tasks/"))
    nothing = client.get("/admin/tasks/?status=FAILED&search=cat")
    assert "No task matches" in read_text(nothing)
    links = [v.get("href") for _, v in read_page(nothing).tags]
    assert "/admin/tasks/?search=cat" in links
    assert "/admin/tasks/?status=FAILED" in links
    beyond = client.get(f"/admin/tasks/?older_than={PLACE}")
    assert "Back to the newest" in read_text(beyond)


def test_a_long_result_is_cut_before_it_leaves_the_database(client, cursor):
    cursor.execute(
        "INSERT INTO tasks (filename, result) VALUES ('long.jpg', to_jsonb(repeat('x', 3000000)))"
    )
    page = client.get("/admin/tasks/")
    assert len(page.data) < 20_000
    assert "xxx…" in read_text(page)


def test_a_page_counts_no_further_than_a_bound_and_skips_nothing(client, statements):
    client.get("/admin/tasks/")
    client.get(f"/admin/tasks/?older_than={PLACE}")
    reading = [one.lower() for one in statements if "from tasks" in one.lower()]
    assert reading
    assert not any("offset" in one for one in reading)
    assert all("limit" in one for one in reading if "count(" in one)
