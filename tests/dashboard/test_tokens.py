"""A form without its token changes nothing, and nothing typed is lost."""

import pytest

from dashboard.app import create_app
from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import sign_in
from tests.factories import add_task, read_task


def count(cursor):
    cursor.execute("SELECT count(*) FROM tasks")
    return cursor.fetchone()[0]


def test_an_edit_without_a_valid_token_is_shown_again(client, cursor):
    task_id = add_task(cursor, result="[1]")
    before = read_task(cursor, task_id)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    for token in ("", "forged", "IjEi.x.y", "é\x00"):
        page = form.send(client, csrf_token=token, filename="typed.jpg", result="{broken")
        assert page.status_code == 400
        assert "Nothing was saved" in read_text(page)
        again = read_form(page)
        assert (again.fields["filename"], again.fields["result"]) == ("typed.jpg", "{broken")
    assert read_task(cursor, task_id) == before
    assert again.send(client, result="[2]").status_code == 303
    assert read_task(cursor, task_id)["filename"] == "typed.jpg"


def test_a_token_of_another_session_is_refused(app, client, cursor):
    task_id = add_task(cursor)
    before = read_task(cursor, task_id)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    assert form.send(sign_in(app), filename="typed.jpg").status_code == 400
    assert read_task(cursor, task_id) == before


def test_a_new_task_without_a_token_is_shown_again(client, cursor):
    form = read_form(client.get("/admin/tasks/new"))
    page = form.send(client, csrf_token="", filename="typed.jpg")
    assert page.status_code == 400
    assert read_form(page).fields["filename"] == "typed.jpg"
    assert count(cursor) == 0


def test_a_deletion_without_a_token_is_refused(client, cursor):
    task_id = add_task(cursor)
    page = read_form(client.get(f"/admin/tasks/{task_id}/delete")).send(client, csrf_token="")
    assert page.status_code == 400
    assert count(cursor) == 1


def test_a_choice_without_a_token_is_shown_again(client, cursor):
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    cursor.execute("UPDATE tasks SET filename = 'theirs.jpg'")
    conflict = read_form(form.send(client, filename="yours.jpg"))
    page = conflict.send(client, csrf_token="", choice_filename="yours")
    assert page.status_code == 400
    assert read_form(page).fields["choice_filename"] == "yours"
    assert read_task(cursor, task_id)["filename"] == "theirs.jpg"


@pytest.mark.parametrize("page", ["new", "edit", "delete", "conflict", "damaged"])
def test_a_form_of_another_site_is_refused_and_not_filled_in(client, cursor, page):
    task_id = add_task(cursor)
    path = "new" if page == "new" else f"{task_id}/{'delete' if page == 'delete' else 'edit'}"
    form = read_form(client.get(f"/admin/tasks/{path}"))
    fields = form.fields | {"csrf_token": "forged", "filename": "planted.jpg"}
    if page == "conflict":
        fields |= {"theirs": fields["base"], "yours": fields["base"], "choice_filename": "yours"}
    if page == "damaged":
        fields["base"] = "[]"
    answer = client.post(form.action, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "another site" in read_text(answer)
    assert b"planted.jpg" not in answer.data
    assert not [one for one in read_page(answer).forms if one.method == "post"]
    assert count(cursor) == 1


def test_a_form_of_ours_passes_whatever_the_browser_calls_the_way_it_came(client):
    form = read_form(client.get("/admin/tasks/new"))
    fields = form.fields | {"filename": "typed.jpg"}
    answer = client.post(form.action, data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 303


def test_a_token_lives_as_long_as_its_session(settings):
    assert create_app(settings).config["WTF_CSRF_TIME_LIMIT"] is None


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(anonymous):
    cookie = anonymous.get("/admin/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_pages_that_change_nothing_need_no_cookie(client):
    assert "Set-Cookie" not in client.get("/admin/tasks/").headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://sibling.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_elsewhere_is_not_shown_again_ready_to_be_sent(client, cursor, headers):
    task_id = add_task(cursor)
    data = {"csrf_token": "forged", "filename": "theirs.jpg"}
    page = client.post(f"/admin/tasks/{task_id}/edit", data=data, headers=headers)
    assert page.status_code == 403
    assert "theirs.jpg" not in page.get_data(as_text=True)


def test_a_form_of_ours_with_its_origin_is_shown_again(client, cursor):
    task_id = add_task(cursor)
    form = read_form(client.get(f"/admin/tasks/{task_id}/edit"))
    data = {**form.fields, "csrf_token": "expired", "filename": "mine.jpg"}
    page = client.post(form.action, data=data, headers={"Origin": "http://localhost"})
    assert read_form(page).fields["filename"] == "mine.jpg"
