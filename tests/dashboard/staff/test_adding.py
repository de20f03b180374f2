"""Adding somebody on the staff page: once, with a password that is shown once."""

import pytest

from tests.dashboard.forms import read_form, read_page, read_text
from tests.dashboard.people import add_person
from tests.histories import read_history
from vision_tasks.passwords import is_password

NEW = "/admin/staff/new"
EMAIL = "ana@example.org"
PASSWORD = "seven quiet herons"


def read_person(cursor, email=EMAIL):
    cursor.execute("SELECT role, password_hash FROM staff WHERE email = %s", (email,))
    return cursor.fetchone()


def read_shown_password(page):
    (tag,) = [attributes for tag, attributes in read_page(page).tags if tag == "code"]
    assert tag == {}
    return page.get_data(as_text=True).split("<code>")[1].split("</code>")[0]


def test_a_password_is_made_and_shown_once(client, cursor):
    page = read_form(client.get(NEW)).send(client, email=" Ana@Example.org", role="editor")
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    password = read_shown_password(page)
    role, password_hash = read_person(cursor)
    assert role == "editor"
    assert is_password(password, password_hash)
    links = [values for tag, values in read_page(page).tags if tag == "a"]
    (onward,) = [link["href"] for link in links if "btn" in link.get("class", "")]
    for url in (onward, "/admin/staff/"):
        following = client.get(url)
        assert following.status_code == 200
        assert password not in following.get_data(as_text=True)


def test_a_typed_password_is_taken_and_never_shown(client, cursor):
    form = read_form(client.get(NEW))
    answer = form.send(client, email=EMAIL, how="typed", password=PASSWORD)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert f"{EMAIL} is on the staff now, as viewer." in read_text(page)
    assert PASSWORD not in page.get_data(as_text=True)
    assert is_password(PASSWORD, read_person(cursor)[1])


def test_sent_twice_it_adds_one_person_and_shows_no_password_again(client, cursor):
    form = read_form(client.get(NEW))
    password = read_shown_password(form.send(client, email=EMAIL))
    again = form.send(client, email=EMAIL)
    assert again.status_code == 303
    page = client.get(again.location)
    assert f"{EMAIL} was added once" in read_text(page)
    assert password not in page.get_data(as_text=True)
    assert is_password(password, read_person(cursor)[1])
    assert [row.action for row in read_history(cursor)] == ["staff added"]


def test_an_address_that_is_taken_is_said_at_its_field(client, cursor):
    add_person(cursor, "viewer", email=EMAIL)
    page = read_form(client.get(NEW)).send(client, email="ANA@example.org", role="admin")
    assert page.status_code == 400
    assert "ana@example.org is on the staff already" in read_text(page)
    assert read_person(cursor)[0] == "viewer"


def test_a_form_used_for_one_person_adds_no_second_one_in_their_place(client, cursor):
    form = read_form(client.get(NEW))
    form.send(client, email=EMAIL)
    page = form.send(client, email="ben@example.org")
    assert page.status_code == 400
    assert read_person(cursor, "ben@example.org") is None
    assert read_form(page).send(client).status_code == 200
    assert read_person(cursor, "ben@example.org") is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": ""}, "email must be one address"),
        ({"email": "ana@b\x00"}, "email must not hold U+0000"),
        ({"email": "<script>alert(1)</script>@b"}, "email must be one address"),
        ({"email": f"{'a' * 900_000}@b"}, "email must have at most 255"),
        ({"role": "root"}, "role must be one of"),
        ({"how": "typed"}, "password must have at least 12"),
        ({"how": "typed", "password": "x" * 1_000_000}, "password must have at most 128"),
        ({"how": "typed", "password": EMAIL}, "password must not be the email address"),
        ({"how": "\x00"}, "password must have at least 12"),
    ],
)
def test_what_will_not_do_is_said_at_its_field(client, cursor, changes, words):
    page = read_form(client.get(NEW)).send(client, **{"email": EMAIL, **changes})
    assert page.status_code == 400
    assert words in read_text(page)
    assert "<script>alert" not in page.get_data(as_text=True)
    cursor.execute("SELECT count(*) FROM staff")
    assert cursor.fetchone() == (1,)


def test_a_refused_form_keeps_what_was_typed_but_the_password(client):
    form = read_form(client.get(NEW))
    page = form.send(client, email="nobody", role="editor", how="typed", password=PASSWORD)
    again = read_form(page).fields
    assert (again["email"], again["role"], again["how"], again["password"]) == (
        "nobody", "editor", "typed", "",
    )  # fmt: skip
    assert PASSWORD not in page.get_data(as_text=True)


def test_a_form_without_its_token_adds_nobody(client, cursor):
    form = read_form(client.get(NEW))
    page = form.send(client, email=EMAIL, csrf_token="forged")
    assert page.status_code == 400
    assert read_form(page).fields["email"] == EMAIL
    assert read_person(cursor) is None


def test_a_form_of_another_site_adds_nobody(client, cursor):
    form = read_form(client.get(NEW))
    answer = client.post(
        NEW,
        data={**form.fields, "email": EMAIL, "csrf_token": ""},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert read_person(cursor) is None


def test_no_secret_is_in_the_history_and_the_admin_is(client, cursor):
    form = read_form(client.get(NEW))
    form.send(client, email=EMAIL, how="typed", password=PASSWORD)
    (row,) = read_history(cursor)
    assert (row.actor, row.action) == ("staff:admin@example.org", "staff added")
    assert row.after == '{"role": "viewer", "staff": "ana@example.org"}'


def test_where_there_is_no_single_sign_on_everybody_needs_a_password(client):
    assert read_form(client.get(NEW)).options["how"] == ["made", "typed"]
