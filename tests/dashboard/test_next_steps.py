"""A page that explains why there is no other leads on."""

from dashboard import create_app
from tests.dashboard.forms import read_page
from tests.dashboard.people import use_session
from tests.servers import find_free_port


def list_links(page) -> list[str]:
    tags = read_page(page).tags
    return [
        values["href"] for tag, values in tags if tag == "a" and "btn" in values.get("class", "")
    ]


def test_what_may_be_over_soon_can_be_tried_again_as_it_was(databases):
    away = databases.settings_of("x", POSTGRES_SERVER="127.0.0.1", POSTGRES_PORT=find_free_port())
    page = use_session(create_app(away)).get("/admin/tasks/?search=a%26b&status=FAILED")
    assert page.status_code == 503
    assert list_links(page)[0] == "?search=a%26b&status=FAILED"


def test_from_what_is_not_there_one_gets_to_the_list(client):
    page = client.get("/admin/tasks/none/")
    assert page.status_code == 404
    assert list_links(page) == ["/admin/tasks/"]
