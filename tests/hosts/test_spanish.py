"""Flask-Babel in Spanish: the host goes on in its language, and the desk speaks it too."""

import pytest

from dashboard.language.choice import COOKIE
from tests.dashboard.forms import read_form, read_page, read_text
from tests.factories import add_task
from tests.hosts.contract import HostContract
from tests.hosts.host import Host, format_url, two_databases
from tests.hosts.spanish_host import create_app, db


def sign_in(client):
    client.environ["HTTP_ACCEPT_LANGUAGE"] = "es-ES,es;q=0.9"
    assert client.post("/entrar", data={"user": "ana"}).status_code == 200


@pytest.fixture(scope="module")
def made(databases, template):
    with two_databases(databases, template) as (own, tasks):
        app = create_app(format_url(own), tasks)
        with app.app_context():
            db.create_all()
            engine = db.engine
        yield Host(app, own, engine, tasks, sign_in, login="/entrar")


class TestSpanishHost(HostContract):
    CREATED = "La tarea está creada"
    SAVED = "Guardado: estado, nombre de archivo."
    WOULD_CHANGE, CHANGED = "Eliminar: cambiarían 4 tareas", "3 tareas modificadas"

    def test_the_menu_is_spanish_on_both_its_pages_and_ours(self, host, staff):
        for url in (host.url("/admin/customer/"), host.desk_url()):
            assert "Inicio Clientes Tareas Resumen Tareas Historial" in read_text(staff.get(url))
        assert "Guardar" in staff.get(host.url("/admin/customer/new/")).get_data(as_text=True)

    def test_our_pages_are_in_the_language_of_the_host(self, host, staff):
        page = staff.get(host.desk_url("new"))
        (main,) = [v for tag, v in read_page(page).tags if tag == "main"]
        assert main["lang"] == "es"
        assert "Tarea nueva" in read_text(page)

    def test_the_host_alone_chooses_the_language(self, host, staff):
        for name in ("language=en", "lang=en"):
            page = staff.get(f"{host.desk_url('new')}?{name}")
            assert "Tarea nueva" in read_text(page)
        assert "hreflang" not in page.text
        assert staff.get_cookie(COOKIE) is None
        # One that the host has and the desk has not.
        staff.environ["HTTP_ACCEPT_LANGUAGE"] = "de"
        page = staff.get(host.desk_url("new"))
        assert "New task" in read_text(page)
        tags = read_page(page).tags
        (main,) = [v for tag, v in tags if tag == "main"]
        assert main["lang"] == "en"
        # The frame is the host's, and in German.
        assert [v for tag, v in tags if tag == "html"] == [{}]

    def test_no_moment_or_value_of_a_form_is_translated(self, host, staff, tasks):
        task_id = add_task(tasks)
        tasks.execute("UPDATE tasks SET created_at = '2026-07-01T12:00:00Z'")
        assert "2026-07-01 12:00:00" in read_text(staff.get(host.desk_url()))
        form = read_form(staff.get(host.desk_url(f"{task_id}/edit")))
        assert form.fields["status"] == "PENDING"
