"""The banner that names the revisions while the schema is not the desk's own."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard import EveryoneAllowed, create_app
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.host import host_with
from tests.dashboard.people import sign_in, use_session
from tests.factories import add_task
from tests.schema_states import BEFORE_HEAD, HEAD, NEWER, stamp
from tests.servers import find_free_port
from vision_tasks.upgrade import upgrade_to_head

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def settings(own_settings):
    """Tests here change where the database says that it stands."""
    return own_settings


def find_banners(page):
    text = read_text(page)
    alerts = [tag for tag, values in read_page(page).tags if values.get("role") == "alert"]
    return (text, alerts) if "The database stands" in text else (text, [])


@pytest.mark.parametrize("revision", [BEFORE_HEAD, NEWER])
def test_every_page_says_that_the_schema_is_another(client, cursor, revision):
    task_id = add_task(cursor)
    stamp(cursor, revision)
    pages = ("", "tasks/", "tasks/new", "tasks/?status=x", f"tasks/{MISSING}/", "nowhere")
    of_one = (f"tasks/{task_id}/", f"tasks/{task_id}/edit", f"tasks/{task_id}/delete")
    for path in (*pages, *of_one):
        text, alerts = find_banners(client.get(f"/admin/{path}"))
        assert alerts, path
        assert revision in text
        assert HEAD in text
        assert "`flask db upgrade`" in text


def test_the_conflict_page_says_so_too(client, cursor):
    task_id = add_task(cursor)
    stamp(cursor, NEWER)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    page = form.send(client, filename="yours.jpg")
    assert page.status_code == 409
    assert NEWER in read_text(page)


def test_a_page_that_cannot_be_had_for_lack_of_a_schema_names_the_command(empty_settings):
    app = create_app(empty_settings)
    assert use_session(app).get("/admin/tasks/").status_code == 503
    text, alerts = find_banners(app.test_client().get("/admin/login"))
    assert alerts
    assert "no revision yet" in text
    assert HEAD in text
    upgrade_to_head(empty_settings)
    page = sign_in(app).get("/admin/tasks/")
    assert (page.status_code, find_banners(page)[1]) == (200, [])
    app.extensions["vision_tasks"].engine.dispose()


def test_the_banner_goes_as_soon_as_the_schema_is_right(client, cursor):
    stamp(cursor, BEFORE_HEAD)
    assert find_banners(client.get("/admin/tasks/"))[1]
    stamp(cursor, HEAD)
    assert not find_banners(client.get("/admin/tasks/"))[1]


def test_in_a_host_the_command_is_the_plugins(settings, cursor):
    stamp(cursor, BEFORE_HEAD)
    with host_with(settings, access=EveryoneAllowed()) as client:
        text, alerts = find_banners(client.get("/admin/tasks/"))
    assert alerts
    assert "`flask vision-tasks upgrade`" in text


def test_whoever_may_not_see_the_desk_is_told_no_revision(settings, cursor):
    class Nobody:
        def allows(self, _action):
            return False

    stamp(cursor, BEFORE_HEAD)
    with host_with(settings, access=Nobody()) as client:
        page = client.get("/admin/tasks/")
    assert page.status_code == 403
    assert BEFORE_HEAD not in read_text(page)


def test_an_app_is_made_without_a_look(app):
    assert app.extensions["vision_tasks"].engine.pool.checkedin() == 0


def test_many_pages_at_once_are_one_look_while_the_schema_matches(app, statements):
    clients = [sign_in(app) for _ in range(32)]
    with ThreadPoolExecutor(8) as pool:
        pages = list(pool.map(lambda client: client.get("/admin/tasks/"), clients))
    assert {page.status_code for page in pages} == {200}
    assert len([one for one in statements if "alembic_version" in one]) == 1


def test_a_page_whose_database_is_away_waits_for_it_once(databases, caplog):
    away = databases.settings_of("x", POSTGRES_SERVER="127.0.0.1", POSTGRES_PORT=find_free_port())
    page = use_session(create_app(away)).get("/admin/tasks/")
    assert page.status_code == 503
    assert caplog.text.count("No connection to") == 1
