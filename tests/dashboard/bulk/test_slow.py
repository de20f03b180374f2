"""A batch whose tasks take the database long: it comes to its end, and can be stopped meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.dashboard.bulk.orders import add_many, add_tasks, count, find_form, prepare, run, start
from tests.dashboard.forms import read_text
from tests.dashboard.people import sign_in
from tests.waiting import wait_for

STATEMENT_SECONDS = 0.9
JSON = {"Accept": "application/json"}
# A third of that is what a chunk may take.
SLOW = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {body} RETURN NEW; END $$;
CREATE TRIGGER slow BEFORE UPDATE ON tasks FOR EACH ROW {condition} EXECUTE FUNCTION slow()"""

IS_AT_WORK = """
SELECT count(*) FROM pg_locks
 WHERE relation = 'tasks'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()"""


@pytest.fixture
def settings(own_settings):
    return own_settings.model_copy(update={"DATABASE_STATEMENT_SECONDS": STATEMENT_SECONDS})


def slow_down(cursor, body, condition=""):
    cursor.execute(SLOW.format(body=body, condition=condition and f"WHEN ({condition})"))


def test_a_chunk_that_takes_too_long_is_halved_until_it_does_not(client, cursor):
    add_many(cursor, 100)
    slow_down(cursor, "PERFORM pg_sleep(0.01);")
    page = read_text(run(client, prepare(client, "retry")))
    assert "100 of 100 looked at: 100 changed" in page
    assert count(cursor, "status = 'PENDING' AND version = 2") == 100


def test_a_task_that_takes_too_long_alone_is_kept_and_named(client, cursor):
    add_tasks(cursor, 7)
    add_tasks(cursor, 1, prefix="slow")
    slow_down(cursor, "PERFORM pg_sleep(60);", "OLD.filename LIKE 'slow%'")
    page = read_text(run(client, prepare(client, "retry")))
    assert "7 changed, 0 left as they had changed meanwhile, 1 kept by the database" in page
    assert "rule of the database keeps it, or it took too long" in page.partition("slow0000.jpg")[2]
    assert count(cursor, "status = 'PENDING'") == 7


def test_what_is_refused_slowly_is_kept_and_the_others_are_changed(client, cursor):
    add_tasks(cursor, 20)
    add_tasks(cursor, 20, prefix="kept")
    slow_down(cursor, "PERFORM pg_sleep(0.02); RAISE 'no';", "OLD.filename LIKE 'kept%'")
    page = read_text(run(client, prepare(client, "retry")))
    assert "20 changed" in page
    assert "20 kept by the database" in page


def test_a_rule_that_is_checked_at_the_end_keeps_its_task_alone(client, cursor):
    add_tasks(cursor, 3)
    add_tasks(cursor, 1, prefix="kept")
    cursor.execute(
        "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN IF NEW.filename LIKE 'kept%' THEN RAISE 'no'; END IF; RETURN NULL; END $$;"
        "CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON tasks DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION late()"
    )
    page = read_text(run(client, prepare(client, "retry")))
    assert "3 changed" in page
    assert "1 kept by the database" in page


def test_a_task_that_somebody_holds_is_never_taken_for_a_slow_one(client, cursor):
    add_tasks(cursor, 1)
    url = prepare(client, "retry")
    start(client, url)
    cursor.execute("BEGIN")
    cursor.execute("SELECT FROM tasks FOR UPDATE")
    form = find_form(client.get(url), "/continue")
    answers = [client.post(form.action, data=form.fields, headers=JSON) for _ in range(3)]
    assert [(one.status_code, one.json["done"]) for one in answers] == [(409, 0)] * 3
    cursor.execute("COMMIT")
    assert client.post(form.action, data=form.fields, headers=JSON).json["state"] == "done"


def drive(client, form):
    """Go on until the batch does not run, as the script of its page does; return how it ended."""
    while True:
        answer = client.post(form.action, data=form.fields, headers=JSON)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        if answer.json["state"] != "running":
            return answer.json["state"]


def test_it_is_stopped_while_one_task_after_another_is_refused(app, client, cursor):
    add_tasks(cursor, 100, prefix="kept")
    slow_down(cursor, "PERFORM pg_sleep(0.02); RAISE 'no';")
    url = prepare(client, "retry")
    start(client, url)
    other = sign_in(app)
    with ThreadPoolExecutor(1) as pool:
        end = pool.submit(drive, other, find_form(other.get(url), "/continue"))
        wait_for(lambda: cursor.execute(IS_AT_WORK) or cursor.fetchone()[0], "the chunk")
        assert find_form(client.get(url), "/stop").send(client).status_code == 303
        assert end.result() == "stopped"
    assert "Retry: stopped" in read_text(client.get(url))


@pytest.mark.parametrize("workers", [1, 3])
def test_it_is_stopped_while_each_chunk_takes_too_long(app, client, cursor, workers):
    add_many(cursor, 20_000)
    # Ten of each chunk.
    slow_down(cursor, "PERFORM pg_sleep(0.05);", "OLD.filename LIKE 'n%00.jpg'")
    url = prepare(client, "retry")
    start(client, url, confirmation="20000")
    others = [sign_in(app) for _ in range(workers)]
    forms = [find_form(one.get(url), "/continue") for one in others]
    with ThreadPoolExecutor(workers) as pool:
        ends = [pool.submit(drive, *pair) for pair in zip(others, forms, strict=True)]
        wait_for(lambda: count(cursor, "status = 'PENDING'") > 0, "a first chunk")
        assert find_form(client.get(url), "/stop").send(client).status_code == 303
        assert "Retry: stopped" in read_text(client.get(url))
        changed = count(cursor, "status = 'PENDING'")
        assert {one.result() for one in ends} == {"stopped"}
    assert 0 < changed == count(cursor, "status = 'PENDING'") < 20_000


@pytest.fixture
def _impatient_role(cursor, app):
    cursor.execute("SELECT current_database()")
    cursor.execute(f"ALTER DATABASE {cursor.fetchone()[0]} SET lock_timeout = '20ms'")
    app.extensions["vision_tasks"].engine.dispose()


@pytest.mark.usefixtures("_impatient_role")
def test_it_is_stopped_though_the_role_waits_for_no_lock(app, client, cursor):
    add_tasks(cursor, 1)
    slow_down(cursor, "PERFORM pg_sleep(0.2);")
    url = prepare(client, "retry")
    start(client, url)
    other = sign_in(app)
    form = find_form(client.get(url), "/stop")
    with ThreadPoolExecutor(1) as pool:
        end = pool.submit(drive, other, find_form(other.get(url), "/continue"))
        wait_for(lambda: cursor.execute(IS_AT_WORK) or cursor.fetchone()[0], "the chunk")
        answer = form.send(client)
        assert (answer.status_code, end.result()) == (303, "stopped")
