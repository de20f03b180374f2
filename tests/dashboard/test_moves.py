"""Only legal moves are offered; others are refused with the reason."""

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.factories import add_task, read_task
from vision_tasks.lifecycle import LEGAL_MOVES, TaskStatus, is_legal, legal_targets

ILLEGAL = [
    (source, target)
    for source in TaskStatus
    for target in TaskStatus
    if not is_legal(source, target)
]

BAD_RESULTS = [
    ("{", "line 1, column 2"),
    ("[1,\n 2,\n oops]", "line 3, column 2"),
    ("NaN", "no JSON number"),
    ("1e999", "range of a double"),
    ("1e-99999", "beyond the range"),
    ('"\\u0000"', "U+0000"),
    ('"\\ud800"', "surrogate"),
    ('{"a": 1, "a": 2}', "twice"),
    ("[" * 70 + "]" * 70, "deeper"),
    ("[1]]", "valid JSON"),
    ('"' + "x" * 1_100_000 + '"', "bytes"),
]


@pytest.mark.parametrize("status", TaskStatus)
def test_a_form_offers_the_present_status_and_its_moves(editor, cursor, status):
    page = editor.get(f"/admin/tasks/{add_task(cursor, status=status)}/edit")
    targets = [move.target for move in legal_targets(status)]
    assert read_form(page).options["status"] == [status, *targets]
    assert all(f"{m.target} — {m.name}" in read_text(page) for m in legal_targets(status))


@pytest.mark.parametrize("move", LEGAL_MOVES, ids=lambda move: move.name)
def test_a_legal_move_is_made(client, cursor, move):
    task_id = add_task(cursor, status=move.source, result="[1]")
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    assert form.send(client, status=move.target).status_code == 303
    assert read_task(cursor, task_id)["status"] == move.target
    assert read_task(cursor, task_id)["result"] == "[1]"


@pytest.mark.parametrize(("source", "target"), ILLEGAL)
def test_an_illegal_move_is_refused_with_the_reason(editor, cursor, source, target):
    task_id = add_task(cursor, status=source)
    before = read_task(cursor, task_id)
    page = read_form(editor.get(f"/admin/tasks/{task_id}/edit")).send(
        editor, status=target, filename="typed.jpg"
    )
    assert page.status_code == 400
    assert f"A task that is {source} cannot become {target}" in read_text(page)
    assert read_form(page).fields["filename"] == "typed.jpg"
    assert read_task(cursor, task_id) == before


def test_a_word_that_is_no_status_is_refused(client, cursor):
    form = read_form(client.get(f"/admin/tasks/{add_task(cursor)}/edit"))
    for value in ("", "pending", "DONE", "PENDING ", "\x00", "PENDING,FAILED"):
        page = form.send(client, status=value)
        assert page.status_code == 400
        assert "status is one of" in read_text(page)


def test_a_result_that_is_no_json_is_refused_and_kept(client, cursor):
    task_id = add_task(cursor, result="[1]")
    before = read_task(cursor, task_id)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    for result, reason in BAD_RESULTS:
        page = form.send(client, result=result)
        assert page.status_code == 400
        assert reason in read_text(page)
        assert read_form(page).fields["result"] == result
    assert read_task(cursor, task_id) == before


def test_a_filename_that_may_not_be_is_refused_and_kept(client, cursor):
    task_id = add_task(cursor)
    before = read_task(cursor, task_id)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    for filename in ("", "  ", "a" * 256, "a\x00b", "a\x07b", "a\u202eb"):
        page = form.send(client, filename=filename)
        assert page.status_code == 400
        assert "filename" in read_text(page)
        assert read_form(page).fields["filename"] == filename
    assert read_task(cursor, task_id) == before
