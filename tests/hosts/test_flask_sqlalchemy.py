"""Flask-SQLAlchemy 3, Flask-Migrate, Flask-Login and CSRFProtect; the tasks in a schema beside."""

import pytest

from tests.dashboard.forms import read_text
from tests.hosts.contract import HostContract
from tests.hosts.flask_sqlalchemy_host import create_app, db
from tests.hosts.host import Host, format_url
from vision_tasks.upgrade import upgrade_to_head


def sign_in(client):
    assert client.post("/login", data={"email": "ana@acme.example"}).status_code == 302


@pytest.fixture(scope="module")
def made(databases):
    with databases.create() as own, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOST_DATABASE_URL", format_url(own))
        app = create_app()
        tasks = app.extensions["vision_tasks"].settings
        upgrade_to_head(tasks, beside_a_host=True)
        with app.app_context():
            db.create_all()
            engine = db.engine
        yield Host(
            app=app,
            own=own,
            engine=engine,
            tasks=own.model_copy(update={"POSTGRES_SCHEMA": tasks.POSTGRES_SCHEMA}),
            sign_in=sign_in,
            login="/login",
        )


class TestFlaskSqlalchemyHost(HostContract):
    def test_whoever_is_signed_in_but_no_staff_gets_our_page(self, host):
        client = host.client()
        client.post("/login", data={"email": "eve@elsewhere.example"})
        page = client.get(host.desk_url())
        assert page.status_code == 403
        assert "may not see tasks" in read_text(page)

    def test_the_login_is_told_where_to_come_back_to(self, host):
        answer = host.client().get(host.desk_url("new"))
        assert answer.location == "/login?next=%2Fadmin%2Ftasks%2Fnew"
