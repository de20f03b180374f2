"""The host beside the desk: its views, its pages, its session and its database are as before."""

from itertools import chain

from dashboard.pages import HEADERS
from tests.dashboard.forms import read_form, read_page, read_text
from tests.factories import add_task
from tests.hosts.host import BROKEN, HOME, NOT_FOUND

TABLES = """
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"""


def count(cursor, table):
    cursor.execute(f"SELECT count(*) FROM {table}")
    return cursor.fetchone()[0]


def use_the_desk(host, staff, tasks):
    """Look at everything, save once, delete once; returns the answers."""
    task_id = add_task(tasks)
    answers = [staff.get(host.desk_url(path)) for path in ("", "overview/", f"{task_id}/", "x/")]
    for path, changes in ((f"{task_id}/edit", {"filename": "new.jpg"}), (f"{task_id}/delete", {})):
        form = staff.get(host.desk_url(path))
        answers += [form, read_form(form).send(staff, **changes)]
    return answers


class HostStaysItself:
    def test_its_own_view_lists_and_creates(self, host, staff, own):
        assert "Berta" in read_text(staff.get(host.url(f"{host.admin}/customer/")))
        form = read_form(staff.get(host.url(f"{host.admin}/customer/new/")))
        assert form.send(staff, name="Cäsar").status_code == 302
        own.execute("SELECT name FROM customers ORDER BY id")
        assert own.fetchall() == [("Berta",), ("Cäsar",)]

    def test_its_own_pages_look_as_they_did(self, host, staff):
        home = staff.get(host.url("/"))
        assert HOME in home.get_data(as_text=True)
        assert [name for name in HEADERS if name in home.headers] == []

    def test_the_icon_of_a_tab_is_its_own_on_our_pages_too(self, host, staff):
        tags = read_page(staff.get(host.desk_url())).tags
        assert not [values for _, values in tags if values.get("rel") == "icon"]

    def test_its_error_pages_are_its_own(self, host, staff):
        for path in ("/nowhere", f"{host.admin}/nowhere", f"{host.desk_admin}/tasks/a/b/c"):
            page = staff.get(host.url(path))
            assert (page.status_code, page.get_data(as_text=True)) == (404, NOT_FOUND), path
        page = staff.get(host.url("/broken"))
        assert (page.status_code, page.get_data(as_text=True)) == (500, BROKEN)

    def test_its_session_keeps_what_it_holds(self, host, staff, tasks):
        staff.get(host.url("/cart?add=apple"))
        before = staff.get(host.url("/cart")).get_json()
        use_the_desk(host, staff, tasks)
        after = staff.get(host.url("/cart")).get_json()
        assert after["cart"] == before["cart"] == ["apple"]
        # The second is Flask's own and is shown on the next page.
        assert set(after["keys"]) - set(before["keys"]) <= {"csrf_token", "_flashes"}

    def test_a_row_it_has_begun_is_neither_committed_nor_rolled_back(self, host, staff, tasks, own):
        for answer in use_the_desk(host, staff, tasks):
            assert answer.headers["X-Acme-Visit"] == "pending"
        assert count(own, "visits") == 0

    def test_no_table_or_row_of_its_own_is_touched(self, host, staff, tasks, own):
        own.execute(TABLES)
        before = own.fetchall()
        use_the_desk(host, staff, tasks)
        own.execute(TABLES)
        assert own.fetchall() == before
        assert not {"tasks", "taskstatus"} & set(chain(*before))
        own.execute("SELECT name FROM customers")
        assert own.fetchall() == [("Berta",)]

    def test_nothing_of_ours_runs_on_its_requests(self, host):
        app = host.app
        assert app.extensions["vision_tasks"].engine is not host.engine
        hooks = chain(
            *app.before_request_funcs.values(),
            *app.after_request_funcs.values(),
            *app.teardown_request_funcs.values(),
            app.teardown_appcontext_funcs,
            *app.template_context_processors.values(),
        )
        handlers = chain(
            *(
                by_kind.values()
                for codes in app.error_handler_spec.values()
                for by_kind in codes.values()
            )
        )
        ours = [one for one in chain(hooks, handlers) if one.__module__.startswith("dashboard")]
        assert ours == []

    def test_its_command_line_has_one_group_more(self, host):
        ours = [name for name in host.app.cli.commands if "task" in name]
        assert ours == ["vision-tasks"]
