"""Forms that no page of ours sends: none is an error of ours, none writes."""

import pytest

from tests.dashboard.forms import read_form, read_text
from tests.factories import add_task, read_task

SURROGATE = r'["PENDING", "a\ud800", null, false]'
NUL = r'["PENDING", "a\u0000", null, false]'
TOO_LONG = f'["PENDING", "{"x" * 256}", null, false]'
NUL_RESULT = r'["PENDING", "base.jpg", "\"\u0000\"", false]'
SURROGATE_RESULT = r'["PENDING", "base.jpg", "\"\ud800\"", false]'
MULTIPART = "multipart/form-data; boundary=b"


@pytest.fixture
def task_id(cursor):
    return add_task(cursor, "base.jpg", result="[1]")


@pytest.fixture
def untouched(cursor, task_id):
    before = read_task(cursor, task_id)
    yield
    assert read_task(cursor, task_id) == before


@pytest.fixture
def edit(client, task_id):
    return read_form(client.get(f"/admin/tasks/{task_id}/edit"))


@pytest.fixture
def conflict(client, cursor, edit):
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg', result = '[2]'")
    return read_form(edit.send(client, filename="yours.jpg", result="[3]"))


def refuse(client, form, **changes):
    page = form.send(client, **changes)
    assert page.status_code == 400
    assert "damaged" in read_text(page)


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("base", [SURROGATE, NUL, TOO_LONG, NUL_RESULT, SURROGATE_RESULT])
@pytest.mark.parametrize("filename", ["", "typed.jpg"])
def test_an_edit_of_what_no_task_can_have_held(client, edit, base, filename):
    refuse(client, edit, base=base, filename=filename)
    refuse(client, edit, base=base, filename=filename, csrf_token="")


@pytest.mark.parametrize("state", [SURROGATE, NUL, TOO_LONG])
def test_a_choice_of_a_filename_that_cannot_be(client, conflict, state):
    refuse(client, conflict, base=state, yours=state, choice_filename="yours")
    refuse(client, conflict, theirs=state, choice_filename="theirs")


def test_a_choice_of_a_result_that_cannot_be(client, conflict):
    refuse(client, conflict, yours=SURROGATE_RESULT, choice_result="yours")
    refuse(client, conflict, base=NUL_RESULT, yours=NUL_RESULT, choice_result="yours")


@pytest.mark.parametrize("base", [SURROGATE, NUL, TOO_LONG])
def test_a_deletion_of_what_no_task_can_have_held(client, cursor, task_id, base):
    form = read_form(client.get(f"/admin/tasks/{task_id}/delete"))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    refuse(client, form, base=base)


@pytest.mark.parametrize(
    "case",
    [
        (r'["PENDING", "a\u202eb", null, false]', "filename", "U+202E"),
        ('["PENDING", "", null, false]', "filename", "empty"),
        ('["PENDING", "base.jpg", "{broken", false]', "result", "valid JSON"),
        (r'["PENDING", "base.jpg", "\"\\ud800\"", false]', "result", "surrogate"),
    ],
)
def test_what_is_to_be_written_is_checked_though_it_claims_to_be_old(
    client, cursor, conflict, case
):
    state, field, reason = case
    choices = {"choice_filename": "theirs", "choice_result": "theirs", f"choice_{field}": "yours"}
    page = conflict.send(client, base=state, yours=state, **choices)
    assert page.status_code == 400
    assert reason in read_text(page)
    cursor.execute("SELECT filename, result::text FROM tasks")
    assert cursor.fetchone() == ("theirs.jpg", "[2]")


def _part(name):
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nx\r\n'.encode()


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (MULTIPART, _part("filename") * 1_100 + b"--b--\r\n"),
        (MULTIPART, _part("filename")),
        (MULTIPART, b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"),
        (MULTIPART, b"--b\r\n: :\r\n\r\n--b--\r\n"),
        (MULTIPART, _part("filename").replace(b"x", b"\xff\xed\xa0\x80") + b"--b--\r\n"),
        (MULTIPART, _part('base"; filename="x') + b"--b--\r\n"),
        (MULTIPART, b"--b\r\n" + b"A" * 100_000),
        (MULTIPART, b""),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=\u00e9", b"x"),
        ("application/x-www-form-urlencoded", b"&a" * 200_000),
        ("application/x-www-form-urlencoded", b"filename=\xff%ff%00&base=%ed%a0%80"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"filename=+AAA-"),
        ("application/json", b'{"filename": "x"}'),
        ("", b"filename=x"),
    ],
)
def test_a_body_that_no_browser_writes(client, task_id, kind, body):
    for path in ("new", f"{task_id}/edit", f"{task_id}/delete"):
        page = client.post(f"/admin/tasks/{path}", data=body, content_type=kind)
        assert page.status_code in (400, 413), path
        assert "Overview" in read_text(page)
