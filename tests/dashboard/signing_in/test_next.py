"""Where signing in leads: to a place on this site, whatever the address says."""

from urllib.parse import quote

import pytest

from tests.dashboard.forms import read_form
from tests.dashboard.people import PASSWORD, add_person
from tests.dashboard.signing_in.forms import EMAIL, LOGIN, send_sign_in


@pytest.fixture(autouse=True)
def _ana(cursor):
    add_person(cursor, email=EMAIL, password=PASSWORD)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "///evil.example",
        "http:evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "\x00//evil.example",
        "javascript:alert(1)",
        "admin/tasks/",
        "/é",
        "/" + "x" * 3_000,
        "",
    ],
)
def test_what_is_no_path_of_this_site_is_not_followed(anonymous, address):
    query = f"?next={quote(address)}"
    assert "next" not in read_form(anonymous.get(f"{LOGIN}{query}")).fields
    form = read_form(anonymous.get(LOGIN))
    form.fields["next"] = address
    assert form.send(anonymous, email=EMAIL, password=PASSWORD).location == "/admin/"


def test_a_wrong_password_does_not_lose_the_way(anonymous):
    page = send_sign_in(anonymous, password="wrong", query="?next=/admin/tasks/new")
    answer = read_form(page).send(anonymous, password=PASSWORD)
    assert answer.location == "/admin/tasks/new"


def test_the_way_is_an_address_below_this_host(anonymous):
    answer = anonymous.get("/admin/tasks/?search=Stra%C3%9Fe%20%26%20M%C3%BCll&page_size=50")
    assert answer.location.startswith(f"{LOGIN}?next=/admin/tasks/?search%3D")
    signed_in = read_form(anonymous.get(answer.location)).send(
        anonymous, email=EMAIL, password=PASSWORD
    )
    assert signed_in.location == "/admin/tasks/?search=Stra%C3%9Fe%20%26%20M%C3%BCll&page_size=50"


def test_a_form_leads_back_to_no_place_that_is_only_posted_to(anonymous):
    assert anonymous.post("/admin/tasks/bulk/prepare").location == LOGIN
