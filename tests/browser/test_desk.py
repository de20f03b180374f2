"""A person at the desk: finding, editing, meeting a conflict, on a wide and a narrow screen."""

import json

from playwright.sync_api import Page, expect

from tests.browser.widths import get_width
from tests.factories import add_task, read_task
from vision_tasks.lifecycle import TaskStatus

RESULT = json.dumps({"boxes": [[n, n * 2] for n in range(30)], "label": "Straße 漢字\r\n"})


def test_a_task_is_found_edited_and_a_conflict_settled(page: Page, cursor):
    for number in range(30):
        add_task(cursor, f"other-{number}.jpg")
    task_id = add_task(cursor, "cat.jpg", status=TaskStatus.PROCESSING, result=RESULT)
    page.goto("/")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    page.get_by_role("link", name="PROCESSING").click()
    page.get_by_label("Filename or id").fill("cat")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="cat.jpg", exact=True).click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Status").select_option("COMPLETED")
    page.get_by_label("Filename").fill("mine.jpg")
    cursor.execute("""UPDATE tasks SET filename = 'theirs.jpg', result = '["theirs"]'""")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    expect(page.get_by_role("group", name="Status").get_by_label("Yours")).to_be_checked()
    expect(page.get_by_role("group", name="Result").get_by_label("Theirs")).to_be_checked()
    save = page.get_by_role("button", name="Save what I chose")
    save.click()  # the browser itself asks for the choice that is missing
    expect(page.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    page.get_by_role("group", name="Filename").get_by_label("Yours").check()
    save.click()

    expect(page.get_by_text("Saved: status, filename.")).to_be_visible()
    row = read_task(cursor, task_id)
    assert (row["status"], row["filename"], row["result"]) == (
        "COMPLETED",
        "mine.jpg",
        '["theirs"]',
    )
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_label("Filename or id")).to_have_value("cat")


def test_saving_untouched_tasks_changes_nothing(page: Page, cursor):
    for filename, result in (
        ("plain.jpg", RESULT),
        (" spaces  ", None),
        ("a\r\nb\x0bc\x01.jpg", "null"),
        ('"><b>&amp;', '"\\n</textarea>"'),
        ("old\u202egpj", '""'),
    ):
        task_id = add_task(cursor, filename, result=result)
        before = read_task(cursor, task_id)
        page.goto(f"/admin/tasks/{task_id}/edit")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("nothing was written")).to_be_visible()
        assert read_task(cursor, task_id) == before


def test_coming_back_to_a_form_brings_no_old_choice_back(page: Page, cursor):
    task_id = add_task(cursor)
    page.goto(f"/admin/tasks/{task_id}/edit")
    page.get_by_label("Status").select_option("PROCESSING")
    page.get_by_label("Status").select_option("PENDING")
    page.get_by_label("Filename").fill("typed.jpg")
    page.goto("/admin/tasks/")
    cursor.execute("UPDATE tasks SET status = 'PROCESSING'")
    before = read_task(cursor, task_id)
    page.go_back()
    expect(page.get_by_label("Status")).to_have_value("PROCESSING")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("nothing was written")).to_be_visible()
    assert read_task(cursor, task_id) == before


def test_every_page_fits_a_phone(page: Page, cursor):
    page.set_viewport_size({"width": 360, "height": 740})
    task_id = add_task(cursor, "x" * 255, result=json.dumps({"k" * 300: ["y" * 500]}))
    for url in ("", "tasks/", "tasks/?search=xxx&status=PENDING", "tasks/new"):
        page.goto(f"/admin/{url}")
        assert get_width(page) <= 360, url
    for url in ("", "delete", "edit"):
        page.goto(f"/admin/tasks/{task_id}/{url}")
        assert get_width(page) <= 360, url
    page.get_by_label("Result").fill('["z"]')
    cursor.execute("""UPDATE tasks SET result = '"theirs"'""")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Changed meanwhile")).to_be_visible()
    assert get_width(page) <= 360


def test_markup_in_a_filename_runs_nowhere(page: Page, cursor):
    page.on("dialog", lambda dialog: dialog.dismiss())
    task_id = add_task(cursor, "<script>document.title='owned'</script>")
    add_task(cursor, """"><img src=x onerror="document.title='owned'">""")
    for url in ("", "tasks/", f"tasks/{task_id}/", f"tasks/{task_id}/edit"):
        page.goto(f"/admin/{url}")
        assert page.title() != "owned"
