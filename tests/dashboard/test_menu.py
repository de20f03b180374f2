"""Where the desk stands in the menu: in one category of a host's, flat in its own app."""

from dashboard import Access, EveryoneAllowed
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.host import host_with


def categories(page):
    return [v for tag, v in read_page(page).tags if "dropdown-toggle" in v.get("class", "")]


def items(page):
    return [v["href"] for _, v in read_page(page).tags if "dropdown-item" in v.get("class", "")]


def test_a_host_shows_all_our_pages_in_one_category(settings):
    with host_with(settings, access=EveryoneAllowed()) as client:
        for url in ("/admin/", "/admin/tasks/"):
            page = client.get(url)
            assert len(categories(page)) == 1
            ours = ("overview/", "", "history/", "api-keys/")
            assert items(page) == [f"/admin/tasks/{path}" for path in ours]


def test_a_host_may_name_the_category(settings):
    with host_with(settings, access=EveryoneAllowed(), category="Pipeline") as client:
        assert "Home Pipeline Overview Tasks" in read_text(client.get("/admin/"))


def test_whoever_may_not_see_the_tasks_sees_no_category(settings):
    with host_with(settings, access=Access(), category="Pipeline") as client:
        page = client.get("/admin/")
        assert categories(page) == []
        assert "Pipeline" not in page.get_data(as_text=True)


def test_our_own_app_has_a_flat_menu(client):
    page = client.get("/admin/tasks/")
    assert categories(page) == []
    links = [v["href"] for _, v in read_page(page).tags if "nav-link" in v.get("class", "")]
    ours = ("", "tasks/", "history/", "api-keys/", "staff/", "account/")
    assert links == [f"/admin/{path}" for path in ours]
