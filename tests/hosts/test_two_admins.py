"""Two Flask-Admins in one app: the desk stands in the second, and the first knows nothing of it."""

import pytest

from tests.dashboard.forms import read_page, read_text
from tests.hosts.contract import HostContract
from tests.hosts.host import Host, format_url, two_databases
from tests.hosts.two_admins_host import create_app, db


def sign_in(client):
    assert client.post("/login", data={"user": "operator"}).status_code == 302


@pytest.fixture(scope="module")
def made(databases, template):
    with two_databases(databases, template) as (own, tasks):
        app = create_app(format_url(own), tasks)
        with app.app_context():
            db.create_all()
            engine = db.engine
        yield Host(app, own, engine, tasks, sign_in, desk_admin="/operations")


class TestTwoAdminsHost(HostContract):
    def test_the_first_admin_offers_no_tasks(self, host, staff):
        page = staff.get(host.url("/admin/customer/"))
        assert "Acme Sales" in read_text(page)
        assert "Tasks" not in read_text(page)
        assert staff.get(host.url("/admin/tasks/")).status_code == 404

    def test_our_pages_have_the_look_of_the_second(self, host, staff):
        page = staff.get(host.desk_url())
        assert "Acme Operations" in read_text(page)
        sheets = [v["href"] for tag, v in read_page(page).tags if v.get("rel") == "stylesheet"]
        assert any("darkly" in sheet for sheet in sheets)
