"""What the history says of a client: its key by name, for each change and in no round trip more."""

from tests.api.problems import SOMEBODY, TASKS
from tests.histories import read_history
from tests.keys import add_key, make_headers

ANY = {"If-Match": "*"}


async def test_each_change_is_the_keys(client, cursor):
    place = (await client.post(TASKS, json={"filename": "a.jpg"})).headers["Location"]
    await client.put(SOMEBODY, json={"filename": "b.jpg"})
    await client.patch(place, json={"status": "PROCESSING"}, headers=ANY)
    await client.patch(place, json={"filename": "c.jpg", "result": {"a": 1}}, headers=ANY)
    await client.delete(place, headers=ANY)
    history = read_history(cursor)
    assert [entry.action for entry in history] == ["create", "create", "change", "change", "delete"]
    assert {entry.actor for entry in history} == {"key:tests"}


async def test_two_clients_on_one_connection_are_told_apart(client, cursor):
    add_key(cursor, "other", key="vt_other")
    for headers in (make_headers("vt_other"), make_headers(), make_headers("vt_other")):
        await client.post(TASKS, json={"filename": "a.jpg"}, headers=headers)
    cursor.execute("INSERT INTO tasks (filename) VALUES ('psql.jpg')")
    actors = [entry.actor for entry in read_history(cursor)]
    assert actors[:3] == ["key:other", "key:tests", "key:other"]
    assert actors[3].startswith("db:")


async def test_what_changes_nothing_leaves_no_trace(client, cursor):
    await client.put(SOMEBODY, json={"filename": "a.jpg"})
    before = read_history(cursor)
    await client.put(SOMEBODY, json={"filename": "a.jpg"})
    await client.get(SOMEBODY)
    await client.get(TASKS)
    await client.patch(SOMEBODY, json={}, headers=ANY)
    await client.patch(SOMEBODY, json={"filename": "a.jpg"}, headers=ANY)
    await client.patch(SOMEBODY, json={"filename": "b.jpg"}, headers={"If-Match": '"9"'})
    await client.delete(SOMEBODY, headers={"If-Match": '"9"'})
    assert read_history(cursor) == before


async def test_a_change_is_the_look_at_the_key_and_one_statement(client, statements):
    await client.put(SOMEBODY, json={"filename": "a.jpg"})
    await client.patch(SOMEBODY, json={"filename": "b.jpg"}, headers=ANY)
    assert [statement.split()[0] for statement in statements] == [
        "SELECT",
        "INSERT",
        "SELECT",
        "UPDATE",
    ]


async def test_a_read_says_nothing_of_whoever_reads(client, statements):
    await client.get(TASKS)
    assert [statement for statement in statements if "set_config" in statement] == []
