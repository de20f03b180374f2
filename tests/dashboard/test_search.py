"""Search: a whole id finds that task, anything else is part of a filename."""

from urllib.parse import quote

import pytest

from tests.dashboard.forms import read_page
from tests.factories import add_task


def found(client, text):
    page = read_page(client.get(f"/admin/tasks/?search={quote(text)}"))
    return {v["title"] for tag, v in page.tags if tag == "a" and v.get("class") == "desk-name"}


@pytest.fixture
def tasks(cursor):
    names = (
        "cat.jpg",
        "Concat.PNG",
        "100%_sure.jpg",
        "100 sure.jpg",
        "back\\slash",
        "Straße 漢字.jpg",
    )
    return {name: add_task(cursor, name) for name in names}


@pytest.mark.usefixtures("tasks")
def test_part_of_a_filename_is_found_whatever_its_case(client):
    assert found(client, "CAT") == {"cat.jpg", "Concat.PNG"}
    assert found(client, " cat.j ") == {"cat.jpg"}
    assert found(client, "漢") == {"Straße 漢字.jpg"}


@pytest.mark.usefixtures("tasks")
def test_signs_with_a_meaning_in_sql_are_only_themselves(client):
    assert found(client, "%_") == {"100%_sure.jpg"}
    assert found(client, "\\") == {"back\\slash"}
    assert found(client, "'; DROP TABLE tasks; --") == set()


def test_a_whole_id_finds_its_task(client, tasks):
    assert found(client, str(tasks["cat.jpg"])) == {"cat.jpg"}
    assert found(client, f" {tasks['cat.jpg']} ".upper()) == {"cat.jpg"}
    assert found(client, str(tasks["cat.jpg"])[:20]) == set()


def test_a_filename_that_looks_like_hexadecimal_is_searched_as_one(client, cursor):
    add_task(cursor, "0123456789abcdef0123456789abcdef")
    assert found(client, "0123456789abcdef0123456789abcdef") == {"0123456789abcdef0123456789abcdef"}
