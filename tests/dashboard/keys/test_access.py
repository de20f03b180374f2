"""Who may manage keys, at the desk on its own and in a host."""

import pytest

from dashboard import Access, Action, EveryoneAllowed
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.host import host_with
from tests.histories import read_history

PATHS = ("", "new", "ingest-1/rotate", "ingest-1/revoke")


class Only(Access):
    def __init__(self, *actions):
        self.actions = actions

    def allows(self, action):
        return action in self.actions

    def get_actor(self):
        return "ana"


def find_links(page):
    return [values.get("href") for _, values in read_page(page).tags]


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("who", ["editor", "viewer"])
def test_only_an_admin_may_see_and_change_keys(who, request, cursor):
    client = request.getfixturevalue(who)
    cursor.execute("SELECT * FROM api_keys")
    before = cursor.fetchall()
    for path in PATHS:
        for page in (client.get(f"/admin/api-keys/{path}"), client.post(f"/admin/api-keys/{path}")):
            assert page.status_code in (403, 405)
            assert "ingest-1" not in page.get_data(as_text=True)
    cursor.execute("SELECT * FROM api_keys")
    assert cursor.fetchall() == before
    assert "/admin/api-keys/" not in find_links(client.get("/admin/tasks/"))


def test_whoever_is_not_signed_in_is_asked_to_do_so(anonymous):
    answer = anonymous.get("/admin/api-keys/")
    assert answer.status_code == 303
    assert answer.location.startswith("/admin/login")


def test_an_admin_finds_the_keys_in_the_menu(client):
    assert "/admin/api-keys/" in find_links(client.get("/admin/tasks/"))


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("actions", [(Action.SEE,), (Action.KEYS,), (Action.SEE, Action.STAFF), ()])
def test_a_host_decides_who_may_manage_keys(settings, actions):
    with host_with(settings, access=Only(*actions)) as client:
        for path in PATHS:
            page = client.get(f"/admin/tasks/api-keys/{path}")
            assert page.status_code == 403
            assert "ingest-1" not in page.get_data(as_text=True)
        assert "/admin/tasks/api-keys/" not in find_links(client.get("/admin/"))
        page = client.get("/admin/tasks/api-keys/")
        assert ("manage keys" in read_text(page)) == (Action.SEE in actions)


def test_keys_are_made_rotated_and_revoked_in_a_host(settings, cursor):
    with host_with(settings, access=Only(Action.SEE, Action.KEYS)) as client:
        home = "/admin/tasks/api-keys/"
        assert home in find_links(client.get("/admin/tasks/"))
        made = read_form(client.get(f"{home}new")).send(client, name="ingest-1")
        assert "vt_" in read_text(made)
        for deed in ("rotate", "revoke"):
            form = read_form(client.get(f"{home}ingest-1/{deed}"))
            assert form.send(client).status_code in (200, 303)
        assert "ingest-1" in read_text(client.get(home))
    history = read_history(cursor)
    assert [entry.action for entry in history] == ["key made", "key rotated", "key revoked"]
    assert {entry.actor for entry in history} == {"staff:ana"}


def test_the_keys_live_below_the_desk_wherever_a_host_puts_it(settings):
    with host_with(settings, access=EveryoneAllowed(), url="acme/desk") as client:
        assert client.get("/admin/acme/desk/api-keys/").status_code == 200
