"""A factory called many times in one process: each app works, with an engine of its own."""

import gc
import time

import pytest

from tests.factories import add_task
from tests.hosts.contract import HostContract
from tests.hosts.factory_host import create_app, db
from tests.hosts.host import Host, format_url, two_databases

APPS = 15
DEADLINE_SECONDS = 20
OUR_CONNECTIONS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND application_name LIKE 'vision-tasks-dashboard%'"""


def sign_in(client):
    assert client.post("/login", data={"user": "ana"}).status_code == 302


@pytest.fixture(scope="module")
def made(databases, template):
    with (
        two_databases(databases, template) as (own, tasks),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("DATABASE_URL", format_url(tasks))
        apps = [create_app(format_url(own)) for _ in range(3)]
        with apps[-1].app_context():
            db.create_all()
            engine = db.engine
        yield Host(app=apps[-1], own=own, engine=engine, tasks=tasks, sign_in=sign_in)


class TestFactoryHost(HostContract):
    @pytest.fixture
    def make(self, host):
        def make():
            app = create_app(format_url(host.own))
            client = app.test_client()
            sign_in(client)
            return app, client

        return make

    def test_each_app_has_an_engine_of_its_own_and_goes_on_working(self, make, tasks):
        add_task(tasks, "cat.jpg")
        made = [make() for _ in range(3)]
        engines = [app.extensions["vision_tasks"].engine for app, _ in made]
        assert len(set(map(id, engines))) == 3
        for _app, client in made:
            assert "cat.jpg" in client.get("/admin/tasks/").get_data(as_text=True)
        engines[0].dispose()
        assert made[1][1].get("/admin/tasks/").status_code == 200
        for engine in engines:
            engine.dispose()

    def test_apps_that_are_gone_hold_no_connection(self, host, make, tasks):
        host.app.extensions["vision_tasks"].engine.dispose()
        for _ in range(APPS):
            _app, client = make()
            assert client.get("/admin/tasks/").status_code == 200
        # The module's Admin holds on to the last one, as it is.
        kept, client = make()
        del _app
        gc.collect()
        deadline = time.monotonic() + DEADLINE_SECONDS
        while count(tasks) and time.monotonic() < deadline:
            gc.collect()
        assert count(tasks) == 0
        assert client.get("/admin/tasks/").status_code == 200
        kept.extensions["vision_tasks"].engine.dispose()


def count(cursor):
    cursor.execute(OUR_CONNECTIONS)
    return cursor.fetchone()[0]
