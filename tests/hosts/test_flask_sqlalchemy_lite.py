"""Flask-SQLAlchemy-Lite, a proxy that signs people in, roles; the tasks in their own database."""

import pytest

from tests.dashboard.forms import read_page
from tests.hosts.contract import HostContract
from tests.hosts.flask_sqlalchemy_lite_host import Model, create_app, db
from tests.hosts.host import Host, format_url, two_databases


class ByProxy:
    """Sends the header that the company's proxy would add."""

    def __init__(self, name):
        self.name = name

    def __call__(self, client):
        client.environ["HTTP_X_REMOTE_USER"] = self.name


@pytest.fixture(scope="module")
def made(databases, template):
    with two_databases(databases, template) as (own, tasks):
        app = create_app(format_url(own), tasks)
        with app.app_context():
            engine = db.engine
        Model.metadata.create_all(engine)
        yield Host(app=app, own=own, engine=engine, tasks=tasks, sign_in=ByProxy("ana"))


class TestFlaskSqlalchemyLiteHost(HostContract):
    def test_a_role_that_may_only_look_finds_nothing_to_press(self, host):
        guest = host.client()
        ByProxy("ben")(guest)
        page = guest.get(host.desk_url())
        assert page.status_code == 200
        assert not [form for form in read_page(page).forms if form.method == "post"]
        assert guest.get(host.desk_url("new")).status_code == 403
