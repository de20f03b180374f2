"""The forms of one task say nothing that no catalog was asked for, whatever goes wrong."""

from tests.dashboard.bulk.orders import find_form
from tests.dashboard.forms import read_form
from tests.dashboard.history.changes import last_change, undo, undo_url
from tests.dashboard.language.pages import HISTORY, STRANGER, TASKS, change
from tests.factories import add_task
from vision_tasks.lifecycle import TaskStatus

RESULTS = [
    "{", "\ufeff1", "[NaN]", '{"a": 1, "a": 2}', "1e999", "[" * 999, '"\\u0000"', '"\\ud800"',
    "1e-20000", f"0.{'0' * 17_000}1", f'"{"x" * 1_100_000}"',
]  # fmt: skip


def test_a_new_task(reader):
    form = read_form(reader.get(f"{TASKS}new"))
    for filename in ("", "x" * 256, "a\x00b", "a\u202eb"):
        page = form.send(reader.client, filename=filename, reason="x" * 501)
        assert reader.read(f"new task {filename[:9]!r}", page).status_code == 400
    reader.post(f"{TASKS}new", id=STRANGER, filename="a.jpg")
    for _ in range(2):
        assert (
            reader.read("sent twice", form.send(reader.client, filename="a.jpg")).status_code == 200
        )
    reader.read("another one", form.send(reader.client, filename="b.jpg"))


def test_a_result_that_cannot_be_stored(reader, cursor):
    form = read_form(reader.get(f"{TASKS}{add_task(cursor)}/edit"))
    for result in RESULTS:
        reader.read(result[:9], form.send(reader.client, result=result))


def test_an_edit(reader, cursor):
    task_id = add_task(cursor, "a.jpg", status=TaskStatus.PROCESSING, result="[1]")
    url = f"{TASKS}{task_id}/edit"
    form = read_form(reader.get(url))
    client = reader.client
    reader.read("no reason", form.send(client, status="PROCESSING", filename=""))
    reader.read("no status", client.post(url, data={**form.fields, "status": "NO"}))
    reader.read("a free move", client.post(url, data={**form.fields, "status": "NO"}))
    reader.read("no token", client.post(url, data={**form.fields, "csrf_token": "x"}))
    reader.read("damaged", client.post(url, data={**form.fields, "version": "x"}))
    reader.read("foreign", client.post(url, data={}, headers={"Sec-Fetch-Site": "cross-site"}))
    reader.read("nothing", form.send(client))
    change(cursor, task_id, "filename = 'b.jpg', status = 'COMPLETED', result = '[2]'")
    conflict = reader.read(
        "conflict",
        form.send(client, filename="c.jpg", status="PENDING", result="[3]"),
        follows=False,
    )
    assert conflict.status_code == 409
    settled = read_form(conflict)
    reader.read("undecided", settled.send(client, merged_result="{"))
    choices = {f"choice_{name}": "yours" for name in ("filename", "result")}
    reader.read("barred", settled.send(client, **choices, choice_status="theirs"))
    reader.read("as it is", form.send(client, filename="c.jpg", result="[3]"))
    change(cursor, task_id, f"result = '\"{'x' * 1_100_000}\"'")
    reader.get(url)
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(task_id),))
    reader.read("gone", form.send(client, filename="d.jpg"))
    reader.get(f"{TASKS}{task_id}/")


def test_a_deletion(reader, cursor):
    task_id = add_task(cursor, "a.jpg", result="[1]")
    url = f"{TASKS}{task_id}/delete"
    form = read_form(reader.get(url))
    reader.read("long reason", form.send(reader.client, reason="x" * 501))
    change(cursor, task_id, "filename = 'b.jpg', result = '[2]'")
    stale = reader.read("stale", form.send(reader.client))
    reader.read("done", read_form(stale).send(reader.client, reason="too many"))
    reader.read("twice", read_form(stale).send(reader.client))


def test_undo(reader, cursor):
    task_id = add_task(cursor, "a.jpg", status=TaskStatus.PROCESSING, result="[1]")
    birth = last_change(cursor, task_id)
    change(cursor, task_id, "status = 'COMPLETED', result = '[2]'")
    number = last_change(cursor, task_id)
    client = reader.client
    reader.get(undo_url(birth))
    reader.read("long reason", undo(client, number, reason="x" * 501))
    change(cursor, task_id, "result = '[3]'")
    reader.get(undo_url(number))
    page = reader.read("conflict", undo(client, number), follows=False)
    assert page.status_code == 409
    reader.read("undecided", read_form(page).send(client))
    reader.read("undone", undo(client, last_change(cursor, task_id)))
    form = find_form(reader.get(undo_url(number)), "/undo")
    reader.read("with a reason", form.send(client, reason="a mistake"))
    reader.read("undone already", form.send(client))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(task_id),))
    reader.get(undo_url(number))
    deletion = last_change(cursor, task_id)
    form = find_form(reader.get(undo_url(deletion)), "/undo")
    for _ in range(2):
        reader.read("back", form.send(client))
    reader.get(undo_url(deletion))
    cursor.execute("DELETE FROM tasks WHERE id = %s", (str(task_id),))
    reader.get(undo_url(deletion))
    change(cursor, add_task(cursor), "id = gen_random_uuid()")
    for url in (undo_url(last_change(cursor)), f"{TASKS}{task_id}/", HISTORY):
        reader.get(url)
