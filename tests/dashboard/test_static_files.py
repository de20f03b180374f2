"""Scripts and styles are kept by browsers under addresses that say which edition they are of."""

import re


def test_a_page_names_the_edition_of_its_files_and_they_are_kept(client):
    page = client.get("/admin/tasks/").get_data(as_text=True)
    addresses = re.findall(r'"(/admin/tasks/static/[^"]+)"', page)
    assert len(addresses) > 5
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address), address
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000"


def test_another_edition_is_asked_for_each_time(client):
    for address in ("desk.css", "desk.css?v=0123456789ab"):
        with client.get(f"/admin/tasks/static/{address}") as answer:
            assert answer.headers["Cache-Control"] == "no-cache"
            assert answer.headers["ETag"]
