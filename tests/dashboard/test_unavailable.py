"""A database that is away, slow or not ready gives a friendly page, and keeps what was typed."""

from dashboard import create_app
from tests.dashboard.forms import read_form, read_text
from tests.dashboard.people import sign_in, use_session
from tests.factories import add_task, read_task
from tests.servers import find_free_port
from vision_tasks.config import Settings


def serve(settings):
    app = create_app(settings)
    app.testing = True
    return app


def test_every_page_says_that_the_database_is_away(databases):
    settings = databases.settings_of(
        "x", POSTGRES_SERVER="127.0.0.1", POSTGRES_PORT=find_free_port()
    )
    client = use_session(serve(settings))
    for url in ("/admin/", "/admin/tasks/", "/admin/tasks/00000000-0000-4000-8000-000000000000/"):
        page = client.get(url)
        assert page.status_code == 503
        assert page.headers["Retry-After"] == "5"
        text = read_text(page)
        assert "cannot be reached" in text
        assert "127.0.0.1" not in text
        assert "psycopg" not in text


def test_what_only_an_operator_can_mend_is_in_the_log(empty_settings, caplog):
    app = serve(empty_settings)
    page = use_session(app).get("/admin/tasks/")
    assert page.status_code == 503
    assert "log" in read_text(page)
    assert "flask db upgrade" in caplog.text
    app.extensions["vision_tasks"].engine.dispose()


def test_a_lock_held_by_somebody_else_ends_in_time_and_keeps_the_form(databases, settings, cursor):
    task_id = add_task(cursor)
    app = serve(databases.settings_of(settings.POSTGRES_DB, DATABASE_STATEMENT_SECONDS=0.2))
    client = sign_in(app)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("BEGIN; SELECT 1 FROM tasks FOR UPDATE")
    page = form.send(client, filename="typed.jpg", result="[1, 2]")
    assert page.status_code == 504
    assert "took too long" in read_text(page)
    cursor.execute("ROLLBACK")
    assert read_form(page).fields["filename"] == "typed.jpg"
    assert read_form(page).send(client).status_code == 303
    assert read_task(cursor, task_id)["filename"] == "typed.jpg"
    app.extensions["vision_tasks"].engine.dispose()


def test_a_table_emptied_during_a_save_leaves_what_was_typed(databases, settings, cursor):
    task_id = add_task(cursor)
    app = serve(databases.settings_of(settings.POSTGRES_DB, DATABASE_STATEMENT_SECONDS=0.2))
    client = sign_in(app)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("BEGIN; LOCK tasks; DELETE FROM tasks")
    page = form.send(client, filename="typed.jpg")
    assert page.status_code == 504
    cursor.execute("COMMIT")
    page = read_form(page).send(client)
    assert page.status_code == 404
    assert "typed.jpg" in read_text(page)
    assert form.send(client).status_code == 303
    app.extensions["vision_tasks"].engine.dispose()


def test_a_new_task_that_no_database_can_take_is_kept_in_its_form(tmp_path):
    (tmp_path / "file").touch()
    settings = Settings(
        _env_file=None, DATA_DIRECTORY=tmp_path / "file", SECRET_KEY="0123456789abcdef"
    )
    client = use_session(serve(settings))
    page = client.post("/admin/tasks/new", data={"filename": "typed.jpg"})
    assert page.status_code == 503
    form = read_form(page)
    assert (form.action, form.fields["filename"]) == ("/admin/tasks/new", "typed.jpg")
    assert str(tmp_path) not in read_text(page)


def test_a_connection_cut_off_while_idle_is_replaced(databases, settings, client):
    assert client.get("/admin/tasks/").status_code == 200
    databases.run_as_superuser(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
        f" '{settings.POSTGRES_DB}' AND application_name LIKE 'vision-tasks-dashboard%'"
    )
    assert client.get("/admin/tasks/").status_code == 200
