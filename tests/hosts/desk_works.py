"""The desk as staff of a host use it."""

from tests.dashboard.bulk.orders import find_form
from tests.dashboard.forms import read_form, read_page, read_text
from tests.factories import add_task, read_task


def find_links(page):
    return {
        values[name]
        for _tag, values in read_page(page).tags
        for name in ("href", "src", "action")
        if values.get(name, "").startswith("/")
    }


class DeskWorks:
    CREATED = "The task is created"
    SAVED = "Saved: status, filename."
    WOULD_CHANGE, CHANGED = "Delete: 4 tasks would change", "3 tasks changed"

    def pages(self, host, task_id):
        of_it = (f"{task_id}/", f"{task_id}/edit", f"{task_id}/delete")
        paths = ("", "overview/", "new", *of_it, "history/", "api-keys/", "api-keys/new")
        return [host.desk_url(path) for path in paths]

    def test_the_list_stands_in_the_hosts_own_admin(self, host, staff, tasks):
        add_task(tasks, "cat.jpg")
        page = staff.get(host.desk_url())
        assert page.status_code == 200
        text = read_text(page)
        assert "cat.jpg" in text
        assert "Acme" in text
        items = [
            v["href"] for _, v in read_page(page).tags if "dropdown-item" in v.get("class", "")
        ]
        ours = [item for item in items if item.startswith(host.desk_url())]
        assert ours == [host.desk_url(path) for path in ("overview/", "", "history/", "api-keys/")]

    def test_a_task_is_created_and_edited(self, host, staff, tasks):
        form = read_form(staff.get(host.desk_url("new")))
        created = form.send(staff, filename="new.jpg")
        assert created.status_code == 303
        page = staff.get(created.location)
        assert self.CREATED in read_text(page)
        task_id = page.request.path.rstrip("/").rpartition("/")[2]
        edit = read_form(staff.get(host.desk_url(f"{task_id}/edit")))
        saved = edit.send(staff, filename="edited.jpg", status="PROCESSING")
        assert saved.status_code == 303
        assert self.SAVED in read_text(staff.get(saved.location))
        assert read_task(tasks, task_id)["filename"] == "edited.jpg"

    def test_a_conflict_is_shown_and_settled(self, host, staff, tasks):
        task_id = add_task(tasks, "base.jpg")
        edit = read_form(staff.get(host.desk_url(f"{task_id}/edit")))
        tasks.execute("UPDATE tasks SET filename = 'theirs.jpg'")
        page = edit.send(staff, filename="yours.jpg")
        assert page.status_code == 409
        assert "theirs.jpg" in read_text(page)
        assert read_form(page).send(staff, choice_filename="yours").status_code == 303
        assert read_task(tasks, task_id)["filename"] == "yours.jpg"

    def test_ticked_tasks_are_deleted_and_what_changed_is_kept(self, host, staff, tasks):
        kept = add_task(tasks, "kept.jpg")
        for number in range(3):
            add_task(tasks, f"{number}.jpg")
        ordered = find_form(staff.get(host.desk_url()), "bulk/prepare")
        ticks = {"ticked": ordered.options["ticked"], "action": "delete", "scope": "ticked"}
        url = staff.post(ordered.action, data={**ordered.fields, **ticks}).location
        page = staff.get(url)
        assert self.WOULD_CHANGE in read_text(page)
        tasks.execute("UPDATE tasks SET result = '1' WHERE id = %s", (str(kept),))
        find_form(page, "/start").send(staff)
        find_form(staff.get(url), "/continue").send(staff)
        report = staff.get(url)
        assert self.CHANGED in read_text(report)
        assert host.desk_url(f"{kept}/") in find_links(report)
        tasks.execute("SELECT filename FROM tasks")
        assert tasks.fetchall() == [("kept.jpg",)]

    def test_whoever_is_not_signed_in_sees_and_changes_nothing(self, host, tasks):
        task_id = add_task(tasks, "secret.jpg")
        visitor = host.client()
        for url in [*self.pages(host, task_id), host.desk_url("bulk/prepare")]:
            for page in (visitor.get(url), visitor.post(url, data={"confirmed": "yes"})):
                assert "secret.jpg" not in page.get_data(as_text=True)
                if page.status_code == 302 and host.login:
                    assert page.location.startswith(host.url(host.login)), url
                else:
                    # 400: a host's own CSRFProtect was asked before us.
                    assert page.status_code in (400, 403, 405), url
            assert visitor.get(url).status_code == (302 if host.login else 403), url
        assert read_task(tasks, task_id)["version"] == 1

    def test_a_form_without_its_token_changes_nothing(self, host, staff, tasks):
        task_id = add_task(tasks)
        for path, fields in ((f"{task_id}/edit", {"filename": "x"}), (f"{task_id}/delete", {})):
            form = read_form(staff.get(host.desk_url(path)))
            (token,) = [name for name in form.fields if "token" in name]
            assert form.send(staff, **{token: "forged"}, **fields).status_code == 400
        assert read_task(tasks, task_id)["version"] == 1

    def test_no_link_form_or_file_leaves_the_hosts_prefix(self, host, staff, tasks):
        task_id = add_task(tasks)
        links = set()
        for url in self.pages(host, task_id):
            page = staff.get(url)
            assert page.status_code == 200, url
            links |= find_links(page)
        assert any(link.startswith(host.desk_url("static/desk.css")) for link in links)
        assert [link for link in links if not link.startswith(f"{host.prefix}/")] == []
        for link in links - {host.desk_url("bulk/prepare")}:
            with staff.get(link, follow_redirects=True) as answer:
                assert answer.status_code == 200, link
