"""Opening and saving a task that nobody touched changes nothing."""

import json

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.factories import add_task, read_task
from vision_tasks.lifecycle import TaskStatus

LONG = json.dumps({"boxes": [{"label": f"Straße {n}", "score": n / 7} for n in range(40)]})
RESULTS = (
    None,
    "null",
    "[]",
    "{}",
    "0",
    "-0.0",
    "false",
    '""',
    '"<textarea></textarea>&amp;"',
    '"line\\r\\nbreak\\nand\\ttab"',
    "123456789012345678901234567890.10",
    "1E+2",
    '{"漢字": ["Ünïcödé", "🙂", "\\u007f"]}',
    '{"a": {"b": [1, [2, {"c": null}]]}}',
    LONG,
)
FILENAMES = (
    " leading and trailing ",
    "a\nb\r\nc.jpg",
    "old\u202egpj.exe",
    '"><img src=x onerror=alert(1)>',
    "tab\tand\x0bvt",
    "e\u0301 🙂 \u00a0",
    "   ",
    "&lt;b&gt; &amp;",
)


def open_and_save(client, task_id, **changes):
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    return form.send(client, **changes)


@pytest.mark.parametrize("status", TaskStatus)
def test_an_untouched_task_stays_as_it_is_whatever_its_result(client, cursor, status):
    for result in RESULTS:
        task_id = add_task(cursor, status=status, result=result)
        before = read_task(cursor, task_id)
        response = open_and_save(client, task_id)
        assert response.status_code == 303, result
        assert read_task(cursor, task_id) == before, result
        assert "nothing was written" in read_text(client.get(response.location))


@pytest.mark.parametrize("filename", FILENAMES)
def test_an_untouched_filename_is_neither_checked_nor_written(client, cursor, filename):
    task_id = add_task(cursor, filename, result='{"a": 1}')
    before = read_task(cursor, task_id)
    assert open_and_save(client, task_id).status_code == 303
    assert read_task(cursor, task_id) == before
    assert open_and_save(client, task_id, result="[1]").status_code == 303
    assert read_task(cursor, task_id)["filename"] == filename


@pytest.mark.parametrize(
    ("changes", "written"),
    [
        ({"filename": "new.jpg"}, {"filename"}),
        ({"result": "[1]"}, {"result"}),
        ({"status": "FAILED"}, {"status"}),
        ({"status": "FAILED", "result": ""}, {"status", "result"}),
    ],
)
def test_only_changed_columns_are_written(client, cursor, statements, changes, written):
    task_id = add_task(cursor, result='{"a": 1}')
    assert open_and_save(client, task_id, **changes).status_code == 303
    (update,) = [statement for statement in statements if statement.startswith("UPDATE")]
    assignments = update.partition(" SET ")[2].partition(" WHERE ")[0]
    assert {part.partition("=")[0].strip() for part in assignments.split(", ")} == written


def test_digits_are_stored_as_typed(client, cursor):
    task_id = add_task(cursor)
    digits = "[12345678901234567890123, 0.10000000000000000000001]"
    open_and_save(client, task_id, result=digits)
    assert read_task(cursor, task_id)["result"] == digits


def test_nothing_and_the_json_null_are_two_things(client, cursor):
    task_id = add_task(cursor, result="0")
    open_and_save(client, task_id, result="null")
    assert read_task(cursor, task_id)["result"] == "null"
    open_and_save(client, task_id, result=" \n ")
    assert read_task(cursor, task_id)["result"] is None


def test_only_new_white_space_in_a_result_is_no_change(client, cursor):
    task_id = add_task(cursor, result='{"a": 1}')
    before = read_task(cursor, task_id)
    response = open_and_save(client, task_id, result='{ "a" : 1 }\n')
    assert "nothing was written" in read_text(client.get(response.location))
    assert read_task(cursor, task_id) == before


def test_a_result_too_long_for_the_form_is_left_alone(client, cursor):
    task_id = add_task(cursor, result=json.dumps(["x" * 2_000_000]))
    before = read_task(cursor, task_id)
    page = client.get(f"/admin/tasks/{task_id}/edit")
    assert "too long to be edited here" in read_text(page)
    assert open_and_save(client, task_id).status_code == 303
    assert read_task(cursor, task_id) == before
    assert open_and_save(client, task_id, filename="new.jpg").status_code == 303
    assert read_task(cursor, task_id)["result"] == before["result"]


def test_a_result_as_long_as_a_body_may_be_can_be_edited(client, cursor):
    text = '"\\"' + "é\\\\" * 250_000 + '"'
    task_id = add_task(cursor, result=text)
    before = read_task(cursor, task_id)
    assert open_and_save(client, task_id).status_code == 303
    assert read_task(cursor, task_id) == before
    assert open_and_save(client, task_id, result="{}").status_code == 303
    assert read_task(cursor, task_id)["result"] == "{}"


def test_no_browser_that_comes_back_refills_a_form_with_old_choices(client, cursor):
    task_id = add_task(cursor, result="[1]")
    pages = [client.get(f"/admin/tasks/{path}") for path in ("new", f"{task_id}/delete")]
    pages.append(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg', result = '[2]'")
    pages.append(read_form(pages[-1]).send(client, filename="yours.jpg", result="[3]"))
    for page in pages:
        named = [v for tag, v in read_page(page).tags if v.get("name") and tag != "meta"]
        forms = [v for tag, v in read_page(page).tags if tag == "form"]
        assert len(named) >= 3
        assert {values.get("autocomplete") for values in (*named, *forms)} == {"off"}
