"""Plain SQLAlchemy, an index and categories of the host's; the tasks in a schema beside."""

import pytest

from tests.hosts.contract import HostContract
from tests.hosts.host import Host, format_url
from tests.hosts.plain_sqlalchemy_host import Model, create_app
from vision_tasks.upgrade import upgrade_to_head


def sign_in(client):
    assert client.post("/login", data={"user": "ana"}).status_code == 302


@pytest.fixture(scope="module")
def made(databases):
    with databases.create() as own:
        app = create_app(format_url(own))
        engine = app.extensions["acme"]["engine"]
        Model.metadata.create_all(engine)
        tasks = own.model_copy(update={"POSTGRES_SCHEMA": "task_desk"})
        upgrade_to_head(tasks, beside_a_host=True)
        yield Host(app=app, own=own, engine=engine, tasks=tasks, sign_in=sign_in)


class TestPlainSqlalchemyHost(HostContract):
    def test_its_index_stays_the_index(self, host, staff):
        assert staff.get(host.url("/admin/")).get_data(as_text=True).endswith("of ana")
