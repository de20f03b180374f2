"""Actions on many tasks say nothing that no catalog was asked for, whatever goes wrong."""

from tests.dashboard.bulk.orders import (
    add_many,
    add_tasks,
    find_form,
    go_on,
    order,
    prepare,
    start,
)
from tests.dashboard.bulk.orders import undo as undo_batch
from tests.dashboard.language.crawling import crawl
from tests.dashboard.language.pages import HISTORY, TASKS, change
from tests.dashboard.language.reading import strip_said


def test_actions_on_many_tasks(reader, cursor):
    client = reader.client
    ids = add_tasks(cursor, 3) + add_tasks(cursor, 2, "PENDING")
    reader.read("no such scope", order(client, "retry", scope="no"))
    reader.read("nothing ticked", order(client, "retry", scope="ticked"))
    reader.read("no token", order(client, "retry", csrf_token="x"))
    reader.read("no such action", order(client, "no"))
    reader.read("damaged", order(client, "retry", [], ticked="x"))
    reader.read("no such filter", order(client, "retry", filter="status=NO"))
    reader.read("a result", order(client, "set result", ids))
    reader.read("no result", order(client, "set result", ids, result="{"))
    for action in ("retry", "cancel", "run again", "delete"):
        url = prepare(client, action, ids)
        reader.get(url)
    url = prepare(client, "set result", url=f"{TASKS}?status=FAILED", result="[1]")
    change(cursor, ids[0], "filename = 'theirs.jpg'")
    reader.get(url)
    reader.read("long reason", start(client, url, reason="x" * 501))
    before = find_form(reader.get(url), "/start")
    for _ in range(2):
        reader.read("running", before.send(client, reason="a better model"))
    reader.get(url)
    going = find_form(client.get(url), "/continue")
    stop = find_form(client.get(url), "/stop")
    for _ in range(2):
        reader.read("stopped", stop.send(client))
    reader.read("goes on", find_form(client.get(url), "/start").send(client))
    answer = client.post(
        going.action, data=going.fields, headers={"Accept": "application/json"}
    ).get_json()
    assert strip_said(answer["text"]) == ""
    reader.get(url)
    change(cursor, ids[1], "filename = 'mine.jpg'")
    reader.read("undone", undo_batch(client, url))
    for place in (url, HISTORY, f"{HISTORY}?batch={url.rstrip('/').rpartition('/')[2]}"):
        reader.get(place)
    for _, page in crawl(client, HISTORY):
        reader.read("history", page)


def test_an_action_that_must_be_confirmed(reader, cursor):
    add_many(cursor, 101)
    url = prepare(reader.client, "retry")
    reader.get(url)
    reader.read("not confirmed", start(reader.client, url, confirmation="1"))
    form = find_form(reader.get(url), "/start")
    form.action = form.action.replace("/start", "/undo")
    reader.read("not ended", form.send(reader.client))
    with_problem = reader.client.post(
        form.action.replace("/undo", "/continue"),
        data={"csrf_token": "x"},
        headers={"Accept": "application/json"},
    ).get_json()
    assert strip_said(with_problem["problem"]).strip(". ") == ""
    nothing = prepare(reader.client, "run again")
    reader.read("nothing to do", reader.client.post(f"{nothing}start", data=form.fields))
    assert go_on(reader.client, start(reader.client, url, confirmation="101").location)
