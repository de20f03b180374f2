"""Every page over a schema that a newer version has migrated: its label is shown, never set."""

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_form, read_text
from tests.dashboard.people import sign_in
from tests.factories import add_task, read_task
from tests.schema_states import NEW_STATUS, add_archived_task, migrate_further


@pytest.fixture
def settings(own_settings):
    return own_settings


@pytest.fixture(params=["started before", "started after"])
def client(request, settings, cursor):
    if request.param == "started after":
        migrate_further(cursor)
    app = create_app(settings)
    app.testing = True
    client = sign_in(app)
    if request.param == "started before":
        task_id = add_task(cursor)
        for path in ("", "tasks/", f"tasks/{task_id}/", f"tasks/{task_id}/edit"):
            assert client.get(f"/admin/{path}").status_code == 200
        migrate_further(cursor)
    yield client
    app.extensions["vision_tasks"].engine.dispose()


@pytest.fixture
def archived(client, cursor):  # noqa: ARG001 (by then the label is there)
    return add_archived_task(cursor)


@pytest.mark.parametrize("path", ["tasks/", "tasks/{}/", "tasks/{}/edit", "tasks/{}/delete"])
def test_a_label_of_the_newer_version_is_shown_as_it_is(client, archived, path):
    page = client.get(f"/admin/{path.format(archived)}")
    assert page.status_code == 200
    assert NEW_STATUS in read_text(page)


@pytest.mark.usefixtures("archived")
def test_the_overview_counts_what_it_knows(client):
    page = client.get("/admin/")
    assert page.status_code == 200
    assert NEW_STATUS not in read_text(page)


def test_a_form_saved_untouched_changes_nothing(client, cursor, archived):
    before = read_task(cursor, archived)
    assert read_form(client.get(f"/admin/tasks/{archived}/edit")).send(client).status_code == 303
    assert read_task(cursor, archived) == before


def test_a_form_offers_the_label_and_no_move(client, archived):
    form = read_form(client.get(f"/admin/tasks/{archived}/edit"))
    assert form.options["status"] == [NEW_STATUS]


def test_another_field_is_saved_and_the_label_kept(client, cursor, archived):
    form = read_form(client.get(f"/admin/tasks/{archived}/edit"))
    assert form.send(client, filename="renamed.jpg").status_code == 303
    task = read_task(cursor, archived)
    assert (task["filename"], task["status"]) == ("renamed.jpg", NEW_STATUS)


def test_a_forged_move_out_of_it_is_refused_with_the_reason(client, cursor, archived):
    form = read_form(client.get(f"/admin/tasks/{archived}/edit"))
    page = form.send(client, status="PENDING")
    assert page.status_code == 400
    assert f"A task that is {NEW_STATUS} cannot become PENDING here" in read_text(page)
    assert read_task(cursor, archived)["status"] == NEW_STATUS


def test_a_forged_move_into_it_is_refused(client, cursor):
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    assert form.send(client, status=NEW_STATUS).status_code == 400
    assert read_task(cursor, task_id)["version"] == 1


def test_a_conflict_keeps_the_label_and_takes_yours(client, cursor, archived):
    form = read_form(client.get(f"/admin/tasks/{archived}/edit"))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg' WHERE id = %s", (str(archived),))
    page = form.send(client, filename="yours.jpg")
    assert page.status_code == 409
    settled = read_form(page).send(client, choice_filename="yours")
    assert settled.status_code == 303
    task = read_task(cursor, archived)
    assert (task["filename"], task["status"]) == ("yours.jpg", NEW_STATUS)


def test_a_conflict_over_the_label_leaves_only_theirs(client, cursor):
    task_id = add_task(cursor, "waiting.jpg")
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("ALTER TABLE tasks DISABLE TRIGGER tasks_guard_moves")
    cursor.execute("UPDATE tasks SET status = %s WHERE id = %s", (NEW_STATUS, str(task_id)))
    page = form.send(client, status="PROCESSING")
    assert page.status_code == 409
    assert NEW_STATUS in read_text(page)
    conflict = read_form(page)
    assert conflict.options["choice_status"] == ["theirs"]
    assert conflict.send(client, choice_status="theirs").status_code == 303
    assert read_task(cursor, task_id)["status"] == NEW_STATUS


def test_a_task_that_left_the_label_meanwhile_is_not_put_back(client, cursor, archived):
    form = read_form(client.get(f"/admin/tasks/{archived}/edit"))
    cursor.execute("ALTER TABLE tasks DISABLE TRIGGER tasks_guard_moves")
    cursor.execute("UPDATE tasks SET status = 'PENDING' WHERE id = %s", (str(archived),))
    conflict = read_form(form.send(client, filename="yours.jpg"))
    assert ("choice_status", "yours") in conflict.disabled
    assert conflict.send(client, choice_filename="yours").status_code == 303
    task = read_task(cursor, archived)
    assert (task["filename"], task["status"]) == ("yours.jpg", "PENDING")


def test_such_a_task_is_deleted(client, cursor, archived):
    form = read_form(client.get(f"/admin/tasks/{archived}/delete"))
    assert form.send(client).status_code == 303
    cursor.execute("SELECT count(*) FROM tasks WHERE id = %s", (str(archived),))
    assert cursor.fetchone()[0] == 0


def test_a_new_task_is_created(client):
    page = read_form(client.get("/admin/tasks/new")).send(client, filename="new.jpg")
    assert page.status_code == 303


def test_a_label_that_no_database_could_hold_is_a_damaged_form(client, archived):
    form = read_form(client.get(f"/admin/tasks/{archived}/edit"))
    form.fields["base"] = form.fields["base"].replace(NEW_STATUS, "A" * 64)
    page = form.send(client, status="PENDING")
    assert page.status_code == 400
    assert "damaged" in read_text(page)
