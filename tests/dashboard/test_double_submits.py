"""What is sent twice is done once, and its sender is not called somebody else."""

import pytest

from dashboard.result_values import are_alike
from tests.dashboard.forms import read_form, read_text
from tests.factories import add_task, read_task


@pytest.mark.parametrize(
    "changes",
    [
        {"filename": "typed.jpg"},
        {"result": '{"z": [1e2, 1.50], "a": {"b": true}}'},
        {"result": "null", "status": "FAILED"},
        {"result": ""},
    ],
)
def test_a_save_sent_twice_is_no_conflict(client, cursor, changes):
    task_id = add_task(cursor, result="[0]")
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    assert form.send(client, **changes).status_code == 303
    before = read_task(cursor, task_id)
    again = form.send(client, **changes)
    assert again.status_code == 303
    assert "holds just that already" in read_text(client.get(again.location))
    assert read_task(cursor, task_id) == before


def test_a_new_task_sent_twice_is_one_task(client, cursor):
    form = read_form(client.get("/admin/tasks/new"))
    first, second = (form.send(client, filename="typed.jpg") for _ in range(2))
    assert first.location == second.location
    assert "created once" in read_text(client.get(second.location))
    cursor.execute("SELECT count(*) FROM tasks")
    assert cursor.fetchone() == (1,)


def test_an_id_used_for_another_filename_is_replaced(client, cursor):
    form = read_form(client.get("/admin/tasks/new"))
    assert form.send(client, filename="one.jpg").status_code == 303
    page = form.send(client, filename="two.jpg")
    assert page.status_code == 400
    assert "created a task already" in read_text(page)
    again = read_form(page)
    assert again.fields["id"] != form.fields["id"]
    assert again.send(client).status_code == 303
    cursor.execute("SELECT filename FROM tasks ORDER BY filename")
    assert cursor.fetchall() == [("one.jpg",), ("two.jpg",)]


def test_an_id_stays_with_its_form_until_the_task_is_there(client):
    form = read_form(client.get("/admin/tasks/new"))
    assert read_form(form.send(client, filename=" ")).fields["id"] == form.fields["id"]
    assert read_form(client.get("/admin/tasks/new")).fields["id"] != form.fields["id"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "A0000000-0000-4000-8000-000000000000",
        "00000000-0000-1000-8000-000000000000",
        "\x00",
    ],
)
def test_an_id_that_is_none_of_ours_gets_a_new_form(client, value):
    form = read_form(client.get("/admin/tasks/new"))
    page = form.send(client, id=value, filename="typed.jpg")
    assert page.status_code == 400
    assert read_form(page).fields["filename"] == "typed.jpg"
    assert read_form(page).send(client).status_code == 303


NUMBERS = ("0", "-0", "-0.0", "0e5", "0.0e1", "-0e-3", "1e2", "1E+2", "1.50e1", "15e-1", "1.10",
           "12345678901234567890123", "0.1e-10", "1e300", "-2.5e-3", "1e-400")  # fmt: skip


def test_what_postgresql_makes_of_a_result_is_alike(cursor):
    for number in NUMBERS:
        text = f'{{"z": [{number}], "a": "\\u00e9"}}'
        cursor.execute("SELECT %s::jsonb::text, jsonb_pretty(%s::jsonb)", (text, text))
        assert [stored for stored in cursor.fetchone() if not are_alike(text, stored)] == []


def test_what_differs_in_a_single_digit_or_kind_is_not_alike():
    values = [*NUMBERS[6:], "1", "1.0", "true", '"1"', "null", "[]", "{}", '""', "false", "oops",
              "[1, 2]", "[2, 1]", "12345678901234567890124", '"b1"', "1e9999999999999"]  # fmt: skip
    alike = [(a, b) for a in values for b in values if a != b and are_alike(a, b)]
    assert {frozenset(pair) for pair in alike} == {frozenset(("1e2", "1E+2"))}
    assert are_alike(None, None)
    assert not are_alike(None, "null")


def test_nesting_beyond_the_parser_is_not_alike():
    deep = "[" * 100_000 + "]" * 100_000
    assert not are_alike(deep, f" {deep}")
