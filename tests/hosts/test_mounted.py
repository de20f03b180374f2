"""A host below a URL prefix: whichever way it learns of it, no address of ours forgets it."""

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from tests.dashboard.forms import read_page
from tests.hosts.contract import HostContract
from tests.hosts.host import Host, format_url, two_databases
from tests.hosts.mounted_host import create_app, db

PREFIX = "/intranet"
NOTHING = Response("The proxy knows nothing of this", 502)


def sign_in(client):
    assert client.post(f"{PREFIX}/login", data={"user": "ana"}).status_code == 200


def put_behind_proxy(app):
    """A proxy that cuts the prefix off and tells it in a header, which the app trusts."""
    inner = ProxyFix(app, x_prefix=1)

    def proxy(environ, start_response):
        path = environ["PATH_INFO"]
        if not path.startswith(f"{PREFIX}/"):
            return NOTHING(environ, start_response)
        passed_on = {**environ, "PATH_INFO": path.removeprefix(PREFIX)}
        return inner({**passed_on, "HTTP_X_FORWARDED_PREFIX": PREFIX}, start_response)

    return proxy


def put_into_another_app(app):
    return DispatcherMiddleware(NOTHING, {PREFIX: app})


@pytest.fixture(scope="module", params=[put_behind_proxy, put_into_another_app])
def made(request, databases, template):
    with two_databases(databases, template) as (own, tasks):
        app = create_app(format_url(own), tasks)
        with app.app_context():
            db.create_all()
            engine = db.engine
        yield Host(
            app,
            own,
            engine,
            tasks,
            sign_in,
            login="/login",
            prefix=PREFIX,
            public=request.param(app),
        )


class TestMountedHost(HostContract):
    def test_a_request_past_the_proxy_does_not_spoil_the_menu_for_others(self, host, staff):
        direct = host.app.test_client()
        direct.post("/login", data={"user": "monitor"})
        for client, prefix in ((direct, ""), (staff, PREFIX), (direct, "")):
            page = read_page(client.get(f"{prefix}/admin/tasks/"))
            items = [v["href"] for _, v in page.tags if "dropdown-item" in v.get("class", "")]
            ours = ("overview/", "", "history/", "api-keys/")
            assert items == [f"{prefix}/admin/tasks/{path}" for path in ours]
