"""Why somebody created, changed or deleted a task: one line, kept with the change."""

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.factories import add_task
from tests.histories import read_history

LONG = "x" * 501
BAD = [(LONG, "501 characters"), ("a\u202eb", "U+202E"), ("a\x07b", "U+0007")]
FORMS = {
    "new": {"filename": "new.jpg"},
    "{}/edit": {"filename": "new.jpg"},
    "{}/delete": {},
}


def open_form(client, cursor, path):
    return read_form(client.get(f"/admin/tasks/{path.format(add_task(cursor))}"))


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", None),
        (" \t", None),
        ("  because of <b>Straße</b> 🙂 ", "because of <b>Straße</b> 🙂"),
        (LONG[1:], LONG[1:]),
    ],
)
def test_a_reason_is_kept_with_the_change(client, cursor, path, typed, kept):
    form = open_form(client, cursor, path)
    assert form.send(client, reason=typed, **FORMS[path]).status_code == 303
    assert read_history(cursor)[-1].reason == kept


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize(("typed", "said"), BAD)
def test_a_reason_that_cannot_be_kept_stops_the_change(client, cursor, path, typed, said):
    form = open_form(client, cursor, path)
    page = form.send(client, reason=typed, **FORMS[path])
    assert page.status_code == 400
    assert "reason" in read_text(page)
    assert said in read_text(page)
    again = read_form(page)
    assert again.fields["reason"] == typed
    assert {name: again.fields[name] for name in FORMS[path]} == FORMS[path]
    assert len(read_history(cursor)) == 1
    assert again.send(client, reason="better").status_code == 303
    assert read_history(cursor)[-1].reason == "better"


@pytest.mark.parametrize("path", FORMS)
def test_a_refused_token_keeps_the_reason(client, cursor, path):
    form = open_form(client, cursor, path)
    page = form.send(client, reason="typed", csrf_token="forged", **FORMS[path])
    assert page.status_code == 400
    assert read_form(page).fields["reason"] == "typed"


def test_a_conflict_carries_the_reason_along(client, cursor):
    form = open_form(client, cursor, "{}/edit")
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    conflict = read_form(form.send(client, filename="yours.jpg", reason="typed before"))
    assert conflict.fields["reason"] == "typed before"
    assert conflict.send(client, choice_filename="yours").status_code == 303
    assert read_history(cursor)[-1].reason == "typed before"


def test_a_deletion_meanwhile_leaves_the_reason_to_copy(client, cursor):
    form = open_form(client, cursor, "{}/edit")
    cursor.execute("DELETE FROM tasks")
    page = form.send(client, filename="typed.jpg", reason="what I wrote")
    assert page.status_code == 404
    assert "what I wrote" in read_text(page)


def test_a_form_of_before_reasons_were_asked_for_is_taken(client, cursor):
    form = open_form(client, cursor, "{}/edit")
    del form.fields["reason"]
    assert form.send(client, filename="new.jpg").status_code == 303
