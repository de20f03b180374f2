"""The file of a task on its page, where the settings say where files are."""

import pytest

from dashboard import create_app
from tests.dashboard.forms import read_page, read_text
from tests.dashboard.people import sign_in
from tests.factories import add_task

TEMPLATE = "https://files.example:8443/data/{path}?v=1"


@pytest.fixture
def open_details(settings, cursor):
    """Open the page of a task of that name, in a desk with pictures."""
    app = create_app(settings.model_copy(update={"FILE_URL_TEMPLATE": TEMPLATE}))
    client = sign_in(app)
    yield lambda filename: client.get(f"/admin/tasks/{add_task(cursor, filename)}/")
    app.extensions["vision_tasks"].engine.dispose()


def list_tags(page, name):
    return [values for tag, values in read_page(page).tags if tag == name]


def list_pictures(page):
    """List the pictures of a page, without what only adorns it."""
    return [image for image in list_tags(page, "img") if image["alt"]]


def read_sources(page):
    """Read from where the policy of a page lets pictures come."""
    policy = page.headers["Content-Security-Policy"]
    (sources,) = [part for part in policy.split(";") if part.strip().startswith("img-src")]
    return sources.split()[1:]


@pytest.mark.parametrize("filename", ["cam 1/cat.JPG", "a.jpeg", "x.png", "x.webp", "x.svg"])
def test_a_picture_is_shown_and_its_file_a_click_away(open_details, filename):
    page = open_details(filename)
    url = TEMPLATE.replace("{path}", filename.replace(" ", "%20"))
    (image,) = list_pictures(page)
    assert image == {
        "src": url,
        "alt": filename,
        "loading": "lazy",
        "decoding": "async",
        "referrerpolicy": "no-referrer",
    }
    links = [link for link in list_tags(page, "a") if link["href"] == url]
    assert len(links) == 2
    assert all((a["target"], a["rel"]) == ("_blank", "noopener noreferrer") for a in links)


@pytest.mark.parametrize("filename", ["scan.tif", "report.pdf", "jpg", "cat.jpg.exe"])
def test_of_another_file_there_is_a_link(open_details, filename):
    page = open_details(filename)
    assert list_pictures(page) == []
    assert TEMPLATE.replace("{path}", filename) in [link["href"] for link in list_tags(page, "a")]
    assert "Open the file" in read_text(page)


def test_a_filename_that_could_lead_elsewhere_is_no_address(open_details):
    page = open_details("../../secret.png")
    assert list_pictures(page) == []
    assert "files.example" not in page.get_data(as_text=True)
    assert "this filename could lead elsewhere" in read_text(page)


def test_a_filename_with_markup_stays_in_its_attribute(open_details):
    page = open_details('"><script>alert(1)</script>.png')
    assert "<script>alert" not in page.get_data(as_text=True)
    (image,) = list_pictures(page)
    assert image["alt"] == '"><script>alert(1)</script>.png'


def test_pictures_may_come_from_there_and_from_nowhere_else(open_details, client, cursor):
    page = open_details("cat.png")
    assert read_sources(page) == ["'self'", "data:", "https://files.example:8443"]
    without = client.get(f"/admin/tasks/{add_task(cursor, 'cat.png')}/")
    assert read_sources(without) == ["'self'", "data:"]
    assert list_pictures(without) == []
    assert "could lead elsewhere" not in read_text(without)
